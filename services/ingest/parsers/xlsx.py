"""Excel workbooks: displayed values; formulas are never computed (ECMA-376, part 1, 18).

Read from the XML itself: openpyxl in its reading mode tells neither merged cells nor hidden columns, and takes twice
as long (docs/adr/0010-tables-and-chunking.md).
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from services.ingest.parsers.drawings import inner, relation
from services.ingest.parsers.number_formats import BUILT_IN, GENERAL, hides, render
from services.ingest.parsers.scripts import lowered, raised
from services.ingest.parsers.sheets import Merged, Row, SheetAssembly, cell_text
from services.ingest.parsers.xlsx_drawings import Notes, drawn, notes_of
from services.ingest.parsers.xml_parts import Element, XmlParts, local
from services.ingest.ports import ParsedDocument
from shared.contracts.remarks import Remark, RemarkCode
from shared.errors import UnreadableDocument

_WORKBOOK = "xl/workbook.xml"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_BOOLEANS = {"0": "FAUX", "1": "VRAI"}
_TICKS = {"0": "☐", "1": "☒"}
_SHOWN = ("visible", "")
_LEFT_OUT = "\ue000"
"""In the place of struck-out text until its cell is read; no text of a cell has it (private use)."""
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class XlsxParser:
    """Reads one section per table (sheets.py), in the order of the sheets."""

    def parse(self, data: bytes) -> ParsedDocument:
        """Read a workbook.

        Raises:
            EmptyDocument, UnreadableDocument: as of every parser.
        """
        parts = XmlParts(data)
        workbook = _Workbook(parts)
        assembly = SheetAssembly()
        for name, part in workbook.sheets:
            rows = _Sheet(assembly, workbook, notes_by_row(notes_of(parts, part)))
            rows.read(parts, part)
            assembly.sheet(name, rows.shown(), rows.merged)
            assembly.text(name, drawn(parts, part, assembly.remarks, name))
            assembly.remarks += [Remark(code, part=name, count=count) for code, count in rows.left_out.items()]
        assembly.remarks += [Remark("hidden-sheet", detail=name) for name in workbook.hidden]
        return assembly.finish()


class _Workbook:
    """Common data of the sheets: shared strings, formats, epoch of dates."""

    def __init__(self, parts: XmlParts) -> None:
        main, targets = _main(parts)
        root = parts.needed(main)
        self.sheets: list[tuple[str, str]] = []
        self.hidden: list[str] = []
        self.since_1904 = False
        for each in root.iter():
            if local(each) == "sheet":
                target = targets.get(relation(each, "id"), ("", ""))
                if each.get("state", "") not in _SHOWN:
                    self.hidden.append(cell_text(each.get("name", "")))
                elif target[0].endswith("/worksheet"):
                    self.sheets.append((cell_text(each.get("name", "")), target[1]))
            elif local(each) == "workbookPr":
                self.since_1904 = each.get("date1904") in ("1", "true")
        strings = next((part for kind, part in targets.values() if kind.endswith("/sharedStrings")), "")
        styles = next((part for kind, part in targets.values() if kind.endswith("/styles")), "")
        shared = parts.elements(strings, "{*}si") if strings in parts else ()
        self.strings = [_rich_text(each) for each in shared]
        look = parts.tree(styles)
        self._formats = _formats(look)
        self.struck = _struck(look)
        self.unshown = frozenset(str(place) for place, code in enumerate(self._formats) if hides(code))
        self.ticked = _ticked(look)
        self.number = lru_cache(50_000)(self._number)

    def _number(self, raw: str, style: str) -> str:
        """Return a stored number in the format of a cell's style."""
        try:
            value = float(raw)
        except ValueError:
            return raw
        code = self._formats[int(style)] if style.isdecimal() and int(style) < len(self._formats) else GENERAL
        if value - value != 0:  # not finite
            return raw
        return cell_text(render(value, code, since_1904=self.since_1904))


