"""The message that asks for the picture of a page, and the picture as it is stored: a line of JSON, then a PNG."""

from pydantic import Field

from shared.contracts.base import Failure, Frozen, ObjectRef
from shared.contracts.documents import DocumentEvent

MOST_PAGES = 100_000


class PagePictureRequested(DocumentEvent):
    """Somebody wants to see a page of a PDF; `page` counts from 1, `source` is the file as it was sent."""

    scope: str
    grant: str
    source: ObjectRef
    page: int = Field(ge=1, le=MOST_PAGES)


class PageWord(Frozen):
    """A word of a page and its box in the picture, pixels from the upper left corner."""

    text: str = Field(max_length=200)
    left: float
    top: float
    right: float
    bottom: float


class PageHead(Frozen):
    """What is known of a picture: its size in pixels and its words; or `failure`, why there is none."""

    width: int = Field(default=0, ge=0, le=10_000)
    height: int = Field(default=0, ge=0, le=10_000)
    words: tuple[PageWord, ...] = Field(default=(), max_length=50_000)
    failure: Failure | None = None


def encode_page(head: PageHead, png: bytes = b"") -> bytes:
    return head.model_dump_json(exclude_none=True).encode() + b"\n" + png


def decode_page(data: bytes) -> tuple[PageHead, bytes]:
    head, _, png = data.partition(b"\n")
    return PageHead.model_validate_json(head), png
