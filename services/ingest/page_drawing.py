"""A page of a document drawn; runs in the child process, as extraction does. What goes back is pixels, no file."""

import base64
import zlib

import msgspec

from services.ingest.parsers.pdf_picture import picture_of
from shared.contracts.page_pictures import PageHead
from shared.errors import UnreadableDocument


class PictureRequest(msgspec.Struct, frozen=True):
    """Number of the page that is wanted, from 1."""

    page: int


class DrawnPage(msgspec.Struct, frozen=True):
    """A page as the child sends it: its head as JSON, its pixels (RGB) compressed by zlib, in base 64."""

    head: str
    pixels: str


def draw_page(request: PictureRequest, source: bytes) -> str:
    """Return a page of a PDF as JSON.

    Raises:
        InvalidInput: it cannot be read, or has no such page.
    """
    found = picture_of(source, request.page)
    head = PageHead(width=found.width, height=found.height, words=found.words)
    pixels = base64.b64encode(zlib.compress(found.pixels, 1)).decode()
    return msgspec.json.encode(DrawnPage(head.model_dump_json(), pixels)).decode()


def checked_page(told: str) -> tuple[PageHead, bytes]:
    """Return the head and the pixels of what a child sent.

    Raises:
        UnreadableDocument: it has another shape or size: what a child says is not trusted.
    """
    try:
        drawn = msgspec.json.decode(told, type=DrawnPage)
        head = PageHead.model_validate_json(drawn.head)
        size = head.width * head.height * 3
        pixels = zlib.decompressobj().decompress(base64.b64decode(drawn.pixels, validate=True), size + 1)
    except (msgspec.MsgspecError, ValueError, zlib.error) as error:
        raise UnreadableDocument(reason="damaged") from error
    if not size or len(pixels) != size or head.failure is not None:
        raise UnreadableDocument(reason="damaged")
    return head, pixels
