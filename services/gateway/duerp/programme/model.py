"""Which actions are a year's, how each stands in it, what it lacks, what they cost. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from services.gateway.duerp.contents import LINES
from services.gateway.duerp.facts import facts_of
from services.gateway.duerp.model import Change, EntryRecord
from shared.duerp.exposure_factors import exposure_factors, factors_of
from shared.duerp.obligations import Standing, Subject, obligations
from shared.http_api.duerp.entries import ChangeType, LineState
from shared.http_api.duerp.lines import LineText
from shared.http_api.duerp.programme import Action, ActionStatus, Consultation
from shared.http_api.duerp.unit import Unit
from shared.http_api.duerp.yearly_programme import ProgrammeItem, ProgrammeKind, ProgrammeState

_OPEN = frozenset({ActionStatus.PLANNED, ActionStatus.STARTED})
_STATES = {
    ActionStatus.PLANNED: ProgrammeState.PLANNED,
    ActionStatus.STARTED: ProgrammeState.STARTED,
    ActionStatus.DONE: ProgrammeState.DONE,
    ActionStatus.ABANDONED: ProgrammeState.ABANDONED,
}


def words_of(line: LineText) -> str:
    """Return the words of a line that tell which exposure factor it is about."""
    return f"{line.hazard}\n{line.situation}\n{line.harm}\n{line.comment}"


@dataclass(frozen=True)
class YearlyProgramme:
    """A unit's actions as the programme of a year looks at them.

    Attributes:
        records: all entries that are not archived.
        today: the day on which an action is late.
    """

    year: int
    today: date
    records: Sequence[EntryRecord]

    @cached_property
    def actions(self) -> Sequence[tuple[EntryRecord, Action]]:
        """The year's actions: by the day that they are due, those without one behind."""
        found = [
            (record, record.content)
            for record in self.records
            if isinstance(record.content, Action) and is_of_year(record.content, record.created_at.date(), self.year)
        ]
        return sorted(found, key=lambda each: (each[1].due is None, each[1].due or self.today, each[1].what))

    def state(self, action: Action) -> ProgrammeState:
        """Return how an action stands in the year: one that is done later was not done in this one."""
        if action.status is ActionStatus.DONE and action.done_on and action.done_on.year > self.year:
            return ProgrammeState.NOT_DONE
        ended = min(self.today, date(self.year, 12, 31))
        if action.status in _OPEN and action.due is not None and action.due < ended:
            return ProgrammeState.NOT_DONE
        if action.status in _OPEN and self.today.year > self.year:
            return ProgrammeState.NOT_DONE
        return _STATES[action.status]

    def is_carried_over(self, action: Action) -> bool:
        return action.due is not None and action.due.year < self.year

    def families(self, action: Action) -> list[str]:
        """Return the families of the lines that an action serves."""
        return list(dict.fromkeys(family for line in action.lines if (family := self._family_of.get(line))))

    def factors_of(self, action: Action) -> list[str]:
        """Return the exposure factors of the lines that an action serves, as their words and its own tell them."""
        risks = (self._risk_of[line] for line in action.lines if line in self._risk_of)
        return factors_of((family, f"{text}\n{action.what}") for family, text in risks)

    @property
    def _family_of(self) -> Mapping[UUID, str]:
        return {line: family for line, (family, _) in self._risk_of.items()}

    @cached_property
    def _risk_of(self) -> Mapping[UUID, tuple[str, str]]:
        """The family and the words of each line that nobody rejected."""
        return {
            record.id: (record.content.family, words_of(record.content))
            for record in self.records
            if record.kind in LINES and isinstance(record.content, LineText) and record.content.family
            if record.decided is None or record.decided.state is not LineState.REJECTED
        }

    @property
    def kind(self) -> ProgrammeKind:
        """Return what the law wants, as the data on obligations say."""
        unit = next((each.content for each in self.records if isinstance(each.content, Unit)), None)
        if unit is None:
            return ProgrammeKind.TO_CHECK
        found = obligations().of(facts_of(unit, self._family_of.values()))
        standing = {one.id: how for one, how in found if one.subject is Subject.PROGRAMME}
        if standing.get("yearly-programme") is Standing.APPLIES:
            return ProgrammeKind.PROGRAMME
        return ProgrammeKind.LIST if standing.get("list-of-actions") is Standing.APPLIES else ProgrammeKind.TO_CHECK

    @property
    def factors(self) -> list[str]:
        """Return the exposure factors that a measure of the year is about."""
        told = {factor for _, action in self.actions for factor in self.factors_of(action)}
        return [each for each in exposure_factors() if each in told]

    @property
    def factors_without(self) -> list[str]:
        """Return the exposure factors of the DUERP's lines that no measure of the year is about."""
        told = set(self.factors)
        return [each for each in factors_of(self._risk_of.values()) if each not in told]

    def budget(self) -> tuple[Decimal, Decimal, Decimal, int]:
        """Return euros estimated of all, estimated of what is done, and spent; how many have no estimate."""
        actions = [action for _, action in self.actions]
        done = [each for each in actions if self.state(each) is ProgrammeState.DONE]
        spent = sum((each.spent or Decimal(0) for each in actions), Decimal(0))
        return _cost(actions), _cost(done), spent, sum(each.cost is None for each in actions)

    def committees(self, history: Sequence[Change]) -> Iterator[tuple[UUID, Consultation, date, Counter[ActionStatus]]]:
        """Generate bodies that met or were asked in the year, with how its actions stood that day."""
        asked = (
            (record.id, record.content, on)
            for record in self.records
            if isinstance(record.content, Consultation)
            if (on := record.content.met_on or record.content.sent_on) and on.year == self.year
        )
        for identity, consultation, on in sorted(asked, key=lambda each: each[2]):
            yield identity, consultation, on, Counter(self._statuses(history, on))

    def _statuses(self, history: Iterable[Change], on: date) -> Iterator[ActionStatus]:
        there: dict[UUID, tuple[Action, date]] = {}
        for change in history:
            if change.at.date() > on or not isinstance(change.content, Action):
                continue
            first = there[change.entry_id][1] if change.entry_id in there else change.at.date()
            there.pop(change.entry_id, None)
            if change.type is not ChangeType.ARCHIVED:
                there[change.entry_id] = (change.content, first)
        return (action.status for action, first in there.values() if is_of_year(action, first, self.year))


