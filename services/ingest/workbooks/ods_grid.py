"""OpenDocument spreadsheets as a grid."""

from collections.abc import Iterator
from datetime import date

from services.ingest.parsers.odf import OFFICE, STYLE, TABLE, Styles, content_of, count_of, words_of
from services.ingest.parsers.xml_parts import Element, XmlParts, local
from services.ingest.workbooks.limits import MOST_CELLS, too_many_cells
from services.ingest.workbooks.xlsx_grid import plain_number
from shared.duerp.importing.grid import Cell, Merged, Sheet, Workbook

_LAST_ROW, _LAST_COLUMN = 1_048_576, 1024
_MOST_REPEATED = 20_000
_BACKGROUND = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}background-color"
_NO_FILL = ("", "transparent", "#ffffff")


def read_ods(data: bytes) -> Workbook:
    """Return all sheets, hidden ones too.

    Raises:
        UnreadableDocument: it is damaged, encrypted, or too large.
    """
    parts = XmlParts(data)
    body = content_of(parts, "spreadsheet")
    styles = Styles(body.getroottree().getroot(), parts.tree("styles.xml"))
    reader = OdfCells(styles)
    return Workbook([_sheet(each, reader, styles) for each in body if local(each) == "table"])


def _sheet(element: Element, reader: "OdfCells", styles: Styles) -> Sheet:
    hidden = any(
        each.get(TABLE + "display") == "false"
        for style in styles.chain("table", element.get(TABLE + "style-name"))
        for each in style
        if each.tag == STYLE + "table-properties"
    )
    rows, merged = reader.table(element)
    return Sheet(element.get(TABLE + "name", ""), rows, merged, hidden)


class OdfCells:
    """Cells of a table of an OpenDocument file."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._left = MOST_CELLS

    def table(self, element: Element) -> tuple[dict[int, dict[int, Cell]], list[Merged]]:
        """Return the rows of a table and its merged cells."""
        rows: dict[int, dict[int, Cell]] = {}
        merged: list[Merged] = []
        number = 1
        for row in _rows(element):
            times = count_of(row, "number-rows-repeated", _LAST_ROW)
            cells = dict(self._cells(row, number, merged))
            said = any(cell.text or cell.formula for cell in cells.values())
            for repeated in range(number, number + min(times, _MOST_REPEATED if said else 1)):
                if cells:
                    rows[repeated] = cells
            number += times
        return rows, merged

    def _cells(self, row: Element, number: int, merged: list[Merged]) -> Iterator[tuple[int, Cell]]:
        column = 0
        for element in row:
            if local(element) not in ("table-cell", "covered-table-cell"):
                continue
            times = count_of(element, "number-columns-repeated", 16_384)
            down = count_of(element, "number-rows-spanned", _LAST_ROW)
            right = count_of(element, "number-columns-spanned", _LAST_COLUMN)
            if down > 1 or right > 1:
                merged.append(Merged(number, column, number + down - 1, column + right - 1))
            cell = self._cell(element) if local(element) == "table-cell" else None
            if cell is not None and (cell.text or times < _LAST_COLUMN // 2):
                for place in range(column, min(column + times, _LAST_COLUMN)):
                    self._left -= 1
                    if self._left < 0:
                        raise too_many_cells()
                    yield place, cell
            column += times

    def _cell(self, element: Element) -> Cell | None:
        text, day = self._value(element)
        formula = element.get(TABLE + "formula", "").partition("=")[2]
        has_value = bool(element.get(OFFICE + "value-type")) or bool(text)
        fill = self._fill(element)
        return Cell(text, day, formula, has_value or not formula, fill) if text or formula or fill else None

    def _value(self, element: Element) -> tuple[str, date | None]:
        kind = element.get(OFFICE + "value-type", "")
        if kind == "date":
            written = element.get(OFFICE + "date-value", "")
            try:
                day = date.fromisoformat(written[:10])
            except ValueError:
                return written, None
            return f"{day:%d/%m/%Y}", day
        if kind == "float":
            try:
                return plain_number(float(element.get(OFFICE + "value", ""))), None
            except (ValueError, OverflowError):
                return element.get(OFFICE + "value", ""), None
        return "\n".join(self._paragraphs(element)).strip(), None

    def _paragraphs(self, element: Element) -> Iterator[str]:
        """Yield a cell's paragraphs and the items of its lists."""
        for each in element:
            name = local(each)
            if name in ("p", "h"):
                yield words_of(each, self._styles, []).replace("\u00a0", " ").strip()
            elif name in ("list", "list-item", "section", "list-header"):
                yield from self._paragraphs(each)
            elif name == "table":
                rows, _ = self.table(each)
                yield from (cell.text for cells in rows.values() for cell in cells.values())

    def _fill(self, element: Element) -> str | None:
        for style in self._styles.chain("table-cell", element.get(TABLE + "style-name")):
            for each in style:
                colour = each.get(_BACKGROUND)
                if colour is not None:
                    return None if colour.lower() in _NO_FILL else colour
        return None


def _rows(element: Element) -> Iterator[Element]:
    for each in element:
        if local(each) == "table-row":
            yield each
        elif local(each) in ("table-row-group", "table-rows", "table-header-rows"):
            yield from _rows(each)
