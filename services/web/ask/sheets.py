"""A passage of a sheet as a piece of its table: its rows with their numbers, its columns with their letters. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.http_api.passages import PassageView
from shared.language.names import one_line

_BETWEEN = " | "


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row; `is_cited`: words of the quote stand in it."""

    number: int
    cells: Sequence[str]
    is_cited: bool


def sheet_rows(passage: PassageView, cited: tuple[int, int]) -> list[SheetRow]:
    """Return the rows of a passage of a sheet; none where it is of no sheet, or does not read as a table.

    Args:
        cited: characters of its text that are cited, from and up to.
    """
    lines = passage.text.split("\n")
    if not passage.columns or len(lines) != len(passage.rows):
        return []
    found, at = [], 0
    for number, line in zip(passage.rows, lines, strict=True):
        cells = [one_line(cell) for cell in line.split(_BETWEEN)]
        if len(cells) > len(passage.columns):
            return []
        cells += [""] * (len(passage.columns) - len(cells))
        found.append(SheetRow(number, cells, at < cited[1] and cited[0] < at + len(line)))
        at += len(line) + 1
    return found
