"""A DUERP as its figures count it: lines by the work units that they stand in, with ratings and people. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from services.gateway.duerp.contents import LINES
from services.gateway.duerp.figures.people import Counted, Told, counted, told, told_among
from services.gateway.duerp.model import EntryRecord
from shared.http_api.duerp.entries import LineState
from shared.http_api.duerp.lines import Line, LineText, SharedLine, SharedRating
from shared.http_api.duerp.scales import Rating, Scale
from shared.http_api.duerp.unit import Unit, WorkUnit


@dataclass(frozen=True, slots=True)
class Placed:
    """A line in one work unit; a shared line is several of them."""

    record: EntryRecord
    line: LineText
    work_unit: UUID
    rating: Rating | None


class Counts:
    """What is counted in a DUERP.

    Args:
        records: entries that are not archived.
    """

    def __init__(self, records: Sequence[EntryRecord]) -> None:
        self.records = records

    @cached_property
    def work_units(self) -> dict[UUID, WorkUnit]:
        return {each.id: each.content for each in self.records if isinstance(each.content, WorkUnit)}

    @cached_property
    def unit(self) -> Unit | None:
        return next((each.content for each in self.records if isinstance(each.content, Unit)), None)

    @cached_property
    def scale(self) -> Scale | None:
        """The scale that the unit rates on, or the newest."""
        scales = {each.id: each.content for each in self.records if isinstance(each.content, Scale)}
        named = self.unit.scale if self.unit else None
        return scales.get(named) if named in scales else next(reversed(scales.values()), None)

    @cached_property
    def lines(self) -> Sequence[tuple[EntryRecord, LineText]]:
        """Lines and shared lines that nobody has rejected."""
        return [
            (each, each.content)
            for each in self.records
            if each.kind in LINES and isinstance(each.content, LineText)
            if each.decided is None or each.decided.state is not LineState.REJECTED
        ]

    @cached_property
    def placed(self) -> Sequence[Placed]:
        return list(self._placed())

    def _placed(self) -> Iterator[Placed]:
        shared = {
            (each.content.line, each.content.work_unit): each.content
            for each in self.records
            if isinstance(each.content, SharedRating)
        }
        for record, line in self.lines:
            if isinstance(line, Line):
                yield Placed(record, line, line.work_unit, line.residual or line.gross)
            elif isinstance(line, SharedLine):
                for place in self.work_units if line.work_units is None else line.work_units:
                    rated = shared.get((record.id, place))
                    yield Placed(record, line, place, (rated.residual or rated.gross) if rated else None)

    @property
    def people(self) -> Counted:
        """The unit's people: as it is described, else those of its work units."""
        if self.unit is not None and self.is_described:
            return counted(self.unit.people)
        return counted(each for unit in self.work_units.values() for each in unit.people)

    @property
    def is_described(self) -> bool:
        """Whether the unit says how many people it has; else they are those of its work units."""
        return self.unit is not None and counted(self.unit.people).all > 0

    def exposed(self, family: str) -> Told:
        """Return how many people lines of a family expose: in each work unit those of the line that exposes most.

        What would tell of fewer than five is taken out in each work unit before it is summed, so that a work unit
        that joins between two versions tells nothing of a small group; so is what would tell how few of a group are
        not exposed.
        """
        by_place: dict[UUID, list[Counted]] = {}
        for each in self.placed:
            if each.line.family == family and each.line.exposed:
                by_place.setdefault(each.work_unit, []).append(counted(each.line.exposed))
        groups = {place: max(of, key=lambda people: people.all) for place, of in by_place.items()}
        rest = self.people.all - sum(each.all for each in groups.values())
        shown = sum((self._told_in(place, people) for place, people in groups.items()), Told())
        return told_among(shown, told(self.people), rest)

    def _told_in(self, place: UUID, people: Counted) -> Told:
        """Return what may be told of a work unit's exposed people.

        Where the unit's number is the sum of its work units', one that joins adds both its people and those exposed.
        """
        unit = self.work_units.get(place)
        whole = counted(unit.people) if unit is not None and not self.is_described else counted([])
        return told_among(told(people), told(whole), whole.all - people.all)
