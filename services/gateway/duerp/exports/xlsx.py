"""A DUERP as a workbook: a sheet a table, to be filtered, sorted and printed."""

import re
from collections.abc import Sequence
from copy import copy
from functools import partial
from io import BytesIO
from math import ceil

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from services.gateway.duerp.exports.own_columns import Own, is_read_back, row_parts
from services.gateway.duerp.exports.report import Column, Report, Row, Table
from services.gateway.duerp.exports.wording import Wording
from shared.duerp.own_cells import exact, mark

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


_font = partial(Font, name="Calibri")
"""A font without a name is any one: a serif one in LibreOffice."""


class _Looks:
    """How cells look, each look worked out once a workbook: to set it property by property took most of the time."""

    def __init__(self, book: Workbook) -> None:
        self._trial = book.create_sheet("looks")
        self._known: dict[tuple[bool, str, bool, bool], StyleArray] = {}

    def of(self, text: str, *, grid: bool = False, colour: str = "", lines: bool = True) -> StyleArray:
        """Return the look of a cell with a text; a text that a spreadsheet would compute stays a text when edited."""
        is_quoted = text[:1] in {"=", "+", "-", "@"}
        key = (grid, colour, is_quoted, lines)
        if key not in self._known:
            cell = self._trial.cell(1, 1)
            cell.border = _GRID if grid else Border()
            cell.fill = PatternFill("solid", fgColor=colour.lstrip("#").upper()) if colour else PatternFill()
            cell.alignment = _TOP if lines else _ONE_LINE
            cell.quotePrefix = is_quoted
            self._known[key] = copy(cell._style)  # noqa: SLF001 (what openpyxl copies a cell's look by)
        return self._known[key]

    def close(self) -> None:
        """Remove the sheet on which looks are tried."""
        self._trial.parent.remove(self._trial)


def xlsx(report: Report, own: Own | None) -> bytes:
    """Write a report as a workbook (Office Open XML), with the exact entries in what it hides, if any."""
    book = Workbook()
    cover = book.active
    assert isinstance(cover, Worksheet)
    looks = _Looks(book)
    _cover(cover, report, looks)
    for section in report.sections:
        if section.table is not None:
            sheet = book.create_sheet(_name(book, section.table.sheet))
            _sheet(sheet, section.table, report, looks)
            if own is not None:
                _exact_columns(sheet, section.table, own.unit, looks)
    if own is not None:
        _exact_sheet(book.create_sheet(_name(book, "Vigie")), own, Wording(report.language)("exact-sheet"), looks)
    looks.close()
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


def _cover(sheet: Worksheet, report: Report, looks: _Looks) -> None:
    sheet.title = report.unit[:31] if not set(report.unit) & set("[]:*?/\\'") else "DUERP"
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = _COVER
    for row, words, font in (
        (1, report.title, _font(bold=True, size=16, color=_DARK)),
        (2, f"{report.unit}, {report.edition}", _font(size=12)),
    ):
        cell = _write(sheet.cell(row, 1), words, looks)
        cell.font, cell.alignment = font, Alignment(wrap_text=False)
    at = 4
    for label, value in report.identity:
        _write(sheet.cell(at, 1), label, looks).font = _font(bold=True)
        _write(sheet.cell(at, 2), value, looks)
        sheet.row_dimensions[at].height = _height([label, value], _COVER)
        at += 1
    for section in report.sections:
        if section.table is not None and not section.paragraphs:
            continue
        at += 1
        _write(sheet.cell(at, 1), section.title, looks).font = _font(bold=True, color=_DARK)
        for paragraph in section.paragraphs:
            _write(sheet.cell(at, 2), paragraph, looks)
            at += 1
    _printed(sheet, report)


def _sheet(sheet: Worksheet, table: Table, report: Report, looks: _Looks) -> None:
    _header(sheet, table.columns, looks)
    widths = _widths(table.columns)
    for at, row in enumerate(table.rows, start=2):
        _row(sheet, at, row, looks)
        sheet.row_dimensions[at].height = _height(row.cells, widths)
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{len(table.rows) + 1}"
    _printed(sheet, report)


def _exact_columns(sheet: Worksheet, table: Table, unit: str, looks: _Looks) -> None:
    """Hide what each row prints of its entry behind it, where sorting and filtering take it along."""
    if not is_read_back(table):
        return
    first = len(table.columns) + 1
    _write(sheet.cell(1, first), mark(unit), looks)
    for at, row in enumerate(table.rows, start=2):
        for column, part in enumerate(row_parts(table, row), start=first):
            _write(sheet.cell(at, column), part, looks, lines=False)
    last = sheet.max_column
    for column in range(first, last + 1):
        sheet.column_dimensions[get_column_letter(column)].hidden = True
    sheet.auto_filter.ref = f"A1:{get_column_letter(last)}{len(table.rows) + 1}"


def _exact_sheet(sheet: Worksheet, own: Own, about: str, looks: _Looks) -> None:
    _write(sheet.cell(1, 1), about, looks)
    _write(sheet.cell(2, 1), mark(own.unit), looks)
    for at, entry in enumerate(own.entries, start=3):
        for column, part in enumerate(exact(entry), start=1):
            _write(sheet.cell(at, column), part, looks, lines=False)
    sheet.sheet_state = "hidden"


def _header(sheet: Worksheet, columns: tuple[Column, ...], looks: _Looks) -> None:
    widths = _widths(columns)
    for at, column in enumerate(columns, start=1):
        cell = _write(sheet.cell(1, at), column.title, looks)
        cell.font = _font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=_DARK)
        cell.border = _GRID
        sheet.column_dimensions[get_column_letter(at)].width = widths[at - 1]
    sheet.row_dimensions[1].height = _height([column.title for column in columns], widths)


def _row(sheet: Worksheet, at: int, row: Row, looks: _Looks) -> None:
    colours = dict(row.colours)
    for column, text in enumerate(row.cells):
        _write(sheet.cell(at, column + 1), text, looks, grid=True, colour=colours.get(column, ""))


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


def _write(
    cell: Cell | object, text: str, looks: _Looks, *, grid: bool = False, colour: str = "", lines: bool = True
) -> Cell:
    """Write words, never a formula."""
    assert isinstance(cell, Cell)
    cell.value = _ESCAPE.sub("_x005F_", text)[:MOST_CHARS]
    cell.data_type = "s"
    cell._style = copy(looks.of(text, grid=grid, colour=colour, lines=lines))  # noqa: SLF001
    return cell


def _printed(sheet: Worksheet, report: Report) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.left.text = report.footer.replace("&", "&&")
    sheet.oddFooter.right.text = report.page.format(page="&P", pages="&N")
