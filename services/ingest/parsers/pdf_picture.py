"""A page of a PDF as pixels, and its words with their boxes; a function of bytes, as parsers are."""

import ctypes
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from services.ingest.parsers.decoding import clean
from services.ingest.parsers.pdf import opened
from services.ingest.parsers.pdf_streams import refuse_bombs
from shared.contracts.page_pictures import PageWord
from shared.errors import UnreadableDocument

_DOTS_PER_POINT = 120 / 72
_MAX_PIXELS = 2_500_000
"""Of a picture; A4 at 120 dots an inch has 1.4 million. A larger page is drawn smaller."""

_LEAST_SIDE = 1.0
_MOST_CHARACTERS = 40_000
_LONGEST_WORD = 200


@dataclass(frozen=True, slots=True)
class Picture:
    """A page; `pixels` are RGB, row by row from the top, 3 bytes each."""

    width: int
    height: int
    pixels: bytes
    words: tuple[PageWord, ...]


def picture_of(data: bytes, number: int) -> Picture:
    """Draw a page.

    Args:
        number: of the page, from 1.

    Raises:
        UnreadableDocument: it is damaged, has a password, or has no such page.
    """
    refuse_bombs(data)
    with closing(opened(data)) as pdf:
        if number > len(pdf):
            raise UnreadableDocument(reason="damaged")
        if pdf.get_formtype() != pdfium.FORMTYPE_NONE:
            pdf.init_forms()  # what was filled in is drawn too
        try:
            with closing(pdf[number - 1]) as page:
                return _picture(page)
        except pypdfium2.PdfiumError as error:
            raise UnreadableDocument(reason="damaged") from error


def _picture(page: "pypdfium2.PdfPage") -> Picture:
    width, height = (max(_LEAST_SIDE, side) for side in page.get_size())
    scale = min(_DOTS_PER_POINT, (_MAX_PIXELS / (width * height)) ** 0.5)
    with closing(page.render(scale=scale, rev_byteorder=True)) as bitmap:
        rows = memoryview(bitmap.buffer).cast("B")
        length = bitmap.width * bitmap.n_channels
        lines = [bytes(rows[row * bitmap.stride :][:length]) for row in range(bitmap.height)]
        size, channels = (bitmap.width, bitmap.height), bitmap.n_channels
    pixels = b"".join(map(_without_fourth, lines) if channels > len("RGB") else lines)
    return Picture(*size, pixels, tuple(_words(page, *size)))


def _without_fourth(line: bytes) -> bytes:
    """Return a row of pixels without the fourth byte of each, which a page that is transparent has."""
    kept = bytearray(len(line) // 4 * 3)
    for channel in range(3):
        kept[channel::3] = line[channel::4]
    return bytes(kept)


def _words(page: "pypdfium2.PdfPage", width: int, height: int) -> Iterator[PageWord]:
    with closing(page.get_textpage()) as layer:
        count = min(_MOST_CHARACTERS, pdfium.FPDFText_CountChars(layer.raw))
        text, boxes = "", []
        for place in range(count):
            letter = clean(chr(pdfium.FPDFText_GetUnicode(layer.raw, place)))
            if letter.strip() and len(text) < _LONGEST_WORD:
                text += letter
                boxes.append(_box(page, layer.raw, place, width, height))
            elif text:
                yield _word(text, boxes)
                text, boxes = "", []
        if text:
            yield _word(text, boxes)


def _word(text: str, boxes: list[tuple[float, float, float, float]]) -> PageWord:
    left, top, right, bottom = zip(*boxes, strict=True)
    return PageWord(text=text[:_LONGEST_WORD], left=min(left), top=min(top), right=max(right), bottom=max(bottom))


def _box(
    page: "pypdfium2.PdfPage", raw: object, place: int, width: int, height: int
) -> tuple[float, float, float, float]:
    """Return a letter's box in the picture; PDFium knows of the page's turn and its margins that are cut off."""
    edges = [ctypes.c_double() for _ in range(4)]
    pdfium.FPDFText_GetCharBox(raw, place, *edges)
    left, right, bottom, top = (edge.value for edge in edges)
    x, y = ctypes.c_int(), ctypes.c_int()
    corners = []
    for across, up in ((left, top), (right, bottom)):
        pdfium.FPDF_PageToDevice(page.raw, 0, 0, width, height, 0, across, up, x, y)
        corners.append((min(max(x.value, 0), width), min(max(y.value, 0), height)))
    (x0, y0), (x1, y1) = corners
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
