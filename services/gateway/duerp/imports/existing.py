"""What a unit's DUERP says already, found by what a line of a file says. Pure."""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from services.gateway.duerp.contents import LINES
from services.gateway.duerp.model import EntryRecord
from shared.duerp.importing.words import plain
from shared.http_api.duerp.imports import ImportedLine
from shared.http_api.duerp.lines import Line, SharedLine, Statement
from shared.http_api.duerp.programme import Action
from shared.http_api.duerp.scales import Scale
from shared.http_api.duerp.unit import Element, ElementKind, WorkUnit


@dataclass(frozen=True, slots=True)
class LineWords:
    """What tells a line of the DUERP from others; `work_unit` is None for a shared line."""

    id: UUID
    work_unit: UUID | None
    family: str | None
    hazard: str
    situation: str


Key = tuple[UUID | None, str, str, str]
"""Work unit (None: shared), family, hazard, situation."""


def key_of(work_unit: UUID | None, family: str | None, hazard: str, situation: str) -> Key:
    """Return what tells lines apart."""
    return work_unit, family or "", plain(hazard), plain(situation)


class Existing:
    """A unit's DUERP by what names things in a file.

    Args:
        records: all that is not archived, and archived statements, of which there may be one for a family.
    """

    def __init__(self, records: Iterable[EntryRecord]) -> None:
        self.work_units: dict[str, UUID] = {}
        self.elements: dict[tuple[ElementKind, str], UUID] = {}
        self.lines: defaultdict[Key, deque[EntryRecord]] = defaultdict(deque)
        self.lined: set[tuple[UUID | None, str]] = set()
        """Families by work unit that have a line."""
        self.statements: dict[tuple[UUID, str], EntryRecord] = {}
        self.actions: set[tuple[UUID | None, str]] = set()
        self.scales: list[tuple[EntryRecord, Scale]] = []
        for record in records:
            self._add(record)

    def _add(self, record: EntryRecord) -> None:
        match record.content:
            case WorkUnit(name=name):
                self.work_units.setdefault(plain(name), record.id)
            case Element(kind=kind, name=name):
                self.elements.setdefault((kind, plain(name)), record.id)
            case Statement(work_unit=unit, family=family):
                self.statements[unit, family] = record
            case Action(what=what, lines=lines):
                served: list[UUID | None] = [*lines] or [None]
                self.actions |= {(line, plain(what)) for line in served}
            case Scale():
                self.scales.append((record, record.content))
            case Line() | SharedLine() if record.kind in LINES:
                text = record.content
                place = text.work_unit if isinstance(text, Line) else None
                self.lined.add((place, text.family or ""))
                self.lines[key_of(place, text.family, text.hazard, text.situation)].append(record)
            case _:
                pass


class LinesThere:
    """Lines of the DUERP by what a line of a file says.

    Args:
        work_units: ids and names, oldest first: of two of one name, the older one is meant.
        lines: oldest first.
    """

    def __init__(self, work_units: Iterable[tuple[UUID, str]], lines: Iterable[LineWords]) -> None:
        self._work_units: dict[str, UUID] = {}
        for identity, name in work_units:
            self._work_units.setdefault(plain(name), identity)
        self._lines: dict[Key, UUID] = {}
        for each in lines:
            self._lines.setdefault(key_of(each.work_unit, each.family, each.hazard, each.situation), each.id)

    def line_like(self, line: ImportedLine) -> UUID | None:
        """Return the line or shared line that says what a line of a file says."""
        unit = None if line.all_units else self._work_units.get(plain(line.work_unit or ""))
        if unit is None and not line.all_units:
            return None
        return self._lines.get(key_of(unit, line.family, line.hazard or "", line.situation or ""))
