"""Grids written as tables of text."""

from collections.abc import Sequence

from shared.duerp.importing.grid import Cell, Merged, Sheet, Workbook
from shared.duerp.importing.mapping import KeptMapping
from shared.duerp.importing.preview import Preview
from shared.duerp.importing.reading import preview

Written = Sequence[Sequence[str | Cell]]


def sheet(name: str, table: Written, merged: Sequence[Merged] = (), *, hidden: bool = False) -> Sheet:
    rows = {
        number: {
            column: each if isinstance(each, Cell) else Cell(each) for column, each in enumerate(row) if each != ""
        }
        for number, row in enumerate(table, start=1)
    }
    return Sheet(name, {number: cells for number, cells in rows.items() if cells}, merged, hidden)


def previewed(*sheets: Sheet, kept: KeptMapping | None = None) -> Preview:
    return preview(Workbook(list(sheets)), kept)


def codes(found: Preview, row: int | None = None) -> set[str]:
    return {each.code for each in found.report if row is None or each.row == row}
