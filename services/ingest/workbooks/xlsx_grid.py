"""Excel workbooks as a grid (ECMA-376, part 1, 18): what is stored, not what is shown, with colours and formulas.

Read from the XML, as the parser of text is (ADR 10): openpyxl tells a formula or its value in one reading, not both.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from services.ingest.parsers.drawings import inner, relation
from services.ingest.parsers.number_formats import BUILT_IN, GENERAL, render
from services.ingest.parsers.xml_parts import Element, XmlParts, local
from services.ingest.workbooks.limits import MOST_CELLS, too_many_cells
from shared.duerp.importing.grid import Cell, Merged, Sheet, Workbook
from shared.errors import UnreadableDocument

"""Cells of all sheets: more would exceed the child's time and memory."""

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DATE = re.compile(r"[ymdhs]", re.IGNORECASE)
_WHITE = {"FFFFFFFF", "00FFFFFF", "theme:0"}
_LAST_COLUMN = 16_384
_LAST_SERIAL = 2_958_465
_BOOLEANS = {"0": "FAUX", "1": "VRAI"}
_GENERAL_DIGITS = 12


class _Style(NamedTuple):
    code: str
    is_date: bool
    fill: str | None


def read_xlsx(data: bytes) -> Workbook:
    """Return all worksheets, hidden ones too.

    Raises:
        UnreadableDocument: it is damaged, hostile, or too large.
    """
    parts = XmlParts(data)
    found = parts.relations("")
    main = next((part for kind, part in found.values() if kind.endswith("/officeDocument")), "xl/workbook.xml")
    targets = parts.relations(main)
    reader = _Reader(parts, targets)
    sheets: list[Sheet] = []
    for each in parts.needed(main).iter():
        if local(each) == "workbookPr":
            reader.since_1904 = each.get("date1904") in ("1", "true")
        elif local(each) == "sheet":
            kind, part = targets.get(relation(each, "id"), ("", ""))
            if kind.endswith("/worksheet") and part in parts:
                hidden = each.get("state", "visible") not in ("visible", "")
                sheets.append(reader.sheet(each.get("name", ""), part, hidden=hidden))
    return Workbook(sheets)


class _Reader:
    def __init__(self, parts: XmlParts, targets: dict[str, tuple[str, str]]) -> None:
        self._parts = parts
        self._left = MOST_CELLS
        self.since_1904 = False
        strings = next((part for kind, part in targets.values() if kind.endswith("/sharedStrings")), "")
        shared = parts.elements(strings, "{*}si") if strings in parts else ()
        self._strings = [_text_of(each) for each in shared]
        styles = next((part for kind, part in targets.values() if kind.endswith("/styles")), "")
        self._styles = list(_styles(parts.tree(styles)))

    def sheet(self, name: str, part: str, *, hidden: bool) -> Sheet:
        rows: dict[int, dict[int, Cell]] = {}
        merged: list[Merged] = []
        last = 0
        for element in self._parts.elements(part, "{*}row", "{*}mergeCell"):
            if local(element) == "mergeCell":
                merged += _merged(element.get("ref", ""))
                continue
            last = _row_number(element, last)
            cells = dict(self._cells(element))
            if cells:
                rows.setdefault(last, {}).update(cells)
        return Sheet(name, dict(sorted(rows.items())), merged, hidden)

    def _cells(self, row: Element) -> Iterator[tuple[int, Cell]]:
        column = -1
        for element in row:
            if local(element) != "c":
                continue
            reference = element.get("r")
            column = _column(reference) if reference else column + 1
            cell = self._cell(element)
            if cell is not None:
                self._left -= 1
                if self._left < 0:
                    raise too_many_cells()
                yield column, cell

    def _cell(self, element: Element) -> Cell | None:
        style = self._style(element.get("s", "0"))
        formula = raw = None
        for each in element:
            name = local(each)
            if name == "v":
                raw = each.text or ""
            elif name == "f":
                formula = each.text or "shared"
        kind = element.get("t", "n")
        has_value = formula is None or bool(raw) or (raw is not None and kind == "str")
        text, day = self._value(element, kind, raw or "", style)
        if not text and formula is None and style.fill is None:
            return None
        return Cell(text, day, formula or "", has_value, style.fill)

    def _style(self, number: str) -> _Style:
        place = int(number) if number.isdecimal() else 0
        return self._styles[place] if place < len(self._styles) else _Style(GENERAL, False, None)  # noqa: FBT003

    def _value(self, element: Element, kind: str, raw: str, style: _Style) -> tuple[str, date | None]:
        if kind == "inlineStr":
            return _text_of(element), None
        if not raw:
            return "", None
        if kind == "s":
            place = int(raw) if raw.isdecimal() else -1
            return (self._strings[place] if 0 <= place < len(self._strings) else ""), None
        if kind == "d":
            return raw[:10], _iso(raw)
        if kind != "n":
            return (_BOOLEANS.get(raw, raw) if kind == "b" else _unescaped(raw)), None
        return self._number(raw, style)

    def _number(self, raw: str, style: _Style) -> tuple[str, date | None]:
        try:
            value = float(raw)
        except ValueError:
            return raw, None
        if style.is_date and 1 <= value <= _LAST_SERIAL:
            day = (date(1904, 1, 1) if self.since_1904 else date(1899, 12, 30)) + timedelta(days=int(value))
            return f"{day:%d/%m/%Y}", day
        if "%" in style.code and value == value and abs(value) < 1e9:  # noqa: PLR0124, PLR2004 - not a number
            return render(value, style.code), None
        return plain_number(value), None


