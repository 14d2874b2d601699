"""OpenDocument texts: the visible text, in the order of the page.

As of Word documents (docx.py): text boxes after the paragraph that they hang on, notes after the paragraph that refers
to them, numbers as they are shown; deleted and hidden text, headers and footers, comments and indexes are left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from services.ingest.parsers.assembling import on_one_line
from services.ingest.parsers.grids import MAX_COLUMNS, Cell, grid
from services.ingest.parsers.grids import line as row_line
from services.ingest.parsers.mathml import math_text
from services.ingest.parsers.odf import (
    DRAW,
    STYLE,
    TABLE,
    TEXT,
    Styles,
    blank_of,
    content_of,
    count_of,
    is_hidden_paragraph,
    is_unshown,
    title_of,
)
from services.ingest.parsers.odt_lists import Lists
from services.ingest.parsers.odt_objects import controls_of, formula_of, object_of, titles_of
from services.ingest.parsers.ordinals import raised
from services.ingest.parsers.outline import Outline
from services.ingest.parsers.page_margins import opendocument_margins
from services.ingest.parsers.xml_parts import Element, XmlParts, local, names
from services.ingest.ports import ParsedDocument
from shared.contracts.remarks import Remark

_INDEXES = names("""
    table-of-content alphabetical-index illustration-index table-index object-index user-index bibliography
""")
_CONTENTS = "Contents_20_"
"""Styles of the lines of a table of contents, used outside of one too."""

_MOST_ROWS = 1000
"""Most repetitions of one row of a table."""


class OdtParser:
    """Reads one section per heading, which begins with the heading's own line."""

    def parse(self, data: bytes) -> ParsedDocument:
        """Read a document.

        Raises:
            EmptyDocument, UnreadableDocument: as of every parser.
        """
        parts = XmlParts(data)
        body = content_of(parts, "text")
        roots = body.getroottree().getroot(), parts.tree("styles.xml")
        outline = Outline()
        reader = OdtReader(outline, Styles(*roots), Lists(*roots), parts, controls_of(body))
        reader.blocks(body)
        reader.remarks.extend(opendocument_margins(roots[1]))
        return outline.finish(title_of(parts), reader.remarks)


@dataclass(slots=True)
class _Line:
    """A paragraph being collected: its text and its notes."""

    parts: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.parts)


