"""A DUERP as a workbook: a sheet a table, to be filtered, sorted and printed."""

import re
from collections.abc import Sequence
from io import BytesIO
from math import ceil

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from services.gateway.duerp.exports.own_columns import Own, is_read_back, row_parts
from services.gateway.duerp.exports.report import Column, Report, Row, Table
from services.gateway.duerp.exports.wording import Wording
from shared.duerp.own_files import exact, mark

MOST_CHARS = 32_767
"""Characters of a cell. Source: Excel's specifications and limits."""

_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""`_x0041_` in a text would be read as A. Source: ECMA-376, part 1, 22.9.2.19."""

_WIDTH = 150
_POINTS_A_LINE = 13
_MOST_POINTS = 409
"""Height of a row. Source: Excel's specifications and limits."""

_COVER = (36.0, 100.0)
_DARK = "1F3A5F"
_LINE = Side(style="thin", color="BFBFBF")
_GRID = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_ONE_LINE = Alignment(wrap_text=False)
_TOP = Alignment(wrap_text=True, vertical="top")


def xlsx(report: Report, own: Own | None) -> bytes:
    """Write a report as a workbook (Office Open XML), with the exact entries in what it hides, if any."""
    book = Workbook()
    cover = book.active
    assert isinstance(cover, Worksheet)
    _cover(cover, report)
    for section in report.sections:
        if section.table is not None:
            sheet = book.create_sheet(_name(book, section.table.sheet))
            _sheet(sheet, section.table, report)
            if own is not None:
                _exact_columns(sheet, section.table, own.unit)
    if own is not None:
        _exact_sheet(book.create_sheet(_name(book, "Vigie")), own, Wording(report.language)("exact-sheet"))
    book.properties.title = f"{report.title}, {report.unit}"
    book.properties.creator = report.unit
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _name(book: Workbook, wanted: str) -> str:
    """Return a sheet's title that Excel takes and that no sheet has yet."""
    clean = "".join(" " if char in "[]:*?/\\" else char for char in wanted).strip("' ")[:31]
    taken = {title.lower() for title in book.sheetnames}
    number = 1
    name = clean
    while name.lower() in taken:
        number += 1
        name = f"{clean[: 31 - len(str(number)) - 1]} {number}"
    return name


def _cover(sheet: Worksheet, report: Report) -> None:
    sheet.title = report.unit[:31] if not set(report.unit) & set("[]:*?/\\'") else "DUERP"
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = _COVER
    for row, words, font in (
        (1, report.title, Font(bold=True, size=16, color=_DARK)),
        (2, f"{report.unit}, {report.edition}", Font(size=12)),
    ):
        cell = _write(sheet.cell(row, 1), words)
        cell.font, cell.alignment = font, Alignment(wrap_text=False)
    at = 4
    for label, value in report.identity:
        _write(sheet.cell(at, 1), label).font = Font(bold=True)
        _write(sheet.cell(at, 2), value)
        sheet.row_dimensions[at].height = _height([label, value], _COVER)
        at += 1
    for section in report.sections:
        if section.table is not None and not section.paragraphs:
            continue
        at += 1
        _write(sheet.cell(at, 1), section.title).font = Font(bold=True, color=_DARK)
        for paragraph in section.paragraphs:
            _write(sheet.cell(at, 2), paragraph)
            at += 1
    _printed(sheet, report)


def _sheet(sheet: Worksheet, table: Table, report: Report) -> None:
    _header(sheet, table.columns)
    widths = _widths(table.columns)
    for at, row in enumerate(table.rows, start=2):
        _row(sheet, at, row)
        sheet.row_dimensions[at].height = _height(row.cells, widths)
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{len(table.rows) + 1}"
    _printed(sheet, report)


def _exact_columns(sheet: Worksheet, table: Table, unit: str) -> None:
    """Hide what each row prints of its entry behind it, where sorting and filtering take it along."""
    if not is_read_back(table):
        return
    first = len(table.columns) + 1
    _write(sheet.cell(1, first), mark(unit))
    for at, row in enumerate(table.rows, start=2):
        for column, part in enumerate(row_parts(table, row), start=first):
            _write(sheet.cell(at, column), part).alignment = _ONE_LINE
    last = sheet.max_column
    for column in range(first, last + 1):
        sheet.column_dimensions[get_column_letter(column)].hidden = True
    sheet.auto_filter.ref = f"A1:{get_column_letter(last)}{len(table.rows) + 1}"


def _exact_sheet(sheet: Worksheet, own: Own, about: str) -> None:
    _write(sheet.cell(1, 1), about)
    _write(sheet.cell(2, 1), mark(own.unit))
    for at, entry in enumerate(own.entries, start=3):
        for column, part in enumerate(exact(entry), start=1):
            _write(sheet.cell(at, column), part).alignment = _ONE_LINE
    sheet.sheet_state = "hidden"


def _header(sheet: Worksheet, columns: tuple[Column, ...]) -> None:
    widths = _widths(columns)
    for at, column in enumerate(columns, start=1):
        cell = _write(sheet.cell(1, at), column.title)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=_DARK)
        cell.border = _GRID
        sheet.column_dimensions[get_column_letter(at)].width = widths[at - 1]
    sheet.row_dimensions[1].height = _height([column.title for column in columns], widths)


def _row(sheet: Worksheet, at: int, row: Row) -> None:
    for column, text in enumerate(row.cells, start=1):
        _write(sheet.cell(at, column), text).border = _GRID
    for column, colour in row.colours:
        sheet.cell(at, column + 1).fill = PatternFill("solid", fgColor=colour.lstrip("#").upper())


def _widths(columns: Sequence[Column]) -> list[float]:
    """Return the width of each column, in characters."""
    shares = sum(column.share for column in columns)
    return [max(9.0, _WIDTH * column.share / shares) for column in columns]


def _height(cells: Sequence[str], widths: Sequence[float]) -> float:
    """Return how high a row must be for its words, in points: not every program finds that out by itself."""
    lines = max(
        sum(max(1, ceil(1.15 * len(line) / width)) for line in text.split("\n"))
        for text, width in zip(cells, widths, strict=True)
    )
    return min(_MOST_POINTS, _POINTS_A_LINE * lines + 3)


def _write(cell: Cell | object, text: str) -> Cell:
    """Write words, never a formula: whatever they begin with, they stay a text when somebody edits the cell."""
    assert isinstance(cell, Cell)
    cell.value = _ESCAPE.sub("_x005F_", text)[:MOST_CHARS]
    cell.data_type = "s"
    cell.quotePrefix = text[:1] in {"=", "+", "-", "@"}
    cell.alignment = _TOP
    return cell


def _printed(sheet: Worksheet, report: Report) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.left.text = report.footer.replace("&", "&&")
    sheet.oddFooter.right.text = report.page.format(page="&P", pages="&N")
