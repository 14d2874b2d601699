"""Forms: labels beside their values, one risk a form or a column a risk, set upright as a table with one row a risk."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeGuard

from shared.duerp.importing.fields import fields_of
from shared.duerp.importing.grid import Cell, Sheet
from shared.duerp.importing.preview import AXES
from shared.duerp.importing.words import plain

_LONGEST_LABEL = 60
_LONGEST_RATING = 40
_LEAST_LABELS = 4
_LEAST_OF_COLUMN = 2
_LEAST_CONTENT = 2
_SHARE = 0.6
_SAMPLED = 60
"""Rows that tell whether a sheet is of forms: a workbook of 20,000 rows is a table, with many words to look up."""

_CONTENT = frozenset(
    {"hazard", "risk_any", "situation", "situation_work", "family", "action", "existing_measures", "measures_any"}
)
_LEVELS = frozenset({*AXES, "level", "level_gross", "level_residual", "priority"})
_OF_A_FORM = frozenset({"work_unit", "who", "due", *_LEVELS})
"""Fields one of which a form has; a glossary explains words, and has none but ratings, which it explains at length."""

Rows = Mapping[int, Mapping[int, Cell]]


@dataclass(slots=True)
class _Form:
    """Values of one risk by label, and the row of its first label."""

    row: int
    values: dict[str, Cell] = field(default_factory=dict)


def upright(sheet: Sheet) -> Sheet:
    """Return the sheet with its forms as one table; a sheet of another kind as it is.

    A form is the row below its first label; of a column a risk the rows count the columns, from the first label's on.
    """
    sample = dict(islice(sheet.rows.items(), _SAMPLED))
    beside = _label_columns(sample)
    if not beside or not _is_form(sample, beside):
        return sheet
    forms = list(
        _by_column(sheet.rows, beside[0]) if _is_transposed(sheet.rows, beside) else _by_rows(sheet.rows, beside)
    )
    labels = list(dict.fromkeys(label for form in forms for label in form.values))
    if not forms or not _is_of_risks(forms):
        return sheet
    # A form may begin with a label that nobody knows (`Fiche de risque n°`): its row would be that of the headers else.
    first = min(
        forms[0].row,
        *(number for number, cells in sheet.rows.items() if any(at in cells and _field(cells[at]) for at in beside)),
    )
    rows = {number: dict(cells) for number, cells in sheet.rows.items() if number < first}
    rows[first] = {place: Cell(label) for place, label in enumerate(labels)}
    for form in forms:
        rows[form.row + 1] = {place: form.values[label] for place, label in enumerate(labels) if label in form.values}
    return Sheet(sheet.name, rows, (), sheet.hidden, sheet.lead)


def _field(cell: Cell) -> str | None:
    words = plain(cell.text)
    found = fields_of(words) if 1 < len(words) <= _LONGEST_LABEL else ()
    return found[0] if found else None


def _is_said(cell: Cell | None) -> TypeGuard[Cell]:
    return cell is not None and bool(cell.text.strip())


def _label_columns(rows: Rows) -> list[int]:
    """Return columns that hold labels, and little else, beside other cells."""
    found = []
    for column in sorted({at for cells in rows.values() for at in cells}):
        held = [cells[column] for cells in rows.values() if len(cells) > 1 and _is_said(cells.get(column))]
        known = [name for cell in held if (name := _field(cell))]
        if len(set(known)) >= _LEAST_OF_COLUMN and len(known) >= _SHARE * len(held):
            found.append(column)
    return found


def _is_form(rows: Rows, beside: Sequence[int]) -> bool:
    """Return whether labels stand below each other, and in no row as many as a header has."""
    below = {name for cells in rows.values() for at in beside if at in cells and (name := _field(cells[at]))}
    across = max(len({name for cell in cells.values() if (name := _field(cell))}) for cells in rows.values())
    last = max(at for cells in rows.values() for at in cells)
    return _LEAST_LABELS <= len(below) > across <= len(beside) + 1 and beside[-1] != last


def _is_transposed(rows: Rows, beside: Sequence[int]) -> bool:
    return len(beside) == 1 and sum(len(cells) > _LEAST_OF_COLUMN for cells in rows.values() if beside[0] in cells) > 1


def _by_column(rows: Rows, labels: int) -> Iterator[_Form]:
    """Yield one form for each column beside the labels."""
    named = {number: cells for number, cells in rows.items() if labels in cells and len(cells) > 1}
    first = min(named)
    for place, column in enumerate(sorted({at for cells in named.values() for at in cells if at > labels})):
        values = {cells[labels].text.strip(): cells[column] for cells in named.values() if column in cells}
        yield _Form(first + place, values)


def _by_rows(rows: Rows, beside: Sequence[int]) -> Iterator[_Form]:
    """Yield forms one below the other: a label that comes again begins the next."""
    form = None
    for number, cells in rows.items():
        for label, value in _pairs(cells, beside):
            if form is None or label in form.values:
                if form is not None:
                    yield form
                form = _Form(number)
            form.values[label] = value
    if form is not None:
        yield form


def _pairs(cells: Mapping[int, Cell], beside: Sequence[int]) -> Iterator[tuple[str, Cell]]:
    for place, at in enumerate(beside):
        label = cells[at].text.strip() if at in cells else ""
        end = beside[place + 1] if place + 1 < len(beside) else None
        if label and (_field(cells[at]) or len(cells) > 1):
            values = [cell for column, cell in sorted(cells.items()) if column > at and (end is None or column < end)]
            yield label, values[0] if values else Cell()


def _is_of_risks(forms: Sequence[_Form]) -> bool:
    """Return whether forms tell risks, with ratings as short as ratings are."""
    told = [(name, cell) for form in forms for label, cell in form.values.items() if (name := _field(Cell(label)))]
    names = {name for name, _ in told}
    short = all(len(cell.text) <= _LONGEST_RATING for name, cell in told if name in _LEVELS)
    return len(names & _CONTENT) >= _LEAST_CONTENT and bool(names & _OF_A_FORM) and short
