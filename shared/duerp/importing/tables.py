"""Tables of a sheet: a header, the field of each column, and the rows under it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.duerp.importing.columns import Column, is_known
from shared.duerp.importing.computed import with_computed_level
from shared.duerp.importing.decisions import by_evidence, fields_by_column
from shared.duerp.importing.grid import Cell, Merged, Sheet
from shared.duerp.importing.headers import Header, headers_of
from shared.duerp.importing.kinds import is_programme
from shared.duerp.importing.preview import AXES
from shared.duerp.importing.words import plain

_EXPLAINED = re.compile(r"([A-Z]{1,4}) ?[:=] ?([^\d,;=:()]{4,50})(?:[,;:(=].*)?$")
_DITTO = re.compile(
    r"(?:idem|ditto|dito)(?: (?:que )?(?:ci-dessus|supra|precedent\w*|ligne precedente|above))?\.?|id\."
    r"|comme ci-dessus|voir ci-dessus"
    r"|(?:wie|siehe|s\.) oben|(?:same )?as above|see above|''|\"|\u3003|-\"-"
)
_LONGEST_DITTO = 30
_SAMPLED = 200
_EXAMPLES = 3
_LONGEST_EXAMPLE = 80
_LONGEST_VALUE = 120


@dataclass(frozen=True, slots=True)
class Table:
    """A table of one sheet.

    Attributes:
        columns: in order, with the labels and some values of each.
        fields: of each column by its place; None for one that is not understood.
        rows: under the header, by their number; merged cells are in every row that they cover.
        wide: columns that a merged cell of a row covers, by the row's number.
        lead: what stands above the header: a title, the unit, a date.
        first_row: of the header.
        by_evidence: columns whose field no header names: what they hold and where they stand told it.
    """

    sheet: str
    columns: Sequence[Column]
    fields: Mapping[int, str | None]
    rows: Mapping[int, Mapping[int, Cell]]
    wide: Mapping[int, int]
    lead: Sequence[str]
    first_row: int
    by_evidence: frozenset[int] = frozenset()

    @property
    def known(self) -> frozenset[str]:
        return frozenset(field for field in self.fields.values() if field and field != "other")

    @property
    def is_rated(self) -> bool:
        return bool(self.known & {*AXES, "level", "level_gross", "level_residual", "priority"})

    @property
    def is_plan(self) -> bool:
        """Whether it is a plan of actions: what is to be done, by whom, when, and nothing of a risk but its name."""
        rated = self.known & {*AXES, "level", "level_gross", "level_residual"}
        planned = "action" in self.known and bool(self.known & {"who", "due", "who_due", "status", "cost", "indicator"})
        if not planned or "existing_measures" in self.known:
            return False
        if self._is_called_plan:
            return not self.known & {*AXES}
        return not rated and not self.known & {"situation", "harm"}

    @property
    def tells_risks(self) -> bool:
        """Whether a plan ranks risks and follows nothing: then it is all that is known of them, as OiRA's export is."""
        is_followed = bool(self.known & {"status", "indicator"}) or self._is_called_plan
        return self.known >= {"hazard", "priority"} and not is_followed

    @property
    def _is_called_plan(self) -> bool:
        return is_programme([self.sheet, *self.lead])

    def header_of(self, field: str) -> str:
        return next((each.header for each in self.columns if self.fields[each.place] == field), "")

    def places_of(self, field: str) -> list[int]:
        return [each.place for each in self.columns if self.fields[each.place] == field]