def _main(parts: XmlParts) -> tuple[str, dict[str, tuple[str, str]]]:
    """Return the workbook's part, and kind and part of its relations, by id."""
    found = parts.relations("")
    main = next((part for kind, part in found.values() if kind.endswith("/officeDocument")), _WORKBOOK)
    return main, parts.relations(main)


def _formats(root: Element | None) -> list[str]:
    """Return the format of each cell style."""
    codes = dict(BUILT_IN)
    formats: list[str] = []
    for each in root.iter() if root is not None else ():
        if local(each) == "numFmt" and each.get("numFmtId", "").isdecimal():
            codes[int(each.get("numFmtId", "0"))] = each.get("formatCode", GENERAL)
        elif local(each) == "cellXfs":
            given = (xf.get("numFmtId", "0") for xf in each)
            formats = [codes.get(int(number) if number.isdecimal() else 0, GENERAL) for number in given]
    return formats


def _struck(root: Element | None) -> frozenset[str]:
    """Return the cell styles, as cells name them, whose font is struck out."""
    fonts = inner(root, "fonts")
    struck = {str(place) for place, font in enumerate(fonts if fonts is not None else ()) if _is_struck(font)}
    styles = inner(root, "cellXfs")
    return frozenset(
        str(place)
        for place, style in enumerate(styles if styles is not None else ())
        if style.get("fontId", "0") in struck
    )


def _ticked(root: Element | None) -> frozenset[str]:
    """Return the cell styles that show a truth value as a box to tick (MS-XLSX 2.6.226, xfComplement)."""
    styles = inner(root, "cellXfs")
    return frozenset(
        str(place)
        for place, style in enumerate(styles if styles is not None else ())
        if any(local(each) == "xfComplement" for each in style.iter())
    )


def _is_struck(font: Element | None) -> bool:
    strike = inner(font, "strike")
    return strike is not None and strike.get("val", "1") not in ("0", "false")


def _run(text: Element, parent: Element) -> str:
    """Return a run's text as it looks; nothing of a struck-out one, which leaves a mark."""
    look = inner(parent, "rPr") if local(parent) == "r" else None
    words = text.text or ""
    if look is None:
        return words
    if _is_struck(look):
        return _LEFT_OUT if words.strip() else words
    script = inner(look, "vertAlign")
    place = script.get("val", "") if script is not None else ""
    return {"superscript": raised, "subscript": lowered}.get(place, str)(words)


def _rich_text(element: Element) -> str:
    """Return a cell's text, without Japanese phonetic hints."""
    words = "".join(
        _run(each, parent)
        for each in element.iter()
        if local(each) == "t" and (parent := each.getparent()) is not None and local(parent) != "rPh"
    )
    return cell_text(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), words) if "_x" in words else words)


