"""Models of passages."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.passages import Origin


class PassageView(BaseModel):
    """A piece of a document's text. `start` and `end`: characters in the extracted text.

    In a later part of a table, the first `repeated` characters of `text` say the table's header again: `start` and
    `end` leave them out. Of a sheet, `rows` has the row of each line of `text`, `columns` the columns of its cells.
    """

    id: str
    document: UUID
    version: UUID
    scope: str
    origin: Origin = Field(description="whose document it is: a public corpus, a unit's, a delegation's, an upload")
    ordinal: int
    title: str
    headings: list[str]
    text: str
    start: int
    end: int
    repeated: int
    language: str
    article: str | None
    version_id: str | None = Field(description="the article's version, as its publisher names it")
    in_force_from: date | None
    in_force_to: date | None
    page: int | None
    page_label: str | None = Field(default=None, description="what is printed on the page, if not its number")
    sheet: str | None
    row: int | None
    rows: list[int]
    columns: list[str]
    cells: str | None = Field(description="range in the sheet, as a spreadsheet's name box takes it")
    source_url: str | None
    url: str


class PassageList(BaseModel):
    """`next` is the `after` of the following page, null on the last. A page of a search may be short, or empty."""

    passages: list[PassageView]
    next: int | None


class OpenedPassageView(PassageView):
    """A passage as its citation opens it."""

    superseded: bool = Field(description="a newer version of the document has replaced this one")
    previous: str | None = Field(description="text of the passage before")
    previous_url: str | None
    next: str | None = Field(description="text of the passage behind")
    next_url: str | None
    picture_url: str | None = Field(default=None, description="its page as a picture, of a PDF")


class PictureMark(BaseModel):
    """A box over cited words of one line, pixels of the picture from its upper left corner."""

    left: float
    top: float
    width: float
    height: float


class PagePictureView(BaseModel):
    """The picture of a passage's page: `drawing` until it is there, then `drawn`; `absent`: it cannot be shown."""

    state: Literal["drawing", "drawn", "absent"]
    width: int = Field(default=0, description="pixels")
    height: int = Field(default=0, description="pixels")
    marks: list[PictureMark] = []
    url: str | None = Field(default=None, description="the picture itself, a PNG")
