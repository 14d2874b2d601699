"""The columns that let an export be read back: exact entries, and what each row of cells printed of them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.gateway.duerp.exports.report import Row, Table
from shared.duerp.own_cells import Printed, exact, exact_row, printed_cells


@dataclass(frozen=True, slots=True)
class Own:
    """The exact entries of an export, and the key of their unit."""

    unit: str
    entries: Sequence[Mapping[str, Any]]


def is_read_back(table: Table) -> bool:
    """Return whether rows of a table are of entries."""
    return any(row.entry for row in table.rows)


def row_parts(table: Table, row: Row) -> list[str]:
    """Return what a row prints of its entry, as cells; none for a row of no entry."""
    return exact_row(row.entry, _printed(table, row)) if row.entry else []


def rows_with_entries(table: Table | None, entries: Sequence[Mapping[str, Any]]) -> list[tuple[Row | None, list[str]]]:
    """Return every row with its exact cells: an entry is told by its first row, or by one without other cells."""
    left = {str(each["id"]): each for each in entries}
    found: list[tuple[Row | None, list[str]]] = []
    for row in table.rows if table else ():
        assert table is not None
        entry = left.pop(row.entry, {})
        found.append((row, exact({**entry, "row": row.entry, "cells": printed_cells(_printed(table, row))})))
    return found + [(None, exact(each)) for each in left.values()]


def _printed(table: Table, row: Row) -> dict[str, Sequence[Printed]]:
    told = dict(row.printed)
    return {
        column.title: told.get(at, (Printed("", cell),))
        for at, (column, cell) in enumerate(zip(table.columns, row.cells, strict=True))
    }