@dataclass(slots=True)
class _Sheet:
    """A sheet being read; merged cells are listed after its rows, hidden columns before."""

    assembly: SheetAssembly
    workbook: _Workbook
    notes: dict[int, dict[int, str]]
    rows: list[Row] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    hidden: list[range] = field(default_factory=list)
    left_out: Counter[RemarkCode] = field(default_factory=Counter)
    _places: dict[tuple[int, ...], tuple[int, ...]] = field(default_factory=dict)

    def read(self, parts: XmlParts, part: str) -> None:
        for element in parts.elements(part, "{*}row", "{*}mergeCell", "{*}col"):
            name = local(element)
            if name == "row":
                self._row(element)
            elif name == "mergeCell":
                self._merge(element.get("ref", ""))
            elif element.get("hidden") in ("1", "true"):
                first, last = (int(element.get(each, "0") or 0) for each in ("min", "max"))
                self.hidden.append(range(first - 1, last))
                self.left_out["hidden-cells"] += 1
        if self.notes:  # of rows that have nothing else
            self.rows += [_noted(Row(number, (), ()), self.notes[number]) for number in self.notes]
            self.rows.sort(key=lambda row: row.number)

    def shown(self) -> Iterator[Row]:
        if not self.hidden:
            return iter(self.rows)
        return filter(None, map(self._without_hidden, self.rows))

    def _without_hidden(self, row: Row) -> Row | None:
        kept = [
            (column, text)
            for column, text in zip(row.columns, row.texts, strict=True)
            if not any(column in each for each in self.hidden)
        ]
        return Row(row.number, tuple(column for column, _ in kept), tuple(text for _, text in kept)) if kept else None

    def _row(self, element: Element) -> None:
        previous = self.rows[-1].number if self.rows else 0
        number = int(element.get("r") or previous + 1)
        columns: list[int] = []
        texts: list[str] = []
        column = -1
        for cell in element:
            reference = cell.get("r")
            column = _column(reference) if reference else column + 1
            text = self._shown(cell)
            if text:
                columns.append(column)
                texts.append(text)
        if not texts:
            return
        if number <= previous or number > _LAST_ROW or any(a >= b for a, b in pairwise(columns)):
            raise UnreadableDocument(reason="damaged")
        self.assembly.count(len(texts))
        places = tuple(columns)
        row = Row(number, self._places.setdefault(places, places), tuple(texts))
        self.rows.append(_noted(row, self.notes.pop(number)) if number in self.notes else row)

    def _shown(self, cell: Element) -> str:
        """Return a cell's text without what is struck out or not shown in it."""
        text = self._text(cell)
        if text and cell.get("s", "0") in self.workbook.unshown:
            self.left_out["hidden-text"] += 1
            return ""
        if text and cell.get("s", "0") in self.workbook.struck:
            self.left_out["struck-out"] += 1
            return ""
        if _LEFT_OUT in text:
            self.left_out["struck-out"] += text.count(_LEFT_OUT)
            return cell_text(text.replace(_LEFT_OUT, ""))
        return text

    def _text(self, cell: Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return _rich_text(cell)
        raw = next((each.text for each in cell if local(each) == "v"), None)
        if not raw:
            return ""
        if kind == "s":
            place = int(raw)
            return self.workbook.strings[place] if 0 <= place < len(self.workbook.strings) else ""
        if kind == "n":
            return self.workbook.number(raw, cell.get("s", "0"))
        signs = _TICKS if cell.get("s", "0") in self.workbook.ticked else _BOOLEANS
        return signs.get(raw, raw) if kind == "b" else cell_text(raw)

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        match = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
        if match[0] and match[1] and match[0][2] != match[1][2]:
            self.merged.append(Merged(int(match[0][2]), int(match[1][2]), _column(first)))


def notes_by_row(notes: Notes) -> dict[int, dict[int, str]]:
    """Return notes by the number of their row, from 1, and their column, from 0."""
    found: dict[int, dict[int, str]] = {}
    for place, words in notes.items():
        match = _REFERENCE.fullmatch(place)
        if match and 0 < int(match[2]) <= _LAST_ROW:
            found.setdefault(int(match[2]), {})[_column(place)] = cell_text(words)
    return found


def _noted(row: Row, notes: dict[int, str]) -> Row:
    """Return the row with its notes in brackets, each behind the text of its cell."""
    cells = dict(zip(row.columns, row.texts, strict=True))
    for column, words in notes.items():
        cells[column] = f"{cells.get(column, '')} [{words}]".strip()
    columns = tuple(sorted(cells))
    return Row(row.number, columns, tuple(cells[column] for column in columns))


@lru_cache(50_000)
def _letters(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def _column(reference: str) -> int:
    letters = reference.rstrip("0123456789")
    column = _letters(letters) if letters.isascii() and letters.isupper() else -1
    if not 0 <= column < _LAST_COLUMN:
        raise UnreadableDocument(reason="damaged")
    return column
