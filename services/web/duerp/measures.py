"""The existing measures of a line as rows of a form, and the people whom it exposes, by status. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from pydantic import ValidationError

from services.web.duerp.people import headcounts_of, typed_people
from services.web.duerp.typed import typed_number
from shared.http_api.duerp.lines import ExistingMeasure, Line, SharedLine
from shared.language.names import shown_text

L = TypeVar("L", Line, SharedLine)

_FIELDS = ("what", "rank", "proof", "checked_on")
_MOST_ROWS = 100
_EMPTY_ROWS = 3
"""That are there to be filled in; when they are, the page has as many again."""


class Unreadable(ValueError):
    """Fields of a form that are no day, no number of people, or say something of a measure without naming it."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure as its row shows it; `number` is what its fields end in."""

    number: int
    what: str = ""
    rank: str = ""
    proof: str = ""
    checked_on: str = ""


def rows_of(measures: Sequence[ExistingMeasure]) -> list[MeasureRow]:
    """Return the rows of measures, with empty ones behind."""
    told = [
        MeasureRow(
            at, each.what, str(each.rank or ""), each.proof, each.checked_on.isoformat() if each.checked_on else ""
        )
        for at, each in enumerate(measures)
    ]
    return _with_empty(told)


def typed_rows(form: Mapping[str, str]) -> list[MeasureRow]:
    """Return the rows that a form has, those without a word left out."""
    found = []
    for number in range(_MOST_ROWS):
        said = {name: form.get(f"{name}-{number}", "").replace("\r\n", "\n").strip() for name in _FIELDS}
        if any(said.values()):
            found.append(MeasureRow(number, **said))
    return found


def typed_again(form: Mapping[str, str]) -> tuple[list[MeasureRow], dict[str, str]]:
    """Return what a form that comes back shows: its rows and its numbers of people, as they were typed."""
    return _with_empty(typed_rows(form)), typed_people(form)


def said_of(content: L, form: Mapping[str, str]) -> L:
    """Return a line's content with the measures and the people of a form; a row without a word is no measure.

    Raises:
        Unreadable: some fields cannot be kept as they are.
    """
    wrong: list[str] = []
    measures = [_measure(row, wrong) for row in typed_rows(form)]
    exposed = headcounts_of(form, wrong)
    if wrong:
        raise Unreadable(wrong)
    return content.model_copy(update={"measures": [each for each in measures if each], "exposed": exposed})


def measure_words(
    measures: Sequence[ExistingMeasure], say: Callable[[str], str], day: Callable[[date], str]
) -> list[str]:
    """Return measures as words, one each; `say`: looks up the catalogue, `day`: writes a date."""
    return [
        " · ".join(
            each
            for each in (
                shown_text(measure.what),
                say(f"duerp.export.rank.{measure.rank}") if measure.rank else "",
                shown_text(measure.proof),
                day(measure.checked_on) if measure.checked_on else "",
            )
            if each
        )
        for measure in measures
    ]


def _measure(row: MeasureRow, wrong: list[str]) -> ExistingMeasure | None:
    if not row.what:
        wrong.append(f"what-{row.number}")
        return None
    told = {
        "what": row.what,
        "rank": typed_number(row.rank) if row.rank else None,
        "proof": row.proof,
        "checked_on": row.checked_on or None,
    }
    try:
        return ExistingMeasure.model_validate(told)
    except ValidationError as error:
        wrong.extend(f"{each['loc'][0]}-{row.number}" for each in error.errors())
        return None


def _with_empty(rows: Sequence[MeasureRow]) -> list[MeasureRow]:
    after = rows[-1].number + 1 if rows else 0
    return [*rows, *(MeasureRow(after + at) for at in range(min(_EMPTY_ROWS, _MOST_ROWS - after)))]
