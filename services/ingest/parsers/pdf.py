"""PDF, read by PDFium; the text of pages that are images is recognised (ocr.py)."""

from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from typing import TypeAlias

import pypdfium2
import pypdfium2.raw as pdfium

from services.ingest.parsers.assembling import TextAssembly, title
from services.ingest.parsers.decoding import clean
from services.ingest.parsers.ocr import MAX_PIXELS, Grey, Tesseract
from services.ingest.parsers.pdf_outline import Entry, Stretch, stretches
from services.ingest.parsers.pdf_pages import mended, without_repeats
from services.ingest.parsers.pdf_streams import refuse_bombs
from services.ingest.ports import ParsedDocument, Section
from shared.errors import EmptyDocument, UnreadableDocument

_DOTS_PER_POINT = 200 / 72
_MAX_OUTLINE = 5000
_FILE_NAMES = (".doc", ".docx", ".pdf", ".indd", ".qxd", ".odt", ".ppt", ".pptx", ".xls", ".xlsx")
_NO_TITLES = ("microsoft word - ", "microsoft powerpoint - ", "untitled", "sans titre", "document1")

_Pdf: TypeAlias = "pypdfium2.PdfDocument"


class PdfParser:
    """Reads one section per page at least, and one per entry of the outline that is found on its page."""

    def __init__(self, recogniser: Tesseract) -> None:
        self._recogniser = recogniser

    def parse(self, data: bytes) -> ParsedDocument:
        """Read the pages in order.

        Raises:
            EmptyDocument: no page has text.
            UnreadableDocument: it is damaged or has a password, is immense once unpacked, or is made of images and
                nothing here reads them.
        """
        refuse_bombs(data)
        with closing(_opened(data)) as pdf:
            pages, images = _pages(pdf)
            if images:
                self._recognise(pdf, pages, images)
            outline = list(_outline(pdf))
            name = _title(pdf)
        return _document(stretches(without_repeats(mended(pages)), outline), name)

    def _recognise(self, pdf: _Pdf, pages: list[str], images: Sequence[int]) -> None:
        """Replace the empty text of pages that are images by their recognised text."""
        has_text = any(page.strip() for page in pages)
        if has_text and not self._recogniser.languages:
            return  # a cover or a plate among pages with text is no reason to refuse them
        self._recogniser.require()
        drawn = (_drawn(pdf, number) for number in images)
        found = self._recogniser.read(drawn, [number + 1 for number in images], needed=not has_text)
        for number, lines in zip(images, found, strict=True):
            pages[number] = "\n".join(lines)


def _opened(data: bytes) -> _Pdf:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        reason = "password" if error.err_code == pdfium.FPDF_ERR_PASSWORD else "damaged"
        raise UnreadableDocument(reason=reason) from error


def _pages(pdf: _Pdf) -> tuple[list[str], list[int]]:
    """Return the text of each page, and the numbers (from 0) of those that have images and no text."""
    pages: list[str] = []
    images: list[int] = []
    damaged = 0
    for number in range(len(pdf)):
        try:
            with closing(pdf[number]) as page, closing(page.get_textpage()) as text:
                pages.append(text.get_text_range())
                if not pages[-1].strip() and _has_image(page):
                    images.append(number)
        except pypdfium2.PdfiumError:
            pages.append("")
            damaged += 1
    if damaged == len(pages):
        raise UnreadableDocument(reason="damaged")
    return pages, images


def _has_image(page: "pypdfium2.PdfPage") -> bool:
    return next(page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=3), None) is not None


def _drawn(pdf: _Pdf, number: int) -> Grey:
    try:
        with closing(pdf[number]) as page:
            width, height = page.get_size()
            scale = min(_DOTS_PER_POINT, (MAX_PIXELS / max(1.0, width * height)) ** 0.5)
            with closing(page.render(scale=scale, grayscale=True, may_draw_forms=False)) as bitmap:
                rows = memoryview(bitmap.buffer).cast("B")
                lines = (rows[row * bitmap.stride : row * bitmap.stride + bitmap.width] for row in range(bitmap.height))
                return Grey(bitmap.width, bitmap.height, b"".join(lines))
    except pypdfium2.PdfiumError as error:
        raise UnreadableDocument(reason="damaged") from error


def _outline(pdf: _Pdf) -> Iterator[Entry]:
    with suppress(pypdfium2.PdfiumError):
        for count, entry in enumerate(pdf.get_toc(max_depth=6)):
            if count >= _MAX_OUTLINE:
                return
            target = entry.get_dest()
            page = target.get_index() if target is not None else None
            words = title(clean(entry.get_title()))
            if page is not None and page >= 0 and words:
                yield Entry(entry.level, words, page)


def _title(pdf: _Pdf) -> str | None:
    """Return the title of the properties; None where a program wrote it."""
    words = title(clean(str(pdf.get_metadata_dict().get("Title") or "")))
    low = words.lower()
    return None if not words or low.startswith(_NO_TITLES) or low.endswith(_FILE_NAMES) else words


def _document(parts: Sequence[Stretch], name: str | None) -> ParsedDocument:
    assembly = TextAssembly()
    sections = []
    for part in parts:
        lines = [line for line in map(str.strip, map(clean, part.lines)) if line]
        if lines:
            start, end = assembly.add(lines)
            sections.append(Section(part.headings, start, end, page=part.page + 1))
    if not sections:
        raise EmptyDocument
    return ParsedDocument(assembly.text, tuple(sections), title=name)
