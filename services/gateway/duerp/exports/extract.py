"""The extract for a worker or former worker (R4121-4 1°): versions of their period, of their work units alone. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.gateway.duerp.exports.duerp import Duerp
from services.gateway.duerp.model import EntryRecord
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.lines import Line, SharedLine, SharedRating, Statement
from shared.http_api.duerp.programme import Action, Consultation
from shared.http_api.duerp.scales import Scale
from shared.http_api.duerp.unit import Element, Unit, WorkUnit


@dataclass(frozen=True, slots=True)
class Period:
    """Days on which somebody worked there, both included; `until` None: still does."""

    since: date
    until: date | None = None


def in_force(frozen_on: Sequence[tuple[int, date]], period: Period) -> list[int]:
    """Return the versions that were in force on a day of a period: each is from when it was frozen to the next one.

    Args:
        frozen_on: sequence and day of every version, ascending.
    """
    found = []
    for at, (sequence, day) in enumerate(frozen_on):
        ended = frozen_on[at + 1][1] if at + 1 < len(frozen_on) else None
        begins = period.until is None or day <= period.until
        if begins and (ended is None or ended > period.since):
            found.append(sequence)
    return found


def limited(duerp: Duerp, work_units: Collection[UUID]) -> Duerp:
    """Return what a DUERP says of some work units: no word of another one, and nothing of people but the exposed."""
    wanted = frozenset(work_units)
    lines = {entry.id for entry in duerp.entries if _is_theirs(entry.content, wanted)}
    return replace(duerp, entries=list(_kept(duerp.entries, wanted, lines)))


def _is_theirs(content: Content, wanted: frozenset[UUID]) -> bool:
    match content:
        case Line():
            return content.work_unit in wanted
        case SharedLine():
            return content.work_units is None or not wanted.isdisjoint(content.work_units)
    return False


def _kept(entries: Sequence[EntryRecord], wanted: frozenset[UUID], lines: Collection[UUID]) -> Iterator[EntryRecord]:
    inside = {element for entry in entries if entry.id in wanted for element in getattr(entry.content, "elements", ())}
    for entry in entries:
        content = _limited(entry, wanted, lines, inside)
        if content is not None:
            yield entry.model_copy(update={"content": content})


def _limited(
    entry: EntryRecord, wanted: frozenset[UUID], lines: Collection[UUID], inside: Collection[UUID]
) -> Content | None:
    """Return what of an entry concerns the work units; None for nothing."""
    content = entry.content
    match content:
        case Unit():
            return content.model_copy(update={"people": [], "description": "", "sites": [], "duties": []})
        case WorkUnit():
            return content if entry.id in wanted else None
        case Element():
            theirs = [unit for unit in content.work_units if unit in wanted]
            return content.model_copy(update={"work_units": theirs}) if theirs or entry.id in inside else None
        case Line():
            return content if entry.id in lines else None
        case SharedLine():
            named = None if content.work_units is None else [unit for unit in content.work_units if unit in wanted]
            return content.model_copy(update={"work_units": named}) if entry.id in lines else None
        case SharedRating() | Statement():
            return content if content.work_unit in wanted else None
        case Action():
            served = [line for line in content.lines if line in lines]
            return content.model_copy(update={"lines": served}) if served else None
        case Scale() | Consultation():
            return content
    return None