def is_of_year(action: Action, created: date, year: int) -> bool:
    """Return whether an action is of a year: from its beginning until it is done, given up, or its day; then over."""
    first = min(each.year for each in (action.start, action.due, action.done_on) if each) if _has_day(action) else None
    begins = created.year if first is None else first
    if action.closed is not None and action.status is not ActionStatus.DONE:
        return begins <= year <= action.closed.on.year
    if action.done_on is not None and action.status is ActionStatus.DONE:
        return begins <= year <= action.done_on.year
    return begins <= year


def missing(action: Action) -> list[ProgrammeItem]:
    """Return what the law wants of a measure and it does not tell."""
    told = {
        ProgrammeItem.CONDITIONS: action.conditions.strip(),
        ProgrammeItem.INDICATOR: action.indicator.strip(),
        ProgrammeItem.COST: action.cost is not None,
        ProgrammeItem.RESOURCES: action.resources.strip(),
        ProgrammeItem.CALENDAR: action.start is not None or action.due is not None,
    }
    return [item for item, value in told.items() if not value]


def why_not(action: Action) -> str:
    """Return why an action was not done, as somebody wrote."""
    return action.not_done_because or (action.closed.reason if action.closed else "")


def _has_day(action: Action) -> bool:
    return any((action.start, action.due, action.done_on))


def _cost(actions: Iterable[Action]) -> Decimal:
    return sum((each.cost or Decimal(0) for each in actions), Decimal(0))
