"""Excel workbooks: displayed values; formulas are never computed (ECMA-376, part 1, 18).

Read from the XML itself: openpyxl in its reading mode tells neither merged cells nor hidden columns, and takes twice
as long (docs/adr/0010-tables-and-chunking.md).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from posixpath import join, normpath

from services.ingest.parsers.number_formats import BUILT_IN, GENERAL, render
from services.ingest.parsers.sheets import Merged, Row, SheetAssembly, cell_text
from services.ingest.parsers.xml_parts import Element, XmlParts, local
from services.ingest.ports import ParsedDocument
from shared.errors import UnreadableDocument

_WORKBOOK = "xl/workbook.xml"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_BOOLEANS = {"0": "FAUX", "1": "VRAI"}
_SHOWN = ("visible", "")
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
            rows = _Sheet(assembly, workbook)
            rows.read(parts, part)
            assembly.sheet(name, rows.shown(), rows.merged)
        return assembly.finish()


class _Workbook:
    """Common data of the sheets: shared strings, formats, epoch of dates."""

    def __init__(self, parts: XmlParts) -> None:
        main, targets = _main(parts)
        root = parts.needed(main)
        self.sheets: list[tuple[str, str]] = []
        self.since_1904 = False
        for each in root.iter():
            if local(each) == "sheet" and each.get("state", "") in _SHOWN:
                target = targets.get(_relation(each), ("", ""))
                if target[0].endswith("/worksheet"):
                    self.sheets.append((cell_text(each.get("name", "")), target[1]))
            elif local(each) == "workbookPr":
                self.since_1904 = each.get("date1904") in ("1", "true")
        strings = next((part for kind, part in targets.values() if kind.endswith("/sharedStrings")), "")
        styles = next((part for kind, part in targets.values() if kind.endswith("/styles")), "")
        self.strings = [_rich_text(each) for each in parts.elements(strings, "{*}si")] if strings in parts else []
        self._formats = _formats(parts.tree(styles))
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
    found = _relations(parts, "_rels/.rels", "")
    main = next((part for kind, part in found.values() if kind.endswith("/officeDocument")), _WORKBOOK)
    folder, _, name = main.rpartition("/")
    return main, _relations(parts, join(folder, "_rels", f"{name}.rels"), folder)


def _relations(parts: XmlParts, name: str, folder: str) -> dict[str, tuple[str, str]]:
    root = parts.tree(name)
    return {
        each.get("Id", ""): (each.get("Type", ""), normpath(join("/", folder, each.get("Target", ""))).lstrip("/"))
        for each in (root if root is not None else ())
        if each.get("TargetMode") != "External"
    }


def _relation(element: Element) -> str:
    return next((str(value) for name, value in element.attrib.items() if str(name).endswith("}id")), "")


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


def _rich_text(element: Element) -> str:
    """Return a cell's text, without Japanese phonetic hints."""
    words = "".join(
        each.text or ""
        for each in element.iter()
        if local(each) == "t" and (parent := each.getparent()) is not None and local(parent) != "rPh"
    )
    return cell_text(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), words) if "_x" in words else words)


@dataclass(slots=True)
class _Sheet:
    """A sheet being read; merged cells are listed after its rows, hidden columns before."""

    assembly: SheetAssembly
    workbook: _Workbook
    rows: list[Row] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    hidden: list[range] = field(default_factory=list)
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
            text = self._text(cell)
            if text:
                columns.append(column)
                texts.append(text)
        if not texts:
            return
        if number <= previous or number > _LAST_ROW or any(a >= b for a, b in pairwise(columns)):
            raise UnreadableDocument(reason="damaged")
        self.assembly.count(len(texts))
        places = tuple(columns)
        self.rows.append(Row(number, self._places.setdefault(places, places), tuple(texts)))

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
        return _BOOLEANS.get(raw, raw) if kind == "b" else cell_text(raw)

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        match = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
        if match[0] and match[1] and match[0][2] != match[1][2]:
            self.merged.append(Merged(int(match[0][2]), int(match[1][2]), _column(first)))


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
