"""Conversion of tables with spanning cells into plain grids, one line of text a row."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile

from services.ingest.parsers.assembling import on_one_line
from services.ingest.ports import Table
from shared.contracts.passages import CELL

MAX_COLUMNS = 200
"""Most cells of a row in a text's table."""

_LONGEST_LABEL = 80
_NUMBER = re.compile(r"[\d.,\s-]*\d[\d.,\s-]*")
_MAX_HEADER = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text, and the `columns` and `rows` that it spans, from 1."""

    text: str
    columns: int = 1
    rows: int = 1


def grid(rows: Iterable[Sequence[Cell]]) -> list[list[str]]:
    """Rows of texts, each in its column.

    A cell that spans columns stands in the first of them. One that spans rows is said in each of them: a row must be
    understood, and quoted, by itself.
    """
    found: list[list[str]] = []
    hanging: dict[int, tuple[int, str]] = {}  # by column: rows still to fill, and with what
    for cells in rows:
        row: dict[int, str] = {column: text for column, (_, text) in hanging.items()}
        hanging = {column: (left - 1, text) for column, (left, text) in hanging.items() if left > 1}
        column = 0
        for cell in cells:
            while column in row:
                column += 1
            if column >= MAX_COLUMNS:
                break
            span = max(1, min(cell.columns, MAX_COLUMNS - column))
            for place in range(column, column + span):
                text = cell.text if place == column else ""
                row[place] = text
                if cell.rows > 1:
                    hanging[place] = (cell.rows - 1, text)
            column += span
        found.append([row.get(place, "") for place in range(max(row, default=-1) + 1)])
    return found


def line(cells: Sequence[str]) -> str:
    """Return a row as one line, without the empty cells at its end."""
    return CELL.join(map(_within_cell, cells)).rstrip(" |").lstrip() if any(cells) else ""


def _within_cell(text: str) -> str:
    """Return a cell's text on one line, a bar between words of it as a broken bar: a plain one would part cells."""
    words = on_one_line(text)
    return words.replace("|", "¦") if "|" in words else words


def header_rows(rows: Sequence[Sequence[str]], declared: int = 0) -> int:
    """Return the number of header rows: as declared, or 1 if the first row looks like labels."""
    if len(rows) < 2:  # noqa: PLR2004
        return 0
    if declared:
        return declared if declared <= min(_MAX_HEADER, len(rows) - 1) else 0
    first = [cell for cell in rows[0] if cell]
    return int(len(first) > 1 and all(is_label(cell) for cell in first))


def tables_of(lines: Sequence[str], start: int) -> Iterator[Table]:
    """Yield the tables of a text, runs of lines with several cells, whose header a later chunk repeats.

    The header is the rows before the first one with a cell that is a number, else the first row.

    Args:
        lines: of the text, which begins at character `start`.
    """
    places: list[int] = []
    for each in lines:
        places.append(start)
        start += len(each) + 1
    for is_table, run in groupby(range(len(lines)), key=lambda at: CELL in lines[at]):
        rows = list(run)
        if is_table and len(rows) > 1:
            cells = [lines[at].split(CELL) for at in rows]
            labels = len(list(takewhile(lambda row: not any(map(_NUMBER.fullmatch, row)), cells)))
            header = labels if 0 < labels <= _MAX_HEADER else header_rows(cells)
            yield Table([places[at] for at in rows], places[rows[-1]] + len(lines[rows[-1]]), header)


def is_label(text: str) -> bool:
    return len(text) <= _LONGEST_LABEL and any(character.isalpha() for character in text)
