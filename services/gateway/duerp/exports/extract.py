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
    kept = list(_Limits(duerp.entries, frozenset(work_units)).kept())
    return replace(duerp, edition=replace(duerp.edition, snapshot=None), entries=kept, is_whole=False)


class _Limits:
    """What stays of entries for some work units.

    Attributes:
        lines: ids of the lines and shared lines that are theirs.
        inside: ids of the elements that the work units name, and are theirs alone: a text that others share may tell of
            them.
    """

    def __init__(self, entries: Sequence[EntryRecord], wanted: frozenset[UUID]) -> None:
        self._entries = entries
        self._wanted = wanted
        self.lines = {entry.id for entry in entries if self._has_line(entry.content)}
        named = {each.id: each.content for each in entries if isinstance(each.content, WorkUnit)}
        theirs = {element for unit, content in named.items() if unit in wanted for element in content.elements}
        others = {element for unit, content in named.items() if unit not in wanted for element in content.elements}
        foreign = (each.content for each in entries if isinstance(each.content, Line) and each.id not in self.lines)
        others |= {element for line in foreign if isinstance(line, Line) for element in line.elements}
        self.inside = {
            entry.id
            for entry in entries
            if isinstance(entry.content, Element)
            and (entry.id in theirs or entry.content.work_units)
            and entry.id not in others
            and wanted.issuperset(entry.content.work_units)
        }

    def kept(self) -> Iterator[EntryRecord]:
        for entry in self._entries:
            if self._stays(entry):
                yield entry.model_copy(
                    update={"content": entry.content.model_copy(update=self._trimmed(entry.content))}
                )

    def _has_line(self, content: Content) -> bool:
        if isinstance(content, SharedLine):
            return content.work_units is None or not self._wanted.isdisjoint(content.work_units)
        return isinstance(content, Line) and content.work_unit in self._wanted

    def _stays(self, entry: EntryRecord) -> bool:
        content = entry.content
        match content:
            case Line() | SharedLine():
                stays = entry.id in self.lines
            case SharedRating() | Statement():
                stays = content.work_unit in self._wanted
            case WorkUnit():
                stays = entry.id in self._wanted
            case Element():
                stays = entry.id in self.inside
            case Action():
                stays = bool(content.lines) and self.lines.issuperset(content.lines)
            case _:
                stays = isinstance(content, Unit | Scale | Consultation)
        return stays

    def _trimmed(self, content: Content) -> dict[str, object]:
        """Return the fields of a content that tell of others, without them."""
        match content:
            case Unit():
                return {"people": [], "description": "", "sites": [], "duties": []}
            case Element():
                return {"shared_with": [], "within": content.within if content.within in self.inside else None}
            case WorkUnit():
                return {"elements": [element for element in content.elements if element in self.inside]}
            case Line():
                return {"elements": [element for element in content.elements if element in self.inside]}
            case SharedLine() if content.work_units is not None:
                return {"work_units": [unit for unit in content.work_units if unit in self._wanted]}
        return {}
