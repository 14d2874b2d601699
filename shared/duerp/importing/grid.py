"""A file as a grid of cells: what every reader of a format gives."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

_ALPHABET = 26


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is not empty.

    Attributes:
        text: as it was written; of a number all its digits, whatever its format shows.
        day: of a cell that is a date.
        formula: as it stands in the file, without `=`; "" for a cell that has none.
        has_value: whether the file tells what a formula gave.
        fill: colour behind the text, None for none and white.
    """

    text: str = ""
    day: date | None = None
    formula: str = ""
    has_value: bool = True
    fill: str | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged cell; rows from 1, columns from 0, all inclusive."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(slots=True)
class Sheet:
    """A sheet, or a table of a text.

    Attributes:
        rows: cells that are not empty by row, from 1, and column, from 0; rows in order.
        lead: paragraphs in front of a table of a text; of sheets their first rows say it.
        continues: whether a text's table follows another without a word between them.
    """

    name: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: Sequence[Merged] = ()
    hidden: bool = False
    lead: Sequence[str] = ()
    continues: bool = False

    def covered(self) -> dict[int, dict[int, Cell]]:
        """Return the rows with the text of merged cells in every row that they cover, in their first column."""
        rows = {number: dict(cells) for number, cells in self.rows.items()}
        for each in self.merged:
            top = self.rows.get(each.first_row, {}).get(each.first_column)
            if top is None or each.last_row - each.first_row > len(self.rows) + 50:
                continue
            for number in range(each.first_row + 1, each.last_row + 1):
                if number in rows:
                    rows[number].setdefault(each.first_column, top)
        return rows


@dataclass(slots=True)
class Workbook:
    """All sheets of a file, in order; `texts`: paragraphs outside of tables."""

    sheets: list[Sheet]
    texts: Sequence[str] = ()
    contract: Mapping[str, object] | None = None
    """A file of ours, which needs no reading: the JSON of a preview."""

    def shown(self) -> Iterator[Sheet]:
        return (sheet for sheet in self.sheets if not sheet.hidden)


def letters(column: int) -> str:
    """Return a column's letters: 0 is A, 26 is AA."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, _ALPHABET)
        found = chr(ord("A") + rest) + found
    return found
