"""Word documents: the visible text, in the order of the page.

Read from the XML itself: the libraries for it give paragraphs and tables apart, or leave out what stands in content
controls, text boxes and notes (docs/adr/0010-tables-and-chunking.md). Kept: inserted text, text boxes after the
paragraph that they hang on, notes after the paragraph that refers to them, numbers of headings and lists as they are
shown. Left out: deleted and hidden text, headers and footers, comments, tables of contents.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import dirname, join

from services.ingest.parsers.assembling import on_one_line
from services.ingest.parsers.docx_styles import (
    STRICT,
    Numbering,
    Style,
    W,
    child,
    is_on,
    numbering_of,
    outline_level,
    styles_of,
    value,
)
from services.ingest.parsers.grids import Cell, grid
from services.ingest.parsers.ordinals import raised, roman
from services.ingest.parsers.outline import Outline
from services.ingest.parsers.xml_parts import Element, XmlParts, local, names
from services.ingest.ports import ParsedDocument

_MAIN = "word/document.xml"
_UNSHOWN = names("""
    del moveFrom instrText delText delInstrText pPr rPr sdtPr sectPr tblPr tblGrid annotationRef softHyphen
""")
_PLACE = re.compile("(?!D[89A-F]..)[0-9A-F]{4}", re.IGNORECASE)  # halves of characters (D800 to DFFF) are none
_LAST_IN_FONT, _PRIVATE = 0xFF, 0xF000
_BREAKS = {"br": "\n", "cr": "\n", "tab": " ", "ptab": " ", "noBreakHyphen": "\u2011"}
_NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
_BLOCKS = ("p", "tbl")
_CONTENTS = "Table of Contents"


class DocxParser:
    """Reads one section per heading, which begins with the heading's own line."""

    def parse(self, data: bytes) -> ParsedDocument:
        """Read a document.

        Raises:
            EmptyDocument, UnreadableDocument: as of every parser.
        """
        parts = XmlParts(data)
        main = _main_part(parts)
        folder = dirname(main)
        outline = Outline()
        reader = _Reader(
            outline,
            styles_of(parts.tree(join(folder, "styles.xml"))),
            Numbering(parts.tree(join(folder, "numbering.xml"))),
            {kind: _notes(parts.tree(join(folder, f"{kind}.xml"))) for kind in _NOTES.values()},
        )
        body = child(parts.needed(main), "body")
        if body is not None:
            reader.blocks(body)
            reader.close()
        return outline.finish(_title(parts))


def _main_part(parts: XmlParts) -> str:
    for each in parts.needed("_rels/.rels"):
        if each.get("Type", "").endswith("/officeDocument"):
            return each.get("Target", _MAIN).lstrip("/")
    return _MAIN


def _title(parts: XmlParts) -> str | None:
    properties = parts.tree("docProps/core.xml")
    return next((each.text for each in properties if local(each) == "title"), None) if properties is not None else None


def _notes(root: Element | None) -> dict[str, Element]:
    return {value(each, "id") or "": each for each in root} if root is not None else {}


@dataclass(slots=True)
class _Line:
    """A paragraph being collected: its text and its notes."""

    parts: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.parts)


