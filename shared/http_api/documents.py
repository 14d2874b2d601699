"""Models of documents."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from shared.contracts.documents import MAX_PASSAGE_CHARS, Chunking
from shared.http_api.paging import Moment, Page

METADATA_NAME = "[a-z][a-z0-9_-]{0,39}"
"""Regular expression of a name in a document's metadata."""


class DocumentState(StrEnum):
    """Where the latest version of a document is; the last four are ends."""

    ACCEPTED = "accepted"
    PARSED = "parsed"
    EMBEDDED = "embedded"
    INDEXED = "indexed"
    FAILED = "failed"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


ENDED = frozenset({DocumentState.INDEXED, DocumentState.FAILED, DocumentState.REPLACED, DocumentState.WITHDRAWN})
"""States that a version stays in, until somebody acts on its document."""


class RemarkView(BaseModel):
    """Something of the file that is not in the document's text, or is marked in it."""

    code: str
    page: int | None = None
    part: str = Field(default="", description="sheet, attachment or part of the file")
    detail: str = ""
    count: int = 1
    sentence: str = Field(default="", description="the same in the caller's language")


class DocumentView(BaseModel):
    """A document's latest version and how far it got: `embedded` and `indexed` of `passages`."""

    id: UUID
    version: UUID
    sequence: int
    scope: str
    key: str
    title: str
    file_name: str
    media_type: str
    size: int = Field(description="bytes")
    sha256: str
    language: str
    chunking: Chunking
    metadata: dict[str, str]
    revision: str = Field(
        default="", description="of title, language and metadata, its ETag: a change names it in If-Match"
    )
    state: DocumentState
    passages: int
    embedded: int
    indexed: int
    failure: dict[str, Any] | None = Field(description="a problem (RFC 9457), when the state is failed")
    remarks: list[RemarkView] = Field(default=[], description="what was left out of the text, or is marked in it")
    more_remarks: int = Field(default=0, description="remarks beyond those that are listed")
    withdraws_at: datetime | None = Field(
        default=None, description="when it will be withdrawn; until then it can be kept"
    )
    created_at: datetime
    updated_at: datetime
    url: str
    events: str


class DocumentList(BaseModel):
    """`next` is the `after` of the following page, null on the last."""

    documents: list[DocumentView]
    next: str | None


class DocumentOrder(StrEnum):
    """By key, or by when the latest version was submitted."""

    KEY = "key"
    NEWEST = "newest"
    OLDEST = "oldest"


class DocumentQuery(Page):
    """Which documents to list; one of several states, scopes or types is enough, else all that is given must hold."""

    state: list[DocumentState] = Field(default=[], max_length=20)
    scope: list[str] = Field(default=[], max_length=100)
    media_type: list[str] = Field(default=[], max_length=50)
    search: str = Field(
        default="", max_length=200, description="words of title, key or file name, in any case, with or without accents"
    )
    since: Moment | None = Field(default=None, description="when the latest version was submitted")
    until: Moment | None = Field(default=None, description="before this moment")
    metadata: list[Annotated[str, Field(json_schema_extra={"pattern": f"^{METADATA_NAME}="})]] = Field(
        default=[], max_length=20, description="`name=value`, may be repeated"
    )
    order: DocumentOrder = DocumentOrder.KEY


class RechunkBody(BaseModel):
    """How to cut a document; null: as its type decides."""

    model_config = ConfigDict(extra="forbid")

    strategy: str | None = None
    max_chars: StrictInt | None = Field(default=None, ge=200, le=MAX_PASSAGE_CHARS)
    options: dict[str, StrictInt] = {}


class DocumentEdit(BaseModel):
    """What to change of a document; what is left out stays. A `null` in `metadata` takes that name out."""

    model_config = ConfigDict(extra="forbid")

    title: str | None = Field(default=None, min_length=1, max_length=500)
    language: str | None = Field(default=None, pattern=r"^[a-z]{2}$")
    metadata: dict[str, str | None] = {}