def tables_of(sheet: Sheet, kept: Mapping[str, str | None], before: Table | None = None) -> Iterator[Table]:
    """Yield the tables of a sheet.

    Args:
        before: the table of a text in front of this one, which goes on in it when no header stands here.
    """
    rows = sheet.covered()
    headers = list(headers_of(sheet, rows))
    wide = _wide(sheet.merged)
    if not headers and before is not None and sheet.continues:
        yield Table(sheet.name, before.columns, before.fields, rows, wide, before.lead, 0)
        return
    top = 0
    for place, header in enumerate(headers):
        end = headers[place + 1].first if place + 1 < len(headers) else None
        lead = [cell.text for number, cells in rows.items() if top < number < header.first for cell in cells.values()]
        body = {
            number: cells for number, cells in rows.items() if number > header.last and (end is None or number < end)
        }
        body = _without_ditto(body)
        if end is not None and headers[place + 1].labels != header.labels:
            body = {
                number: cells for number, cells in body.items() if not _is_title_of_next(number, end, cells, header)
            }
        columns = _columns(header, body, _explained([*sheet.lead, *lead, *_first_alone(body)]))
        # Of what stands above a further table of the sheet the last words are its own: the others end the table before.
        shown = [*sheet.lead, *(lead if place == 0 else lead[-3:])]
        fields = with_computed_level(fields_by_column(columns, kept), columns, body, kept)
        guessed = frozenset(by_evidence(columns, fields, kept))
        yield Table(sheet.name, columns, fields, body, wide, shown, header.first, guessed)
        top = header.last


def _without_ditto(body: Mapping[int, Mapping[int, Cell]]) -> dict[int, dict[int, Cell]]:
    """Return rows with the text of the row above where a cell says that it is the same (`idem`, `wie oben`)."""
    found: dict[int, dict[int, Cell]] = {}
    above: dict[int, Cell] = {}
    for number, cells in body.items():
        above = found[number] = {
            place: above[place]
            if place in above and len(cell.text) < _LONGEST_DITTO and _DITTO.fullmatch(plain(cell.text))
            else cell
            for place, cell in cells.items()
        }
    return found


def _is_title_of_next(number: int, end: int, cells: Mapping[int, Cell], header: Header) -> bool:
    """Return whether a row is the title of the table whose header is right below: one cell, where labels begin."""
    return number == end - 1 and len(cells) == 1 and min(cells) <= min(header.labels)


def _wide(merged: Sequence[Merged]) -> dict[int, int]:
    found: dict[int, int] = {}
    for each in merged:
        if each.first_row == each.last_row:
            width = each.last_column - each.first_column + 1
            found[each.first_row] = max(width, found.get(each.first_row, 0))
    return found


def _explained(lead: Sequence[str]) -> dict[str, str]:
    """Return short names of columns that the words above a table explain, as `NM : niveau de maîtrise, 1 = bon`."""
    found = (_EXPLAINED.match(text.strip()) for text in lead)
    return {plain(match[1]): match[2].strip() for match in found if match and is_known(match[2])}


def _first_alone(body: Mapping[int, Mapping[int, Cell]]) -> list[str]:
    """Return the text of a first row of one cell, which may explain the labels above it."""
    first = next(iter(body.values()), {})
    return [cell.text for cell in first.values()] if len(first) == 1 else []


def _columns(header: Header, body: Mapping[int, Mapping[int, Cell]], explained: Mapping[str, str]) -> list[Column]:
    values: dict[int, dict[str, None]] = {column: {} for column in header.labels}
    for cells in list(body.values())[:_SAMPLED]:
        for column, cell in cells.items():
            if column in values and cell.text.strip() and len(cell.text) <= _LONGEST_VALUE:
                values[column].setdefault(plain(cell.text))
    return [
        Column(place, _written_out(labels, explained), tuple(values[place]))
        for place, labels in sorted(header.labels.items())
    ]


def _written_out(labels: tuple[str, ...], explained: Mapping[str, str]) -> tuple[str, ...]:
    """Return labels with what the last one means, where it tells nothing itself and the file explains it."""
    words = explained.get(plain(labels[-1]))
    return (*labels, words) if words and not is_known(labels[-1]) else labels


def examples_of(table: Table, place: int) -> tuple[str, ...]:
    """Return some texts of a column, as a person recognises it by."""
    found: dict[str, None] = {}
    for cells in table.rows.values():
        cell = cells.get(place)
        if cell is not None and cell.text.strip():
            found.setdefault(" ".join(cell.text.split())[:_LONGEST_EXAMPLE])
        if len(found) == _EXAMPLES:
            break
    return tuple(found)