class _Reader:
    def __init__(
        self, outline: Outline, styles: dict[str, Style], numbering: Numbering, notes: dict[str, dict[str, Element]]
    ) -> None:
        self._outline = outline
        self._styles = styles
        self._numbering = numbering
        self._notes = notes
        self._counts = dict.fromkeys(notes, 0)
        self._joined = _Line()  # a paragraph whose end was deleted goes on in the next one

    def blocks(self, container: Element) -> None:
        for block in _blocks(container):
            if local(block) == "p":
                self._paragraph(block)
            else:
                self._table(block)

    def close(self) -> None:
        self._outline.paragraph(self._joined.text)

    def _paragraph(self, element: Element) -> None:
        line, self._joined = self._joined, _Line()
        self._gather(element, line)
        properties = child(element, "pPr")
        if child(properties, "rPr", "del") is not None:
            self._joined = line
            return
        style = self._styles.get(value(child(properties, "pStyle")) or "", Style())
        if not style.contents and (line.text.strip() or line.boxes):
            self._say(line, properties, style)
        for box in line.boxes:
            self.blocks(box)
        for mark, words in line.notes:
            self._outline.item(words, mark)

    def _say(self, line: _Line, properties: Element | None, style: Style) -> None:
        direct = outline_level(properties)
        level = style.level if direct is None else direct
        mark = self._mark(numbering_of(properties) or style.numbering) if line.text.strip() else None
        if level is not None and level >= 0:
            self._outline.heading(level, f"{mark} {line.text}" if mark and mark != "-" else line.text)
        elif mark is None:
            self._outline.paragraph(line.text)
        else:
            self._outline.item(line.text, mark)

    def _mark(self, numbering: tuple[str, int] | None) -> str | None:
        return self._numbering.label(*numbering) if numbering else None

    def _gather(self, element: Element, line: _Line) -> None:
        """Collect the text within an element, through all wrappers."""
        for each in element:
            name = local(each)
            if name == "t":
                line.parts.append(each.text or "")
            elif name in _BREAKS:
                line.parts.append(_BREAKS[name])
            elif name == "sym":
                line.parts.append(_symbol(value(each, "char") or ""))
            elif name in _NOTES:
                self._note(each, _NOTES[name], line)
            elif name == "txbxContent":
                line.boxes.append(each)
            elif name == "AlternateContent":
                if len(each):
                    self._gather(each[0], line)  # what follows says the same to older programs
            elif name and name not in _UNSHOWN and not _is_hidden(each):
                self._gather(each, line)

    def _note(self, reference: Element, kind: str, line: _Line) -> None:
        note = self._notes[kind].get(value(reference, "id") or "")
        if note is None:
            return
        mark = ""
        if not is_on_custom(reference):
            self._counts[kind] += 1
            mark = raised(str(self._counts[kind]) if kind == "footnotes" else roman(self._counts[kind]))
            line.parts.append(mark)
        line.notes.append((mark, self._flat(note)))

    def _flat(self, container: Element) -> str:
        """Return the text of a cell or a note on one line."""
        parts: list[str] = []
        for block in _blocks(container):
            if local(block) == "p":
                line = _Line()
                self._gather(block, line)
                mark = self._mark(numbering_of(child(block, "pPr"))) if line.text.strip() else None
                parts += [mark or "", line.text, *(self._flat(box) for box in line.boxes)]
                parts += [f"{mark} {words}" for mark, words in line.notes]
            else:
                parts += [cell for row in self._rows(block)[0] for cell in row]
        return on_one_line(" ".join(parts))

    def _table(self, element: Element) -> None:
        rows, header = self._rows(element)
        self._outline.table(rows, header)

    def _rows(self, element: Element) -> tuple[list[list[str]], int]:
        """Return the table's plain rows, and the number of declared header rows."""
        rows: list[list[Cell]] = []
        header = 0
        open_cells: dict[int, tuple[int, int]] = {}  # by column: row and place of the cell that is merged downwards
        for tr in _inside(element, "tr"):
            properties = child(tr, "trPr")
            if child(properties, "del") is not None:
                continue
            if is_on(child(properties, "tblHeader")) and header == len(rows):
                header += 1
            rows.append([])
            column = _number(value(child(properties, "gridBefore")), 0)
            rows[-1] += [Cell("", column)] if column else []
            for tc in _inside(tr, "tc"):
                column = self._add_cell(rows, column, tc, open_cells)
        return grid(rows), header

    def _add_cell(
        self, rows: list[list[Cell]], column: int, tc: Element, open_cells: dict[int, tuple[int, int]]
    ) -> int:
        properties = child(tc, "tcPr")
        span = _number(value(child(properties, "gridSpan")), 1)
        merged = child(properties, "vMerge")
        if merged is not None and value(merged) != "restart" and column in open_cells:
            row, place = open_cells[column]
            above = rows[row][place]
            rows[row][place] = Cell(above.text, above.columns, above.rows + 1)
            return column + span
        open_cells.pop(column, None)
        if merged is not None:
            open_cells[column] = (len(rows) - 1, len(rows[-1]))
        rows[-1].append(Cell(self._flat(tc), span))
        return column + span


def is_on_custom(reference: Element) -> bool:
    """Return whether a note's mark is a custom text, which follows the reference."""
    return (value(reference, "customMarkFollows") or "0") in ("1", "true", "on")


def _symbol(place: str) -> str:
    """Return the sign of a code in a symbol font, given plainly or in Unicode's private use area."""
    if not _PLACE.fullmatch(place):
        return ""
    code = int(place, 16)
    return chr(code if code > _LAST_IN_FONT else code + _PRIVATE)


def _is_hidden(element: Element) -> bool:
    return local(element) == "r" and is_on(child(element, "rPr", "vanish"))


def _blocks(container: Element) -> Iterator[Element]:
    """Yield paragraphs and tables in order, through all wrappers, without tables of contents."""
    for each in container:
        name = local(each)
        if name in _BLOCKS:
            yield each
        elif name == "AlternateContent" and len(each):
            yield from _blocks(each[0])
        elif name == "sdt" and value(child(each, "sdtPr", "docPartObj", "docPartGallery")) == _CONTENTS:
            continue
        elif name and name not in _UNSHOWN:
            yield from _blocks(each)


def _inside(element: Element, name: str) -> Iterator[Element]:
    """Yield rows of a table or cells of a row, those in content controls too."""
    for each in element:
        if each.tag in (W + name, STRICT + name):
            yield each
        elif local(each) in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "AlternateContent", "Choice"):
            yield from _inside(each, name)


def _number(text: str | None, default: int) -> int:
    return min(int(text), 1000) if text and text.isdecimal() else default
