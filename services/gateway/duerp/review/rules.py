"""The rules of the review, one function each: from a DUERP to what it points out. Pure.

A rule's name is the key of its sentence (`duerp.review.<rule>` of the catalogues), and what a dismissal names.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from services.gateway.duerp.review.findings import Found, Reviewed
from services.gateway.duerp.review.since import SINCE_RULES
from services.gateway.duerp.review.wanted import wanted
from shared.duerp.families import risk_families
from shared.http_api.duerp.lines import ExistingMeasure, Statement
from shared.http_api.duerp.programme import Action, ActionStatus, Consultation, Event, Transmission
from shared.http_api.duerp.scales import Axis, Direction, Rating, Scale
from shared.http_api.duerp.unit import Element, ElementKind, Unit
from shared.language.folding import folded

_INSTRUCTIONS = 9
"""Principle 9 of L4121-2: instructions."""

_BY_HAND = (
    *("gant", "lunette", "blouse", "masque", "casque", "bouchon", "chaussure", "epi", "visiere", "harnais"),
    *("protection individuelle", "consigne", "formation", "affichage", "sensibilis", "information", "notice"),
    *("panneau", "glove", "goggle", "training", "instruction"),
)
"""Words of personal protective equipment and of instructions, where a measure has no rank."""

_GRAVITY, _CONTROL = ("grav", "sever"), ("control", "maitris", "protection")
_OPEN = frozenset({ActionStatus.PLANNED, ActionStatus.STARTED})


def review(reviewed: Reviewed) -> list[Found]:
    """Return what the rules find, in their order."""
    return [found for rule in RULES for found in rule(reviewed)]


def families_unsaid(reviewed: Reviewed) -> Iterator[Found]:
    """A work unit where nothing is said of some families: neither a line nor a statement (R4121-1)."""
    said = {(each.work_unit, each.family) for _, each in reviewed.of(Statement)}
    said |= {(place, line.family or "") for _, line in reviewed.lines for place in reviewed.places(line)}
    for unit in reviewed.work_units:
        unsaid = [family.id for family in risk_families() if (unit.id, family.id) not in said]
        if unsaid:
            yield Found("families_unsaid", unit, unsaid, ("R4121-1",), {"count": str(len(unsaid))})


def work_unit_without_line(reviewed: Reviewed) -> Iterator[Found]:
    """A work unit without any line (R4121-1)."""
    filled = {place for _, line in reviewed.lines for place in reviewed.places(line)}
    for unit in reviewed.work_units:
        if unit.id not in filled:
            yield Found("work_unit_without_line", unit, (), ("R4121-1",))


def equipment_without_line(reviewed: Reviewed) -> Iterator[Found]:
    """An equipment in service on which no risk hangs."""
    named = {each for _, line in reviewed.lines for each in getattr(line, "elements", ())}
    for record, element in reviewed.of(Element):
        gone = element.out_of_service is not None and element.out_of_service <= reviewed.today
        if element.kind is ElementKind.EQUIPMENT and not gone and record.id not in named:
            yield Found("equipment_without_line", record)


def line_without_measure(reviewed: Reviewed) -> Iterator[Found]:
    """A line without a measure and without an action (L4121-2)."""
    for record, line in reviewed.lines:
        if not reviewed.measures(record, line) and not reviewed.actions_of.get(record.id):
            yield Found("line_without_measure", record, _families(line.family), ("L4121-2",))


def instructions_alone(reviewed: Reviewed) -> Iterator[Found]:
    """A line whose measures are instructions and personal protection alone (L4121-2, 8° and 9°)."""
    for record, line in reviewed.lines:
        measures = reviewed.measures(record, line)
        if measures and all(_is_by_hand(each) for each in measures):
            yield Found("instructions_alone", record, _families(line.family), ("L4121-2",))


def worst_uncontrolled(reviewed: Reviewed) -> Iterator[Found]:
    """A line at the worst gravity and the worst control of its scale."""
    scales = {record.id: scale for record, scale in reviewed.of(Scale)}
    for record, line in reviewed.lines:
        if any(_is_worst(rating, scales.get(rating.scale)) for rating in reviewed.ratings(record, line)):
            yield Found("worst_uncontrolled", record, _families(line.family), ("L4121-2",))


def measures_unchecked(reviewed: Reviewed) -> Iterator[Found]:
    """A line of whose measures nobody has checked one."""
    for record, line in reviewed.lines:
        measures = reviewed.measures(record, line)
        if measures and not any(each.checked_on for each in measures):
            yield Found("measures_unchecked", record, _families(line.family))


def check_overdue(reviewed: Reviewed) -> Iterator[Found]:
    """A periodic check whose day has passed (R4224-17)."""
    for record, element in reviewed.of(Element):
        if element.next_check is not None and element.next_check < reviewed.today and not element.out_of_service:
            yield Found("check_overdue", record, (), ("R4224-17",), {"on": element.next_check.isoformat()})


def action_late(reviewed: Reviewed) -> Iterator[Found]:
    """An action that is not done by its day."""
    for record, action in reviewed.of(Action):
        if _is_open(action) and action.due is not None and action.due < reviewed.today:
            yield Found("action_late", record, (), (), {"on": action.due.isoformat()})


def action_incomplete(reviewed: Reviewed) -> Iterator[Found]:
    """An open action without who, when, or an indicator (L4121-3-1)."""
    for record, action in reviewed.of(Action):
        if _is_open(action) and not (action.responsible and action.due and action.indicator.strip()):
            yield Found("action_incomplete", record, (), ("L4121-3-1",))


def event_open(reviewed: Reviewed) -> Iterator[Found]:
    """An event that puts lines to review and is not closed (R4121-2)."""
    for record, event in reviewed.of(Event):
        if event.closed is None:
            yield Found("event_open", record, (), ("R4121-2",))


def never_sent(reviewed: Reviewed) -> Iterator[Found]:
    """A DUERP that was sent to nobody (L4121-3-1 VI)."""
    if not any(reviewed.of(Transmission)):
        yield from (Found("never_sent", record, (), ("L4121-3-1",)) for record, _ in reviewed.of(Unit))


def never_consulted(reviewed: Reviewed) -> Iterator[Found]:
    """A body that the unit names and that was never consulted (L4121-3)."""
    asked = {folded(each.body) for _, each in reviewed.of(Consultation)}
    for record, unit in reviewed.of(Unit):
        for body in unit.bodies:
            if folded(body.name) not in asked:
                yield Found("never_consulted", record, (), ("L4121-3",), {"body": body.name})


RULES: Sequence[Callable[[Reviewed], Iterator[Found]]] = (
    worst_uncontrolled,
    *SINCE_RULES,
    line_without_measure,
    instructions_alone,
    measures_unchecked,
    wanted,
    work_unit_without_line,
    families_unsaid,
    equipment_without_line,
    check_overdue,
    action_late,
    action_incomplete,
    event_open,
    never_consulted,
    never_sent,
)
"""In the order in which they are worked off: the gravest first."""


def _families(family: str | None) -> tuple[str, ...]:
    return (family,) if family else ()


def _is_open(action: Action) -> bool:
    return action.closed is None and action.status in _OPEN


def _is_by_hand(measure: ExistingMeasure) -> bool:
    said = folded(measure.what)
    return measure.rank == _INSTRUCTIONS or (
        measure.rank in (None, _INSTRUCTIONS - 1) and any(word in said for word in _BY_HAND)
    )


def _is_worst(rating: Rating, scale: Scale | None) -> bool:
    """Return whether a rating has the worst value of the axes that are called gravity and control."""
    if scale is None:
        return False
    found = [_axis(scale, names) for names in (_GRAVITY, _CONTROL)]
    return all(axis is not None and _is_at_worst(rating, axis) for axis in found)


def _axis(scale: Scale, names: Sequence[str]) -> Axis | None:
    for axis in scale.axes:
        if any(name in folded(f"{axis.key} {axis.name}") for name in names):
            return axis
    return None


def _is_at_worst(rating: Rating, axis: Axis) -> bool:
    worse = 1 if axis.direction is Direction.HIGHER_IS_WORSE else -1
    worst = max(worse * Decimal(value.weight) for value in axis.values)
    given = {value.name: worse * Decimal(value.weight) for value in axis.values}
    return given.get(rating.values.get(axis.key, "")) == worst