def plain_number(value: float) -> str:
    """Return a number with all its digits and a point, whatever the format of its cell shows."""
    if value == int(value) if abs(value) < 1e15 else False:  # noqa: PLR2004
        return str(int(value))
    return f"{value:.{_GENERAL_DIGITS}g}"


def _styles(root: Element | None) -> Iterator[_Style]:
    codes = dict(BUILT_IN)
    for each in root.iter() if root is not None else ():
        if local(each) == "numFmt" and each.get("numFmtId", "").isdecimal():
            codes[int(each.get("numFmtId", "0"))] = each.get("formatCode", GENERAL)
    fills = [_fill(each) for each in _children(inner(root, "fills"))]
    for each in _children(inner(root, "cellXfs")):
        number, fill = each.get("numFmtId", "0"), each.get("fillId", "0")
        code = codes.get(int(number) if number.isdecimal() else 0, GENERAL)
        place = int(fill) if fill.isdecimal() else 0
        is_date = code not in (GENERAL, "@") and bool(_DATE.search(_LITERAL.sub("", code.split(";")[0])))
        yield _Style(code, is_date, fills[place] if place < len(fills) else None)


def _children(element: Element | None) -> Iterator[Element]:
    return iter(element) if element is not None else iter(())


def _fill(element: Element) -> str | None:
    """Return the colour of a solid fill; None for none and for white."""
    pattern = inner(element, "patternFill")
    if pattern is None or pattern.get("patternType", "none") in ("none", "gray125"):
        return None
    colour = inner(pattern, "fgColor")
    if colour is None:
        return None
    named = colour.get("rgb") or next(
        (f"{kind}:{colour.get(kind)}" for kind in ("theme", "indexed") if colour.get(kind)), ""
    )
    return None if not named or named in _WHITE or named in ("indexed:64", "indexed:9", "indexed:1") else named


def _text_of(element: Element) -> str:
    """Return a cell's text with its line breaks, without Japanese phonetic hints."""
    words = [each.text or "" for each in element.iter() if local(each) == "t" and not _is_hint(each)]
    return _unescaped("".join(words))


def _is_hint(element: Element) -> bool:
    parent = element.getparent()
    return parent is not None and local(parent) == "rPh"


def _unescaped(text: str) -> str:
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").strip()


def _iso(raw: str) -> date | None:
    try:
        return date.fromisoformat(raw[:10])
    except ValueError:
        return None


def _row_number(element: Element, last: int) -> int:
    given = element.get("r", "")
    return int(given) if given.isdecimal() and len(given) < 8 else last + 1  # noqa: PLR2004


def _merged(reference: str) -> Iterator[Merged]:
    first, _, last = reference.partition(":")
    match = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
    if match[0] and match[1]:
        yield Merged(int(match[0][2]), _column(first), int(match[1][2]), _column(last))


def _column(reference: str) -> int:
    column = 0
    for letter in reference.rstrip("0123456789"):
        column = column * 26 + ord(letter) - ord("A") + 1
    if not 0 < column <= _LAST_COLUMN:
        raise UnreadableDocument(reason="damaged")
    return column - 1
