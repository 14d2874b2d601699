"""Word documents: the visible text, in the order of the page.

Read from the XML itself: the libraries for it give paragraphs and tables apart, or leave out what stands in content
controls, text boxes and notes (docs/adr/0010-tables-and-chunking.md). Kept: inserted text, text boxes after the
paragraph that they hang on, notes after the paragraph that refers to them, numbers of headings and lists as they are
shown, diagrams, charts, alternative texts, and chunks in other formats. Left out: deleted text, headers and footers,
tables of contents; and, with a remark, struck-out and hidden text (by styles too) and reviewers' comments.
"""

from collections.abc import Callable, Sequence
from posixpath import dirname, join

from services.ingest.parsers.assembling import on_one_line
from services.ingest.parsers.docx_blocks import UNSHOWN, Line, blocks_of, inside, is_on_custom, number_of, symbol
from services.ingest.parsers.docx_objects import FORMULAS, OBJECTS, Objects, equation, field_value, formula, is_unfilled
from services.ingest.parsers.docx_styles import (
    Numbering,
    RunLook,
    Style,
    child,
    is_on,
    look_of,
    numbering_of,
    outline_level,
    styles_of,
    value,
)
from services.ingest.parsers.embedded import EmbeddedFiles
from services.ingest.parsers.grids import Cell, grid
from services.ingest.parsers.ordinals import raised, roman
from services.ingest.parsers.outline import Outline
from services.ingest.parsers.page_margins import word_margins
from services.ingest.parsers.scripts import lowered
from services.ingest.parsers.scripts import raised as in_superscript
from services.ingest.parsers.xml_parts import Element, XmlParts, local
from services.ingest.ports import Format, ParsedDocument
from shared.contracts.remarks import Remark

_MAIN = "word/document.xml"
_BREAKS = {"br": "\n", "cr": "\n", "tab": " ", "ptab": " ", "noBreakHyphen": "\u2011"}
_NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}


_NO_STYLE = Style()


class DocxParser:
    """Reads one section per heading, which begins with the heading's own line.

    Args:
        formats: gives the table of formats, which this parser is a part of; by default no file within the file is read.
    """

    def __init__(self, formats: Callable[[], Sequence[Format]] = tuple) -> None:
        self._embedded = EmbeddedFiles(formats)

    def parse(self, data: bytes) -> ParsedDocument:
        """Read a document.

        Raises:
            EmptyDocument, UnreadableDocument: as of every parser.
        """
        parts = XmlParts(data)
        main = _main_part(parts)
        folder = dirname(main)
        outline = Outline()
        objects = Objects(parts, self._embedded, parts.relations(main))
        reader = _Reader(
            outline,
            styles_of(parts.tree(join(folder, "styles.xml"))),
            Numbering(parts.tree(join(folder, "numbering.xml"))),
            {kind: _notes(parts.tree(join(folder, f"{kind}.xml"))) for kind in _NOTES.values()},
            objects,
        )
        body = child(parts.needed(main), "body")
        if body is not None:
            reader.blocks(body)
            reader.close()
        comments = parts.tree(join(folder, "comments.xml"))
        if comments is not None and len(comments):
            objects.remarks.append(Remark("comments-left-out", count=len(comments)))
        objects.remarks.extend(word_margins(parts, main))
        return outline.finish(_title(parts), objects.remarks)


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


