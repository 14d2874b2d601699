"""Sheets of a workbook as tables: displayed text, with numbers of rows and letters of columns.

A table is what stands between empty rows, and between empty columns where it has labels of its own
(side_by_side.py); rows without a header of their own, in the columns of the table above, are
more of that table. Lines of a single cell above it (a title, a date) belong to it: they are
repeated with its header. A row that names the rows below it (row_groups.py) is a part of their header: each group is
a table with the labels of all. Empty columns are passed over, as are hidden sheets and hidden columns, which nobody
means to be read (a remark says so). Hidden rows are kept: most are hidden by a filter that somebody forgot, and their
numbers still lead to them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from services.ingest.parsers.assembling import TextAssembly, on_one_line, without_text
from services.ingest.parsers.decoding import clean
from services.ingest.parsers.grids import is_label, line
from services.ingest.parsers.row_groups import groups_of
from services.ingest.parsers.side_by_side import parts_of
from services.ingest.ports import ParsedDocument, Section, Table
from shared.contracts.remarks import Remark
from shared.errors import UnreadableDocument

MAX_CELLS = 2_000_000
"""Most non-empty cells of all sheets: more would exceed a document's time limit."""

_MOST_COLUMNS = 256
"""Columns beyond which a table's cells are cited by their row alone."""

_MAX_TITLES = 3
_ALPHABET = 26


