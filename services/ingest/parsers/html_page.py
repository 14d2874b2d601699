"""HTML pages: headings, paragraphs, lists and tables as a browser shows them."""

import re
from collections.abc import Callable

from services.ingest.parsers.assembling import on_one_line
from services.ingest.parsers.charsets import declared_in_page
from services.ingest.parsers.decoding import decode
from services.ingest.parsers.grids import MAX_COLUMNS, Cell, grid
from services.ingest.parsers.html_lines import Tag, scan
from services.ingest.parsers.html_looks import Hiding, shown_value
from services.ingest.parsers.mathml import with_formulas
from services.ingest.parsers.outline import Outline
from services.ingest.parsers.xml_parts import names
from services.ingest.ports import ParsedDocument
from shared.contracts.remarks import Remark

_UNSHOWN = names("""
    audio button canvas datalist iframe math nav noscript object script style template title video
""")
_BLOCKS = names("""
    address article aside blockquote body caption center dd details dir div dl dt fieldset figcaption figure footer
    form header hr legend li main menu ol p pre section summary table tbody td tfoot th thead tr ul
""")
_INLINE = frozenset({"img", "input", "option"})
_HEADING = re.compile("h[1-6]")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_TITLE = re.compile(r"<title[^<>]*+>([^<]*+)<", re.IGNORECASE)
_HEAD = 64 * 1024
_MOST_ROWS = 1000
_DEEPEST = 50


class HtmlParser:
    """Reads one section per heading, which begins with its own line, without navigation and scripts."""

    def parse(self, data: bytes) -> ParsedDocument:
        """Read a page in its declared encoding if that decodes it, else in the detected one (decoding.py).

        Raises:
            EmptyDocument, UnreadableDocument: as of plain text.
        """
        source = with_formulas(decode(data, declared_in_page(data)))
        hiding = Hiding(source)
        page = _Page(hiding)
        for text, tag in scan(source, _UNSHOWN, hiding.hides):
            page.text(text)
            if tag is not None:
                page.tag(tag)
        page.close()
        title = _TITLE.search(source, 0, _HEAD)
        named = "".join(text for text, _ in scan(title[1], ())) if title else None
        return page.outline.finish(named, [*hiding.remarks, *page.remarks])