class OdtReader:
    """Reads blocks of a text, a slide or a text box into an outline; `remarks`: what was left out."""

    def __init__(
        self, outline: Outline, styles: Styles, lists: Lists, parts: XmlParts, controls: dict[str, str]
    ) -> None:
        self._parts = parts
        self._controls = controls
        self._outline = outline
        self._styles = styles
        self._lists = lists
        self.remarks: list[Remark] = []

    def blocks(self, container: Element) -> None:
        for each in container:
            name = local(each)
            if name in ("p", "h"):
                self._paragraph(each, None)
            elif name == "list":
                self._list(each, each.get(TEXT + "style-name"), 1)
            elif name == "table":
                self._outline.table(*self._rows(each))
            elif name not in _INDEXES and not is_unshown(each):
                self.blocks(each)

    def shape(self, element: Element) -> None:
        """Read a shape of a slide, its table, text, objects and alternative text."""
        line = _Line()
        if local(element) in ("notes", "table"):
            self.blocks(element)
            return
        if local(element) == "g":
            for each in element:
                self.shape(each)
            return
        self.blocks(element)
        if element.find(TABLE + "table") is None:  # else its picture is one of the table
            self._frame(element, line)
        for words in (line.text, *line.objects):
            self._outline.paragraph(words)

    def _frame(self, frame: Element, line: _Line) -> None:
        for each in frame:
            if local(each) == "desc" and (each.text or "").strip():
                line.objects.append((each.text or "").strip())
            elif local(each) in ("image", "object", "object-ole"):
                self._object(each, line)

    def _list(self, element: Element, style: str | None, level: int) -> None:
        if level == 1:
            self._lists.open(element, style)
        for item in element:
            mark = self._lists.label(style, level) if local(item) == "list-item" else None
            for each in item:
                name = local(each)
                if name in ("p", "h"):
                    self._paragraph(each, mark or "")
                    mark = None
                elif name == "list":
                    self._list(each, each.get(TEXT + "style-name") or style, level + 1)

    def _paragraph(self, element: Element, mark: str | None) -> None:
        name = element.get(TEXT + "style-name")
        if (name or "").startswith(_CONTENTS) or self._is_left_out("paragraph", name, element):
            return
        line = _Line()
        self._gather(element, line)
        level = self._level(element, name)
        if level is not None:
            number = mark or (self._lists.heading_label(level) if level and line.text.strip() else "")
            self._outline.heading(level, f"{number} {line.text}" if number and number != "-" else line.text)
        elif mark is None:
            self._outline.paragraph(line.text)
        else:
            self._outline.item(line.text, mark)
        for box in line.boxes:
            self.blocks(box)
        for words in line.objects:
            self._outline.paragraph(words)
        for sign, words in line.notes:
            self._outline.item(words, sign)

    def _level(self, element: Element, style: str | None) -> int | None:
        if local(element) == "h":
            level = element.get(TEXT + "outline-level", "1")
            return int(level) if level.isdecimal() else 1
        names = (each.get(STYLE + "name") for each in self._styles.chain("paragraph", style))
        return 0 if style == "Title" or "Title" in names else None

    def _gather(self, element: Element, line: _Line) -> None:
        line.parts.append(element.text or "")
        for each in element:
            blank = blank_of(each)
            if blank is not None:
                line.parts.append(blank)
            elif local(each) == "note":
                self._note(each, line)
            elif local(each) in ("text-box", "custom-shape", "rect", "ellipse"):
                line.boxes.append(each)
            elif local(each) in ("desc", "title"):
                line.objects += [words] if (words := (each.text or "").strip()) and local(each) == "desc" else []
            elif local(each) == "annotation":
                self.remarks.append(Remark("comments-left-out"))
            elif local(each) in ("image", "object", "object-ole"):
                self._object(each, line)
            elif local(each) == "control":
                line.parts.append(f" {self._controls.get(each.get(DRAW + 'control', ''), '')} ")
            elif not is_unshown(each):
                self._span(each, line)
            line.parts.append(each.tail or "")

    def _span(self, element: Element, line: _Line) -> None:
        """Collect what a style does not leave out, raised and lowered characters as such."""
        name = element.get(TEXT + "style-name")
        if self._is_left_out("text", name, element):
            return
        first = len(line.parts)
        self._gather(element, line)
        look = self._styles.look("text", name)
        if look.script:
            line.parts[first:] = map(look.shown, line.parts[first:])

    def _is_left_out(self, family: str, style: str | None, element: Element) -> bool:
        code = self._styles.look(family, style).left_out
        if family == "paragraph" and code is None and is_hidden_paragraph(element):
            code = "hidden-text"
        if code is not None and any(words.strip() for words in element.itertext()):
            self.remarks.append(Remark(code))
        return code is not None

    def _object(self, element: Element, line: _Line) -> None:
        """Read a formula, a sheet or a chart; remark a picture without alternative text and what else is not read."""
        if local(element) == "object" and self._read_object(element, line):
            return
        frame = element.getparent()
        described = frame is not None and any(local(each) == "desc" and (each.text or "").strip() for each in frame)
        if not described:
            self.remarks.append(Remark("image-unread" if local(element) == "image" else "object-unread"))

    def _read_object(self, element: Element, line: _Line) -> bool:
        root = object_of(self._parts, element)
        words = math_text(root) if root is not None and local(root) == "math" else formula_of(element)
        if words is not None:
            line.parts.append(words)
            return True
        if root is None:
            return False
        rows = [row_line(row) for table in root.iter(TABLE + "table") for row in self._rows(table)[0] if any(row)]
        said = [*titles_of(root), *(["\n".join(rows)] if rows else [])]
        line.objects += said
        return bool(said)

    def _note(self, note: Element, line: _Line) -> None:
        citation, body = note.find(TEXT + "note-citation"), note.find(TEXT + "note-body")
        mark = raised((citation.text or "").strip()) if citation is not None else ""
        line.parts.append(mark)
        if body is not None:
            line.notes.append((mark, self._flat(body)))

    def _flat(self, container: Element) -> str:
        """Return the text of a cell or a note on one line."""
        return on_one_line(" ".join(self._flat_parts(container)))

    def _flat_parts(self, container: Element) -> Iterator[str]:
        for each in container:
            name = local(each)
            if name in ("p", "h"):
                line = _Line()
                if not self._is_left_out("paragraph", each.get(TEXT + "style-name"), each):
                    self._gather(each, line)
                yield line.text
                yield from (self._flat(box) for box in line.boxes)
                yield from line.objects
                yield from (f"{mark} {words}" for mark, words in line.notes)
            elif name == "table":
                yield from (cell for row in self._rows(each)[0] for cell in row)
            elif not is_unshown(each):
                yield from self._flat_parts(each)

    def _rows(self, element: Element) -> tuple[list[list[str]], int]:
        """Return the table's plain rows, and the number of declared header rows."""
        rows: list[list[Cell]] = []
        header = 0
        for row, is_header in _table_rows(element, is_header=False):
            cells: list[Cell] = []
            for each in row:
                if local(each) == "table-cell":
                    cell = Cell(
                        self._flat(each),
                        count_of(each, "number-columns-spanned", MAX_COLUMNS),
                        count_of(each, "number-rows-spanned", _MOST_ROWS),
                    )
                    cells += [cell] * count_of(each, "number-columns-repeated", MAX_COLUMNS)
            times = count_of(row, "number-rows-repeated", _MOST_ROWS) if any(cell.text for cell in cells) else 1
            rows += [cells] * times
            header += is_header
        return grid(rows), header


def _table_rows(element: Element, *, is_header: bool) -> Iterator[tuple[Element, bool]]:
    for each in element:
        name = local(each)
        if name == "table-row":
            yield each, is_header
        elif name in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _table_rows(each, is_header=is_header or name == "table-header-rows")
