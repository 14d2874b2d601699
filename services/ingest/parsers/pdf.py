"""PDF, read by PDFium; the text of pages that are images is recognised (ocr.py)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from typing import TypeAlias

import pypdfium2
import pypdfium2.raw as pdfium

from services.ingest.detect import detect
from services.ingest.parsers.assembling import TextAssembly, placed_under, title, without_text
from services.ingest.parsers.decoding import clean
from services.ingest.parsers.ocr import MAX_PIXELS, Grey, Tesseract
from services.ingest.parsers.pdf_labels import is_tree_of_labels
from services.ingest.parsers.pdf_notes import enclosed
from services.ingest.parsers.pdf_outline import Entry, Stretch, stretches
from services.ingest.parsers.pdf_pages import mended, with_whole_sentences, without_repeats
from services.ingest.parsers.pdf_seen import Seen, seen
from services.ingest.parsers.pdf_streams import refuse_bombs
from services.ingest.parsers.pdf_text import page_text
from services.ingest.ports import Format, NeedsOcr, ParsedDocument, Section, Table
from shared.contracts.remarks import Remark, RemarkCode
from shared.errors import EmptyDocument, UnreadableDocument, VigieError

MESSAGE = "message/rfc822"
_REMARKS: Mapping[Seen | None, RemarkCode] = {
    None: "page-unread",
    Seen.IMAGE: "page-unread",
    Seen.PARTLY: "page-partly-read",
    Seen.NO_LETTERS: "letters-unknown",
    Seen.FIGURE: "image-unread",
}
_DOTS_PER_POINT = 200 / 72
_MAX_OUTLINE = 5000
_LONGEST_LABEL = 20
_FILE_NAMES = (".doc", ".docx", ".pdf", ".indd", ".qxd", ".odt", ".ppt", ".pptx", ".xls", ".xlsx")
_NO_TITLES = ("microsoft word - ", "microsoft powerpoint - ", "untitled", "sans titre", "document1")

_Pdf: TypeAlias = "pypdfium2.PdfDocument"


@dataclass(slots=True)
class _Page:
    """A page's text and how it stands to what one sees; damaged pages are None."""

    text: str = ""
    seen: Seen | None = None

    @property
    def is_unread(self) -> bool:
        return self.seen in (Seen.IMAGE, Seen.PARTLY, Seen.NO_LETTERS)


_MUCH_FOR_NOTHING = 50_000_000
"""Bytes that a stream unpacks to in a file without text: pages of people draw some hundred kilobytes."""


