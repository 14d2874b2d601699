"""Workbooks of Excel 97 to 2003 as a grid, by xlrd (ADR 34)."""

from datetime import date

import xlrd

from services.ingest.workbooks.limits import MOST_CELLS, too_many_cells
from services.ingest.workbooks.xlsx_grid import plain_number
from shared.duerp.importing.grid import Cell, Merged, Sheet, Workbook
from shared.errors import UnreadableDocument

_NO_FILL, _WHITE = (64, 9, 1), (255, 255, 255)


class _Nowhere:
    """Takes what xlrd would print."""

    def write(self, _: str) -> None:
        return


def read_xls(data: bytes) -> Workbook:
    """Return all worksheets, hidden ones too. The format tells no formula from its value: what is cached is read.

    Raises:
        UnreadableDocument: it is no workbook, damaged, encrypted, or too large.
    """
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=_Nowhere())
    except xlrd.XLRDError as error:
        raise UnreadableDocument(reason="password" if "encrypt" in str(error).lower() else "damaged") from error
    if sum(sheet.nrows * sheet.ncols for sheet in book.sheets()) > 10 * MOST_CELLS:
        raise too_many_cells()
    return Workbook([_sheet(book, sheet) for sheet in book.sheets()])


def _sheet(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> Sheet:
    rows: dict[int, dict[int, Cell]] = {}
    for number in range(sheet.nrows):
        cells = {}
        for column in range(sheet.row_len(number)):
            cell = _cell(book, sheet.cell(number, column))
            if cell is not None:
                cells[column] = cell
        if cells:
            rows[number + 1] = cells
    merged = [Merged(first + 1, left, last, right - 1) for first, last, left, right in sheet.merged_cells]
    return Sheet(sheet.name, rows, merged, hidden=sheet.visibility != 0)


def _cell(book: xlrd.Book, cell: xlrd.sheet.Cell) -> Cell | None:
    fill = _fill(book, cell.xf_index)
    text, day = _value(book, cell)
    return Cell(text, day, fill=fill) if text or fill else None


def _value(book: xlrd.Book, cell: xlrd.sheet.Cell) -> tuple[str, date | None]:
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return cell.value.replace("\r\n", "\n").replace("\u00a0", " ").strip(), None
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            day = xlrd.xldate_as_datetime(cell.value, book.datemode).date()
        except (ValueError, OverflowError):
            return plain_number(cell.value), None
        return f"{day:%d/%m/%Y}", day
    return _plain(cell), None


def _plain(cell: xlrd.sheet.Cell) -> str:
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return plain_number(cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "VRAI" if cell.value else "FAUX"
    return str(xlrd.error_text_from_code.get(cell.value, "#N/A")) if cell.ctype == xlrd.XL_CELL_ERROR else ""


def _fill(book: xlrd.Book, number: int | None) -> str | None:
    if number is None or number >= len(book.xf_list):
        return None
    background = book.xf_list[number].background
    if not background.fill_pattern or background.pattern_colour_index in _NO_FILL:
        return None
    colour = book.colour_map.get(background.pattern_colour_index)
    return None if colour is None or colour == _WHITE else "FF{:02X}{:02X}{:02X}".format(*colour)