class _Page:
    """Turns tags and text into an outline's headings, paragraphs, items and tables."""

    def __init__(self, looks: Hiding) -> None:
        self.outline = Outline()
        self._looks = looks
        self._parts: list[str] = []
        self._say: Callable[[str], None] = self.outline.paragraph
        self._lists: list[int | None] = []  # next number of each open list; None for bullets
        self._preformatted = False
        self._tables = 0
        self._frames = 0  # open tables that only place others
        self._rows: list[list[Cell]] = []
        self._cell: tuple[int, int] | None = None  # columns and rows that the open cell spans
        self._row_is_open = False
        self._labels = True  # whether all cells of the open row are header cells
        self._header = 0
        self._in_head = False
        self.remarks: list[Remark] = []

    def text(self, text: str) -> None:
        if text:
            words = text if self._preformatted else _SPACE.sub(" ", text)
            self._parts.append(self._looks.shown(words))

    def tag(self, tag: Tag) -> None:
        self._looks.follow(tag)
        if tag.name == "br":
            self._parts.append("\n")
        elif tag.name in _INLINE:
            self._inline(tag)
        elif tag.name == "table":
            self._table(closing=tag.closing)
        elif self._tables:
            self._in_table(tag)
        elif _HEADING.fullmatch(tag.name):
            self._flush()
            level = int(tag.name[1])
            if not tag.closing:
                self._say = lambda words: self.outline.heading(level, words)
        elif tag.name in _BLOCKS:
            self._flush()
            self._block(tag)

    def _inline(self, tag: Tag) -> None:
        """Handle what is shown without being text: pictures, ticks, fields."""
        words = "" if tag.closing else shown_value(tag)
        if words:
            self._parts.append(f" {words} ")
        elif tag.name == "img" and not tag.closing and tag.attribute("alt") is None:
            self.remarks.append(Remark("image-unread"))

    def close(self) -> None:
        while self._tables:
            self._table(closing=True)
        self._flush()

    def _block(self, tag: Tag) -> None:
        if tag.name in ("ul", "ol", "menu", "dir"):
            if tag.closing:
                self._lists[-1:] = []
            elif len(self._lists) < _DEEPEST:
                start = tag.attribute("start") or ""
                self._lists.append((int(start) if start.isdecimal() else 1) if tag.name == "ol" else None)
        elif tag.name == "li" and not tag.closing:
            self._say = self._item(self._mark())
        elif tag.name == "pre":
            self._preformatted = not tag.closing

    def _item(self, mark: str) -> Callable[[str], None]:
        return lambda words: self.outline.item(words, mark)

    def _mark(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return "-"
        self._lists[-1] = number + 1
        return f"{number}."

    def _flush(self) -> None:
        words = "".join(self._parts).strip()
        self._parts.clear()
        if words:
            self._say(words)
            self._say = self.outline.paragraph

    def _table(self, *, closing: bool) -> None:
        if not closing:
            if not self._tables:
                self._flush()
                self._rows, self._header = [], 0
            elif self._tables == 1 and not self._table_has_words():
                self._leave_frame()
            self._tables += 1
            self._parts.append(" ")
        elif not self._tables:
            self._frames = max(0, self._frames - 1)
            self._flush()
        else:
            self._tables -= 1
            self._parts.append(" ")
            if not self._tables:
                self._end_row()
                self._say_table()

    def _table_has_words(self) -> bool:
        return any(cell.text for row in self._rows for cell in row) or any(map(str.strip, self._parts))

    def _leave_frame(self) -> None:
        """Take the table that another begins in for a frame of the page: what it holds stands one below the other."""
        self._tables = 0
        self._frames += 1
        self._cell, self._row_is_open = None, False
        self._parts.clear()
        self._say_table()
        self._rows, self._header = [], 0

    def _in_table(self, tag: Tag) -> None:
        """Handle a tag within a table; of a table within a cell beside words, only the text counts."""
        if self._tables > 1 or tag.name not in ("tr", "td", "th", "thead", "caption"):
            if tag.name in _BLOCKS or _HEADING.fullmatch(tag.name):
                self._parts.append(" ")
        elif tag.name == "thead":
            self._in_head = not tag.closing
        elif tag.name == "caption":
            self._flush()
        elif tag.name == "tr":
            self._end_row()
            if not tag.closing:
                self._rows.append([])
        else:
            self._end_cell()
            if not tag.closing:
                self._rows = self._rows or [[]]
                self._row_is_open = True
                self._labels = self._labels and tag.name == "th"
                self._cell = _span(tag, "colspan", MAX_COLUMNS), _span(tag, "rowspan", _MOST_ROWS)

    def _end_cell(self) -> None:
        if self._cell is not None:
            columns, rows = self._cell
            words = on_one_line("".join(self._parts))
            self._rows[-1].append(Cell(words, columns, rows))
            self._cell = None
            self._parts.clear()

    def _end_row(self) -> None:
        self._end_cell()
        if self._row_is_open and self._header == len(self._rows) - 1 and (self._in_head or self._labels):
            self._header += 1
        self._row_is_open, self._labels = False, True

    def _say_table(self) -> None:
        self._flush()
        rows = grid(row for row in self._rows if row)
        self._rows = []
        if not rows:
            return
        if all(len(row) == 1 for row in rows):  # a frame around text
            for row in rows:
                self.outline.paragraph(row[0])
        else:
            self.outline.table(rows, self._header)


def _span(tag: Tag, name: str, most: int) -> int:
    given = tag.attribute(name) or "1"
    return max(1, min(int(given), most)) if given.isdecimal() and len(given) < 10 else 1  # noqa: PLR2004