class PdfParser:
    """Reads one section per page at least, and one per entry of the outline that is found on its page.

    Args:
        recogniser: reads what is drawn and is no text.
        formats: gives the formats of files within the file; none are read without it.
    """

    def __init__(self, recogniser: Tesseract, formats: Callable[[], Sequence[Format]] = tuple) -> None:
        self._recogniser = recogniser
        self._formats = formats

    def parse(self, data: bytes) -> ParsedDocument:
        """Read the pages in order, then the files within the file; what is not read is said in remarks.

        Raises:
            EmptyDocument: no page has text.
            UnreadableDocument: it is damaged or has a password, is immense once unpacked, or is made of images and
                nothing here reads them.
        """
        refuse_bombs(data)
        with closing(opened(data)) as pdf:
            pages = _pages(pdf)
            remarks = list(self._recognise(pdf, pages))
            outline = list(_outline(pdf))
            name = _title(pdf)
            labels = _labels(pdf) if is_tree_of_labels(data) else [None] * len(pdf)
            files = list(enclosed(pdf))
        texts = without_repeats(mended([page.text for page in pages]))
        parts = with_whole_sentences(stretches(texts, outline))
        try:
            return self._document(parts, labels, name, files, remarks)
        except EmptyDocument:
            refuse_bombs(data, _MUCH_FOR_NOTHING)  # what is immense and shows no text is not called empty
            raise

    def _recognise(self, pdf: _Pdf, pages: list[_Page]) -> Iterator[Remark]:
        """Read by their picture the pages whose text is not what one sees; yield what stays unread."""
        unread = [number for number, page in enumerate(pages) if page.is_unread]
        has_text = any(page.text.strip() for page in pages if not page.is_unread)
        if unread and (self._recogniser.languages or not has_text):
            self._recogniser.require()
            drawn = (_drawn(pdf, number) for number in unread)
            found = self._recogniser.read(drawn, [number + 1 for number in unread], needed=not has_text)
            for number, lines in zip(unread, found, strict=True):
                _take_in(pages[number], lines)
        for number, page in enumerate(pages, 1):
            if page.seen in _REMARKS:
                yield Remark(_REMARKS[page.seen], page=number)
            if page.seen is Seen.NO_LETTERS:
                page.text = ""

    def _document(
        self,
        parts: Sequence[Stretch],
        labels: Sequence[str | None],
        name: str | None,
        files: Sequence[tuple[str, bytes]],
        remarks: list[Remark],
    ) -> ParsedDocument:
        assembly = TextAssembly()
        sections: list[Section] = []
        tables: list[Table] = []
        for part in parts:
            lines = [line for line in map(str.strip, map(clean, part.lines)) if line]
            if lines:
                page, label = part.page + 1, labels[part.page]
                sections.append(Section(part.headings, *assembly.add(lines), page=page, page_label=label))
        for file, data in files:
            try:
                inner = self._parsed(file, data)
            except NeedsOcr:
                raise
            except VigieError:
                remarks.append(Remark("file-unread", detail=file))
                continue
            start, _ = assembly.add([inner.text])
            of_file, its_tables = placed_under(inner, start, (title(clean(file)),))
            sections += of_file
            tables += its_tables
            remarks += [replace(each, part=each.part or file) for each in inner.remarks]
        if not sections:
            raise without_text(remarks)
        return ParsedDocument(assembly.text, tuple(sections), tuple(tables), title=name, remarks=tuple(remarks))

    def _parsed(self, name: str, data: bytes) -> ParsedDocument:
        """Read a file within the file, whose own files are not read."""
        known = [each for each in self._formats() if each.media_type != MESSAGE]
        found = detect(known, media_type="", file_name=name, data=data)
        parser = PdfParser(self._recogniser) if isinstance(found.parser, PdfParser) else found.parser
        return parser.parse(data)


def _take_in(page: _Page, lines: Sequence[str]) -> None:
    """Add what was recognised to a page; it is read then."""
    if any(map(str.strip, lines)):
        known = set(page.text.split("\n")) if page.seen is Seen.PARTLY else set()
        page.text = "\n".join([*sorted(known, key=page.text.index), *(line for line in lines if line not in known)])
        page.seen = Seen.WHOLE


def opened(data: bytes) -> _Pdf:
    """Open a file.

    Raises:
        UnreadableDocument: it is damaged, or has a password.
    """
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        reason = "password" if error.err_code == pdfium.FPDF_ERR_PASSWORD else "damaged"
        raise UnreadableDocument(reason=reason) from error


def _pages(pdf: _Pdf) -> list[_Page]:
    pages: list[_Page] = []
    form = _form(pdf)
    for number in range(len(pdf)):
        try:
            with closing(pdf[number]) as page, closing(page.get_textpage()) as layer:
                text = page_text(page, layer, form)
                pages.append(_Page(text, seen(page, layer, text)))
        except pypdfium2.PdfiumError:
            pages.append(_Page())
    if all(page.seen is None for page in pages):
        raise UnreadableDocument(reason="damaged")
    return pages


def _labels(pdf: _Pdf) -> list[str | None]:
    """Return what is printed on each page (ISO 32000-2, 12.4.2); None where that is its number, or is not said."""
    labels = (title(clean(pdf.get_page_label(number)))[:_LONGEST_LABEL] for number in range(len(pdf)))
    return [label if label and label != str(page) else None for page, label in enumerate(labels, 1)]


def _form(pdf: _Pdf) -> object | None:
    """Return the handle by which values of the form are read; None without a form."""
    if pdf.get_formtype() == pdfium.FORMTYPE_NONE:
        return None
    pdf.init_forms()
    return pdf.formenv.raw if pdf.formenv is not None else None


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
