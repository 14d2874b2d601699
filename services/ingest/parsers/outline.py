"""Assembly of a document from headings, paragraphs, list items and tables, for word processors and web pages."""

from collections.abc import Sequence

from services.ingest.parsers.assembling import TextAssembly, on_one_line, title, without_text
from services.ingest.parsers.decoding import clean
from services.ingest.parsers.grids import header_rows, line
from services.ingest.ports import ParsedDocument, Section, Table
from shared.contracts.remarks import Remark

_LONGEST_HEADING = 300
"""Most characters of a heading; a longer one is a paragraph in a heading's style."""


class Outline:
    """Receives a document's elements in order, and assembles its text: one section a heading, from its line on.

    Paragraphs are parted by an empty line; list items, and a table's rows, are lines that follow each other.
    """

    def __init__(self) -> None:
        self._assembly = TextAssembly()
        self._sections: list[Section] = []
        self._tables: list[Table] = []
        self._path: list[tuple[int, str]] = []
        self._lines: list[str] = []
        self._length = 0
        self._pending: list[tuple[list[int], int, int]] = []  # starts in the section's text, end, header
        self._after_heading = False
        self._close = False  # whether the next list item stands on the line below

    def heading(self, level: int, text: str) -> None:
        """Add a heading of a level from 1 (outermost; 0 for a document's title); an empty one is skipped."""
        words = title(clean(text))
        if not words:
            return
        if len(words) > _LONGEST_HEADING:
            self.paragraph(text)
            return
        self._end_section()
        self._path = [(outer, heading) for outer, heading in self._path if outer < level]
        self._path.append((level, words))
        self._add(words)
        self._after_heading = True

    def paragraph(self, text: str) -> None:
        """Add a paragraph; its line breaks stay."""
        lines = list(map(on_one_line, clean(text).split("\n")))
        kept = [each for each in lines if each]
        if kept:
            self._part(close=False)
            for each in kept:
                self._add(each)

    def item(self, text: str, mark: str = "-") -> None:
        """Add a list item, on the line after the one before."""
        words = on_one_line(clean(text))
        if words:
            self._part(close=True)
            self._add(f"{mark} {words}" if mark else words)

    def table(self, rows: Sequence[Sequence[str]], declared_header: int = 0) -> None:
        """Add a table of plain rows (grids.py) without its empty rows."""
        cleaned = [[on_one_line(clean(cell)) for cell in row] for row in rows]
        full = [row for row in cleaned if any(row)]
        dropped = sum(not any(row) for row in cleaned[:declared_header])
        lines = [line(row) for row in full]
        if not lines:
            return
        self._part(close=False)
        starts: list[int] = []
        for each in lines:
            starts.append(self._length + (1 if self._lines else 0))
            self._add(each)
        self._pending.append((starts, self._length, header_rows(full, declared_header - dropped)))

    def finish(self, document_title: str | None = None, remarks: Sequence[Remark] = ()) -> ParsedDocument:
        """Return the document.

        Raises:
            EmptyDocument: nothing in it has text.
            UnreadableDocument: nothing has text, and something was not read (`remarks`).
        """
        self._end_section()
        if not self._sections:
            raise without_text(remarks)
        first = self._sections[0].headings
        named = title(clean(document_title)) if document_title else ""
        return ParsedDocument(
            self._assembly.text,
            tuple(self._sections),
            tuple(self._tables),
            title=named or (first[0] if first else None),
            remarks=tuple(remarks),
        )

    def _part(self, *, close: bool) -> None:
        """Add an empty line before an element, except between two list items."""
        if self._lines and not (close and self._close) and not self._after_heading:
            self._add("")
        self._close, self._after_heading = close, False

    def _add(self, words: str) -> None:
        self._length += len(words) + (1 if self._lines else 0)
        self._lines.append(words)

    def _end_section(self) -> None:
        if self._lines:
            start, end = self._assembly.add(self._lines)
            self._sections.append(Section(tuple(words for _, words in self._path), start, end))
            self._tables += [
                Table([start + place for place in starts], start + last, header)
                for starts, last, header in self._pending
            ]
        self._lines, self._pending, self._length = [], [], 0
        self._close = self._after_heading = False
