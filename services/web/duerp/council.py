"""A DUERP on one page for the laboratory council: the highest risks, what was done of the year, what is asked. Pure.

No person is named: neither who answers for an action, nor who rated or froze.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from shared.http_api.duerp.entries import Entry, LineState
from shared.http_api.duerp.figures import FigureName, Figures
from shared.http_api.duerp.lines import Line, LineText, SharedLine, SharedRating
from shared.http_api.duerp.programme import Action, ActionStatus
from shared.http_api.duerp.review import ReviewFinding
from shared.http_api.duerp.scales import Rating, Scale
from shared.http_api.duerp.yearly_programme import Programme, ProgrammeState
from shared.language.names import one_line, shown_text

MOST = 5
"""Of each list, so that the page stays one; how many there are besides is told."""
_OPEN = frozenset({ActionStatus.PLANNED, ActionStatus.STARTED})
_NOT_DONE = frozenset({ProgrammeState.NOT_DONE, ProgrammeState.ABANDONED})
_SINCE = frozenset(
    {"article_changed", "article_gone", "rating_improved", "equipment_gone", "document_replaced", "people_changed"}
)
"""Rules of the review that compare today with the last version."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class First(Generic[T]):
    """The first of a list; `more`: how many there are besides."""

    shown: Sequence[T] = ()
    more: int = 0


def first(found: Sequence[T]) -> First[T]:
    """Return what of a list stands on the page."""
    return First(found[:MOST], max(0, len(found) - MOST))


@dataclass(frozen=True, slots=True)
class Risk:
    """A rated risk: its level's word, its score, and what was said on each axis with what that means."""

    title: str
    place: str
    level: str
    score: float
    values: Sequence[str]


@dataclass(frozen=True, slots=True)
class Told:
    """An action in words, and why it was not done or what it lacks (`owner`, `date`)."""

    what: str
    why: str = ""
    lacks: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Since:
    """What is another since the last version: risks that were added and changed, what the review points out."""

    added: int = 0
    changed: int = 0
    findings: First[tuple[str, str]] = field(default_factory=First)


def highest_risks(
    lines: Iterable[Entry[Line]],
    shared: Iterable[Entry[SharedLine]],
    ratings: Iterable[Entry[SharedRating]],
    names: Mapping[UUID, str],
    scale: Entry[Scale] | None,
) -> First[Risk]:
    """Return the rated risks that nobody has rejected, the highest score first.

    A shared risk stands once, with the highest rating that a work unit gave it.
    """
    told = [
        (each.content, names.get(each.content.work_unit, ""), each.content.residual or each.content.gross)
        for each in lines
        if not _rejected(each)
    ]
    contents = {each.id: each.content for each in shared if not _rejected(each)}
    worst: dict[UUID, tuple[str, Rating]] = {}
    for each in ratings:
        rating, line = each.content.residual or each.content.gross, each.content.line
        if rating and line in contents and (line not in worst or _score(rating) > _score(worst[line][1])):
            worst[line] = (names.get(each.content.work_unit, ""), rating)
    every = [*told, *((contents[line], place, rating) for line, (place, rating) in worst.items())]
    rated = [(line, place, rating) for line, place, rating in every if rating and rating.score is not None]
    rated.sort(key=lambda each: (-_score(each[2]), each[1]))
    return first([_risk(line, place, rating, scale) for line, place, rating in rated])


def levels_of(figures: Figures) -> list[tuple[str, int]]:
    """Return how many risks of each level stand in the work units, the worst level first."""
    found = next((each for each in figures.figures if each.id == FigureName.LEVELS), None)
    if found is None:
        return []
    return [
        (one_line(column.label), sum(row.values[at] or 0 for row in found.rows))
        for at, column in enumerate(found.columns)
    ]


def done_of(programme: Programme) -> First[Told]:
    """Return what of the year's programme was done."""
    return first([Told(one_line(each.content.what)) for each in programme.actions if each.state is ProgrammeState.DONE])


def not_done_of(programme: Programme) -> First[Told]:
    """Return what of the year's programme was not done or given up, with why where somebody wrote it."""
    return first(
        [
            Told(one_line(each.content.what), shown_text(each.why_not))
            for each in programme.actions
            if each.state in _NOT_DONE
        ]
    )


def asked_of(actions: Iterable[Entry[Action]]) -> First[Told]:
    """Return the open actions that the council is asked about: without an owner, or without a day."""
    found = []
    for each in actions:
        content = each.content
        wanted = {"owner": content.responsible, "date": content.due}
        lacks = [name for name, value in wanted.items() if not value]
        if lacks and content.closed is None and content.status in _OPEN:
            found.append(Told(one_line(content.what), lacks=lacks))
    return first(sorted(found, key=lambda told: -len(told.lacks)))


def since_of(
    lines: Iterable[Entry[Line] | Entry[SharedLine]], findings: Iterable[ReviewFinding], frozen_at: datetime
) -> Since:
    """Return what is another than when the last version was frozen."""
    lines = list(lines)
    told = [
        (one_line(each.name), one_line(each.sentence))
        for each in findings
        if each.rule in _SINCE and each.dismissed is None
    ]
    added = sum(each.created_at > frozen_at for each in lines)
    return Since(added, sum(each.updated_at > frozen_at for each in lines) - added, first(told))


def _rejected(entry: Entry[Line] | Entry[SharedLine]) -> bool:
    return entry.decided is not None and entry.decided.state is LineState.REJECTED


def _score(rating: Rating) -> float:
    return float(rating.score or 0)


def _risk(line: LineText, place: str, rating: Rating, scale: Entry[Scale] | None) -> Risk:
    values = [_value(axis, value, scale) for axis, value in rating.values.items()]
    return Risk(shown_text(line.hazard or line.situation), place, one_line(rating.level or ""), _score(rating), values)


def _value(key: str, value: str, scale: Entry[Scale] | None) -> str:
    """Return what was said on an axis, with what it means where the unit's scale still has it."""
    axis = next((each for each in scale.content.axes if each.key == key), None) if scale else None
    if axis is None:
        return f"{one_line(key)} {one_line(value)}"
    meaning = next((one_line(each.meaning) for each in axis.values if each.name == value), "")
    said = f"{one_line(axis.name)} {one_line(value)}"
    return f"{said} ({meaning})" if meaning else said
