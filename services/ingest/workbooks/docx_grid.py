"""Tables of Word documents as grids (ECMA-376, part 1, 17.4)."""

from collections.abc import Iterator
from posixpath import join

from services.ingest.parsers.docx_blocks import UNSHOWN, blocks_of, inside, number_of
from services.ingest.parsers.docx_styles import child, value
from services.ingest.parsers.xml_parts import Element, XmlParts, local
from services.ingest.workbooks.text_tables import TextTables
from shared.duerp.importing.grid import Cell, Merged, Workbook
from shared.errors import UnreadableDocument

_MAIN = "word/document.xml"
_BREAKS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_NO_FILL = ("", "auto", "FFFFFF", "ffffff")
_MOST_COLUMNS = 200


def read_docx(data: bytes) -> Workbook:
    """Return the tables of a document.

    Raises:
        UnreadableDocument: it is damaged.
    """
    parts = XmlParts(data)
    found = parts.relations("")
    main = next((part for kind, part in found.values() if kind.endswith("/officeDocument")), join("", _MAIN))
    body = child(parts.needed(main), "body")
    if body is None:
        raise UnreadableDocument(reason="damaged")
    tables = TextTables()
    for block in blocks_of(body):
        if local(block) == "p":
            tables.paragraph(_words(block))
        elif local(block) == "tbl":
            tables.table(*_grid(block))
    return tables.workbook()


def _grid(table: Element) -> tuple[dict[int, dict[int, Cell]], list[Merged]]:
    rows: dict[int, dict[int, Cell]] = {}
    merged: list[Merged] = []
    hanging: dict[int, tuple[int, int]] = {}  # by column: row and last column of the cell that is merged downwards
    number = 0
    for number, row in enumerate(inside(table, "tr"), start=1):
        column = number_of(value(child(row, "trPr", "gridBefore")), 0)
        for tc in inside(row, "tc"):
            properties = child(tc, "tcPr")
            span = min(number_of(value(child(properties, "gridSpan")), 1) or 1, _MOST_COLUMNS)
            down = child(properties, "vMerge")
            if down is None or value(down) == "restart":
                _close(hanging, merged, column, number - 1)
                cell = Cell("\n".join(_paragraphs(tc)).strip(), fill=_fill(properties))
                if cell.text or cell.fill:
                    rows.setdefault(number, {})[column] = cell
                if down is not None:
                    hanging[column] = (number, column + span - 1)
                elif span > 1:
                    merged.append(Merged(number, column, number, column + span - 1))
            column += span
    for column in list(hanging):
        _close(hanging, merged, column, number)
    return rows, merged


def _close(hanging: dict[int, tuple[int, int]], merged: list[Merged], column: int, last: int) -> None:
    """End a cell that is merged downwards in the row before another one begins in its column."""
    begun = hanging.pop(column, None)
    if begun is not None and (last > begun[0] or begun[1] > column):
        merged.append(Merged(begun[0], column, max(last, begun[0]), begun[1]))


def _paragraphs(cell: Element) -> Iterator[str]:
    for block in blocks_of(cell):
        if local(block) == "p":
            yield _words(block)
        elif local(block) == "tbl":
            for row in inside(block, "tr"):
                for inner in inside(row, "tc"):
                    yield from _paragraphs(inner)


def _words(element: Element) -> str:
    """Return a paragraph's text as it is shown, without what was deleted."""
    parts: list[str] = []
    _gather(element, parts)
    return "".join(parts).replace("\u00a0", " ").strip()


def _gather(element: Element, parts: list[str]) -> None:
    for each in element:
        name = local(each)
        if name == "t":
            parts.append(each.text or "")
        elif name in _BREAKS:
            parts.append(_BREAKS[name])
        elif name == "AlternateContent":
            if len(each):
                _gather(each[0], parts)
        elif name and name not in UNSHOWN:
            _gather(each, parts)


def _fill(properties: Element | None) -> str | None:
    shade = value(child(properties, "shd"), "fill") or ""
    return None if shade in _NO_FILL else shade