@dataclass(frozen=True, slots=True)
class Row:
    """Non-empty cells of a row: `columns` from 0, in order, and their `texts`; `number` from 1."""

    number: int
    columns: tuple[int, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged cell; rows from 1, columns from 0, all inclusive."""

    first_row: int
    last_row: int
    column: int


class SheetAssembly:
    """Builds a document sheet by sheet."""

    def __init__(self) -> None:
        self._assembly = TextAssembly()
        self._sections: list[Section] = []
        self._tables: list[Table] = []
        self._cells = 0
        self.remarks: list[Remark] = []

    def count(self, cells: int) -> None:
        """Count further cells as read.

        Raises:
            UnreadableDocument: there are more than anybody reads.
        """
        self._cells += cells
        if self._cells > MAX_CELLS:
            raise UnreadableDocument(reason="too-many-cells", limit=MAX_CELLS // 1_000_000)

    def sheet(self, name: str | None, rows: Iterable[Row], merged: Sequence[Merged] = ()) -> None:
        """Add a sheet's rows, in order; a merged cell is repeated in each, so that a row can be read alone."""
        table: list[Row] = []
        titles: list[Row] = []
        for block in _blocks(_spread(rows, merged)):
            parts = parts_of(block)
            if len(parts) > 1:
                self._table(name, table)
                self._side_by_side(name, titles, block, parts)
                table, titles = [], []
            elif all(len(row.columns) == 1 for row in block) and len(titles) + len(block) <= _MAX_TITLES:
                titles += block
            elif not titles and _goes_on(table, block):
                table += block
            else:
                self._table(name, table)
                table, titles = titles + block, []
        self._table(name, table)
        self._table(name, titles)

    def _side_by_side(
        self, name: str | None, titles: Sequence[Row], block: Sequence[Row], parts: Sequence[range]
    ) -> None:
        """Add the tables of a block, one after the other, each with the titles above them all."""
        for part in parts:
            own = [row for row in (_within(row, part) for row in block) if row.columns]
            tables = list(_blocks(own))
            self._table(name, [*titles, *tables[0]])
            for each in tables[1:]:
                self._table(name, each)

    def text(self, name: str | None, paragraphs: Iterable[str]) -> None:
        """Add what stands on a sheet outside of its cells, such as text boxes."""
        lines = [words for each in paragraphs if (words := cell_text(each))]
        if lines:
            self._sections.append(Section((name,) if name else (), *self._assembly.add(lines), sheet=name))

    def finish(self, title: str | None = None) -> ParsedDocument:
        """Return the document.

        Raises:
            EmptyDocument: no cell has text.
            UnreadableDocument: no cell has text, and something was left out (`remarks`).
        """
        if not self._sections:
            raise without_text(self.remarks)
        return ParsedDocument(
            self._assembly.text,
            tuple(self._sections),
            tuple(self._tables),
            title=title or None,
            remarks=tuple(self.remarks),
        )

    def _table(self, name: str | None, rows: Sequence[Row]) -> None:
        if not rows:
            return
        columns = sorted({column for row in rows for column in row.columns})
        places = {column: place for place, column in enumerate(columns)}
        lines: list[str] = []
        for row in rows:
            cells = [""] * (places[row.columns[-1]] + 1)
            for column, text in zip(row.columns, row.texts, strict=True):
                cells[places[column]] = text
            lines.append(line(cells))
        letters = tuple(map(column_letters, columns)) if len(columns) <= _MOST_COLUMNS else ()
        header = _header(rows)
        numbers = [row.number for row in rows]
        for named, below in _groups(rows, columns, header):
            shown = [*range(header), *named, *below]
            self._lines(
                name, [lines[each] for each in shown], [numbers[each] for each in shown], letters, header + len(named)
            )

    def _lines(
        self, name: str | None, lines: Sequence[str], numbers: Sequence[int], letters: tuple[str, ...], header: int
    ) -> None:
        start, end = self._assembly.add(lines)
        starts: list[int] = []
        position = start
        for each in lines:
            starts.append(position)
            position += len(each) + 1
        headings = (name,) if name else ()
        self._sections.append(Section(headings, start, end, sheet=name, row=numbers[0]))
        self._tables.append(Table(starts, end, header, numbers, letters))


def cell_text(text: str) -> str:
    """Return a cell's text on one line."""
    return on_one_line(clean(text))


def column_letters(column: int) -> str:
    """Return the letters (A, Z, AA) of a column, counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, _ALPHABET)
        letters = chr(ord("A") + rest) + letters
    return letters


def _within(row: Row, part: range) -> Row:
    """Return the cells of a row that are in these columns."""
    cells = [(column, text) for column, text in zip(row.columns, row.texts, strict=True) if column in part]
    return Row(row.number, tuple(column for column, _ in cells), tuple(text for _, text in cells))


def _blocks(rows: Iterable[Row]) -> Iterable[list[Row]]:
    """Yield runs of consecutive rows."""
    for _, run in groupby(enumerate(rows), key=lambda numbered: numbered[1].number - numbered[0]):
        yield [row for _, row in run]


def _goes_on(table: Sequence[Row], block: Sequence[Row]) -> bool:
    """Return whether rows after an empty one continue the table."""
    if not table or _header(block) > _leading_names(block):
        return False
    known = {column for row in table for column in row.columns}
    return all(column in known for row in block for column in row.columns)


def _leading_names(block: Sequence[Row]) -> int:
    """Return how many rows of a single cell begin a block that goes on in other rows without labels of their own."""
    count = next((place for place, row in enumerate(block) if len(row.columns) > 1), len(block))
    return count if count < len(block) and not all(map(is_label, block[count].texts)) else 0


def _groups(rows: Sequence[Row], columns: Sequence[int], header: int) -> list[tuple[range, range]]:
    """Return the groups of a table's rows (row_groups.py); a table without any is one without a name."""
    whole = [(range(0), range(header, len(rows)))]
    if len(columns) < 2 or not any(len(row.columns) == 1 for row in rows[header:]):  # noqa: PLR2004
        return whole
    first = columns[0]
    cells = [
        [text if column == first else "x" for column, text in zip(row.columns, row.texts, strict=True)]
        if row.columns[0] == first
        else ["", "x"]
        for row in rows
    ]
    return groups_of(cells, header) or whole


def _spread(rows: Iterable[Row], merged: Sequence[Merged]) -> Iterable[Row]:
    if not merged:
        yield from rows
        return
    waiting = sorted(merged, key=lambda each: -each.first_row)
    open_cells: dict[int, tuple[int, str]] = {}  # by column: last row, and what stands in the first
    for row in rows:
        open_cells = {column: each for column, each in open_cells.items() if each[0] >= row.number}
        found = {column: text for column, (_, text) in open_cells.items()} | dict(
            zip(row.columns, row.texts, strict=True)
        )
        while waiting and waiting[-1].first_row <= row.number:
            each = waiting.pop()
            if each.first_row == row.number and each.column in found and each.last_row > row.number:
                open_cells[each.column] = (each.last_row, found[each.column])
        columns = tuple(sorted(found))
        yield Row(row.number, columns, tuple(found[column] for column in columns))


def _header(rows: Sequence[Row]) -> int:
    """Return the number of header rows: titles, labels, and sub-labels if labels group columns; 0 without labels."""
    titles = 0
    while titles < min(_MAX_TITLES, len(rows)) and len(rows[titles].columns) == 1:
        titles += 1
    below = rows[titles : titles + 3]
    if len(below) < 2 or not all(map(is_label, below[0].texts)):  # noqa: PLR2004
        return titles if below else 0
    groups = len(below) > 2 and set(below[0].columns) < set(below[1].columns)  # noqa: PLR2004
    return titles + (2 if groups and all(map(is_label, below[1].texts)) else 1)