class _Reader:
    def __init__(
        self,
        outline: Outline,
        styles: dict[str, Style],
        numbering: Numbering,
        notes: dict[str, dict[str, Element]],
        objects: Objects,
    ) -> None:
        self._outline = outline
        self._styles = styles
        self._numbering = numbering
        self._notes = notes
        self._objects = objects
        self._counts = dict.fromkeys(notes, 0)
        self._joined = Line()  # a paragraph whose end was deleted goes on in the next one

    def blocks(self, container: Element) -> None:
        for block in blocks_of(container):
            if local(block) == "p":
                self._paragraph(block)
            elif local(block) == "tbl":
                self._table(block)
            else:
                self._paragraphs(self._objects.words(block))

    def _paragraphs(self, texts: Sequence[str]) -> None:
        for words in texts:
            self._outline.paragraph(words)

    def close(self) -> None:
        self._outline.paragraph(self._joined.text)

    def _paragraph(self, element: Element) -> None:
        line, self._joined = self._joined, Line()
        properties = child(element, "pPr")
        style = self._styles.get(value(child(properties, "pStyle")) or "", Style())
        line.look = RunLook().over(style)
        self._gather(element, line)
        if child(properties, "rPr", "del") is not None:
            self._joined = line
            return
        if not style.contents and (line.text.strip() or line.boxes):
            self._say(line, properties, style)
        for box in line.boxes:
            self.blocks(box)
        self._paragraphs(line.objects)
        for mark, words in line.notes:
            self._outline.item(words, mark)

    def _say(self, line: Line, properties: Element | None, style: Style) -> None:
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

    def _gather(self, element: Element, line: Line) -> None:
        """Collect the text within an element, through all wrappers."""
        for each in element:
            name = local(each)
            if name == "t":
                line.parts.append(each.text or "")
            elif name in _BREAKS:
                line.parts.append(_BREAKS[name])
            elif name == "r":
                self._run(each, line)
            elif name == "instrText":
                line.parts.append(equation(each.text or ""))
            elif name == "AlternateContent":
                if len(each):
                    self._gather(each[0], line)  # what follows says the same to older programs
            elif name and name not in UNSHOWN and not self._special(name, each, line):
                self._gather(each, line)

    def _special(self, name: str, element: Element, line: Line) -> bool:
        """Collect an element whose text is not that of its children; return whether it is one."""
        if name == "sym":
            line.parts.append(symbol(value(element, "char") or ""))
        elif name in _NOTES:
            self._note(element, _NOTES[name], line)
        elif name == "txbxContent":
            line.boxes.append(element)
        elif name == "ffData":
            line.parts.append(field_value(element))
        elif name in FORMULAS:
            line.parts.append(formula(element, lambda part: self._part_of_formula(part, line)))
        elif name in OBJECTS:
            line.objects += self._objects.words(element)
        else:
            return name == "sdt" and is_unfilled(element)
        return True

    def _run(self, run: Element, line: Line) -> None:
        """Collect a run as it looks: nothing of a hidden or struck-out one, raised and lowered characters as such."""
        properties = run[0] if len(run) and local(run[0]) == "rPr" else None  # the first, where there are any
        look = line.look
        if properties is not None and len(properties):
            named = next((each for each in properties if local(each) == "rStyle"), None)
            look = look_of(properties).over(self._styles.get(value(named) or "", _NO_STYLE)).over(look)
        if not (look.hidden or look.struck or look.script):
            self._gather(run, line)
        elif look.hidden or look.struck:
            if any(local(each) == "t" and (each.text or "").strip() for each in run):
                self._objects.left_out("hidden-text" if look.hidden else "struck-out")
        else:
            first = len(line.parts)
            self._gather(run, line)
            in_script = {"superscript": in_superscript, "subscript": lowered}.get(look.script or "")
            if in_script is not None:
                line.parts[first:] = map(in_script, line.parts[first:])

    def _part_of_formula(self, element: Element, line: Line) -> str:
        part = Line(boxes=line.boxes, objects=line.objects, notes=line.notes)
        self._gather(element, part)
        return part.text

    def _note(self, reference: Element, kind: str, line: Line) -> None:
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
        for block in blocks_of(container):
            if local(block) == "p":
                line = Line()
                named = value(child(block, "pPr", "pStyle")) or ""
                line.look = RunLook().over(self._styles.get(named, Style()))
                self._gather(block, line)
                mark = self._mark(numbering_of(child(block, "pPr"))) if line.text.strip() else None
                parts += [mark or "", line.text, *(self._flat(box) for box in line.boxes), *line.objects]
                parts += [f"{mark} {words}" for mark, words in line.notes]
            elif local(block) == "tbl":
                parts += [cell for row in self._rows(block)[0] for cell in row]
            else:
                parts += self._objects.words(block)
        return on_one_line(" ".join(parts))

    def _table(self, element: Element) -> None:
        rows, header = self._rows(element)
        self._outline.table(rows, header)

    def _rows(self, element: Element) -> tuple[list[list[str]], int]:
        """Return the table's plain rows, and the number of declared header rows."""
        rows: list[list[Cell]] = []
        header = 0
        open_cells: dict[int, tuple[int, int]] = {}  # by column: row and place of the cell that is merged downwards
        for tr in inside(element, "tr"):
            properties = child(tr, "trPr")
            if child(properties, "del") is not None:
                continue
            if is_on(child(properties, "tblHeader")) and header == len(rows):
                header += 1
            rows.append([])
            column = number_of(value(child(properties, "gridBefore")), 0)
            rows[-1] += [Cell("", column)] if column else []
            for tc in inside(tr, "tc"):
                column = self._add_cell(rows, column, tc, open_cells)
        return grid(rows), header

    def _add_cell(
        self, rows: list[list[Cell]], column: int, tc: Element, open_cells: dict[int, tuple[int, int]]
    ) -> int:
        properties = child(tc, "tcPr")
        span = number_of(value(child(properties, "gridSpan")), 1)
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
