"""What each kind of entry is made of: its model, what it refers to, what lists filter it by, what it refuses. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from services.gateway.duerp.scales.model import check as check_scale
from shared.duerp.families import risk_families
from shared.errors import InvalidInput
from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.kinds import KIND_OF
from shared.http_api.duerp.lines import ExistingMeasure, Finding, Line, LineText, SharedLine, SharedRating, Statement
from shared.http_api.duerp.programme import Action, ActionStatus, Closing, Consultation, Event
from shared.http_api.duerp.review import Dismissal
from shared.http_api.duerp.scales import Scale
from shared.http_api.duerp.unit import Element, Headcount, Unit, WorkUnit
from shared.http_api.duerp.year import Confirmation, Cycle, StillTrue

LINES = frozenset({EntryKind.LINE, EntryKind.SHARED_LINE})
"""Kinds that people accept or reject."""


def kind_of(content: Content) -> EntryKind:
    """Return the kind of an entry with this content."""
    return KIND_OF[type(content)]


def work_unit_of(content: Content) -> UUID | None:
    """Return the work unit that a list finds the entry by."""
    return content.work_unit if isinstance(content, Line | Statement | SharedRating) else None


def family_of(content: Content) -> str | None:
    """Return the family that a list finds the entry by."""
    return content.family if isinstance(content, LineText | Statement) else None


def references(content: Content) -> Mapping[UUID, frozenset[EntryKind]]:
    """Return the entries that a content names, each with the kinds that it may be."""
    return {identity: frozenset(kinds) for identity, *kinds in _references(content)}


def _references(content: Content) -> Iterator[tuple[UUID, *tuple[EntryKind, ...]]]:
    match content:
        case Unit():
            yield from _named([content.scale], EntryKind.SCALE)
        case Element():
            yield from _named([content.within], EntryKind.ELEMENT)
            yield from _named(content.work_units, EntryKind.WORK_UNIT)
        case WorkUnit():
            yield from _named(content.elements, EntryKind.ELEMENT)
        case Statement():
            yield from _named([content.work_unit], EntryKind.WORK_UNIT)
        case Line():
            yield from _named([content.work_unit], EntryKind.WORK_UNIT)
            yield from _named(content.elements, EntryKind.ELEMENT)
        case SharedLine():
            yield from _named(content.work_units or [], EntryKind.WORK_UNIT)
        case SharedRating():
            yield from _named([content.line], EntryKind.SHARED_LINE)
            yield from _named([content.work_unit], EntryKind.WORK_UNIT)
        case Action() | Event() | Confirmation():
            yield from _named(content.lines if not isinstance(content, Confirmation) else [content.line], *LINES)
            yield from _named(getattr(content, "work_units", ()), EntryKind.WORK_UNIT)


def _named(identities: Sequence[UUID | None], *kinds: EntryKind) -> Iterator[tuple[UUID, *tuple[EntryKind, ...]]]:
    return ((identity, *kinds) for identity in identities if identity is not None)


# --- what a content refuses ------------------------------------------------------------------------------------------


def check(content: Content) -> None:
    """Refuse a content that contradicts itself.

    Raises:
        InvalidInput: a scale that cannot be computed with, a family that there is not, a statement, closing or
            dismissal without its reason, an action that is done without a date or closed while it goes on, dates in
            the wrong order, people of one status counted twice, a closed unit whose versions nobody keeps, or a
            measure without words.
    """
    match content:
        case Scale():
            check_scale(content)
        case Statement() | Dismissal() | Confirmation():
            _check_reason(content)
        case Action():
            _check_action(content)
        case Event():
            _check_closing(content.closed)
            _require(content.what.strip(), "duerp-words")
        case Element() | Consultation() | Cycle():
            _check_days(content)
        case Unit() | WorkUnit():
            _check_people(content.people)
            _check_closed(content)
        case LineText():
            _check_family(content.family)
            _check_people(content.exposed)
            _check_measures(content.measures)
        case SharedRating():
            _check_measures(content.measures)


def _check_days(content: Element | Consultation | Cycle) -> None:
    match content:
        case Element():
            days = content.in_service, content.out_of_service
        case Consultation():
            days = content.sent_on, content.met_on
        case Cycle():
            days = content.opened_on, content.closed_on
    _require(_in_order(*days), "duerp-dates")


def _check_reason(content: Statement | Dismissal | Confirmation) -> None:
    if isinstance(content, Dismissal):
        _require(content.reason.strip(), "dismissal-reason")
        return
    if isinstance(content, Confirmation):
        _require(content.answer is not StillTrue.GONE or content.why.strip(), "confirmation-why")
        return
    _require(content.finding is not Finding.NO_RISK or content.reason.strip(), "statement-reason")
    _check_family(content.family)


def _check_family(family: str | None) -> None:
    """Refuse a family that the shipped data do not have; a line without one is to be completed."""
    _require(family is None or any(each.id == family for each in risk_families()), "duerp-family")


def _check_closed(content: Unit | WorkUnit) -> None:
    closed = isinstance(content, Unit) and content.closed_on is not None and not content.kept_by.strip()
    _require(not closed, "duerp-kept-by")


def _check_action(action: Action) -> None:
    _require(action.what.strip(), "duerp-words")
    _require(_in_order(action.start, action.due), "duerp-dates")
    _require(action.status is not ActionStatus.DONE or action.done_on is not None, "action-done-on")
    ended = {ActionStatus.DONE, ActionStatus.ABANDONED}
    _require(action.closed is None or action.status in ended, "action-closed")
    _check_closing(action.closed)


def _check_closing(closed: Closing | None) -> None:
    _require(closed is None or closed.reason.strip(), "closing-reason")


def _check_people(people: Sequence[Headcount]) -> None:
    _require(len({each.status for each in people}) == len(people), "people-status")


def _check_measures(measures: Sequence[ExistingMeasure]) -> None:
    _require(all(measure.what.strip() for measure in measures), "duerp-words")


def _in_order(earlier: object, later: object) -> bool:
    return earlier is None or later is None or bool(earlier <= later)  # type: ignore[operator]  # two dates


def _require(holds: object, reason: str) -> None:
    if not holds:
        raise InvalidInput(reason=reason)
