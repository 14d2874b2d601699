"""Tables side by side on a sheet, told apart by the empty columns between them.

A table may have an empty column of its own, for the looks of it. So the parts on both sides of one are tables only
where each has at least two columns, labels of its own above them, and rows below these.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

from services.ingest.parsers.grids import is_label

_LEAST_COLUMNS, _LEAST_ROWS, _MOST_TITLES = 2, 2, 3


class Cells(Protocol):
    """The cells of a row that are not empty: their columns, from 0, in order, and their texts."""

    @property
    def columns(self) -> tuple[int, ...]: ...

    @property
    def texts(self) -> tuple[str, ...]: ...


def parts_of(rows: Sequence[Cells]) -> list[range]:
    """Return the columns of each of the tables that stand side by side; one range for a single table."""
    used = sorted({column for row in rows if len(row.columns) > 1 for column in row.columns})
    runs: list[list[int]] = []
    for column in used:
        if runs and column == runs[-1][-1] + 1:
            runs[-1].append(column)
        else:
            runs.append([column])
    whole = [range(1 + max((row.columns[-1] for row in rows), default=0))]
    if len(runs) < 2 or not all(_is_table(rows, run) for run in runs):  # noqa: PLR2004
        return whole
    edges = [0, *(run[0] for run in runs[1:]), whole[0].stop]
    return [range(first, end) for first, end in pairwise(edges)]


def _is_table(rows: Sequence[Cells], run: Sequence[int]) -> bool:
    """Whether the cells of these columns have labels above them and rows below: as many cells as labels in one."""
    if len(run) < _LEAST_COLUMNS:
        return False
    cells = [
        [text for column, text in zip(row.columns, row.texts, strict=True) if run[0] <= column <= run[-1]]
        for row in rows
    ]
    filled = [row for row in cells if row]
    while filled and len(filled[0]) == 1 and len(cells) - len(filled) < _MOST_TITLES:
        filled = filled[1:]
    if len(filled) < _LEAST_ROWS or len(filled[0]) < len(run):
        return False
    return all(map(is_label, filled[0])) and max(map(len, filled[1:])) >= _LEAST_COLUMNS
