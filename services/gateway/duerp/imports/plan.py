"""What writing an import adds to a unit's DUERP, and what it replaces. Pure: a preview and the DUERP in, entries out.

What the file does not say stays empty, what it says in words without a field stays in `as_written`, and the ids are
made of the import's and the place in the file: the same plan twice is the same entries.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from services.gateway.duerp.imports.existing import Existing, key_of
from services.gateway.duerp.imports.file_scale import scale_of, values_of
from services.gateway.duerp.imports.words import (
    articles_of,
    cost_of,
    day_of,
    measures_of,
    name_of,
    text_of,
    titled,
    written_of_action,
    written_of_line,
)
from services.gateway.duerp.model import EntryRecord, added, changed, identity_of, restored
from services.gateway.duerp.ratings import with_ratings
from shared.duerp.families import risk_families
from shared.duerp.importing.words import plain
from shared.http_api.duerp.fields import MAX_NAME_CHARS, Content
from shared.http_api.duerp.imports import ImportConflict, ImportedAction, ImportedAxis, ImportedFinding, ImportedLine
from shared.http_api.duerp.lines import Finding, Line, LineOrigin, SharedLine, Statement
from shared.http_api.duerp.programme import Action
from shared.http_api.duerp.scales import Rating, Scale
from shared.http_api.duerp.unit import MOST, Element, ElementKind, WorkUnit

_SAID = {"not_concerned": Finding.NO_RISK, "not_assessed": Finding.NOT_ASSESSED}
_PLACES = {
    "premises": ElementKind.PREMISES,
    "equipment": ElementKind.EQUIPMENT,
    "activity": ElementKind.ACTIVITY,
    "conditions": ElementKind.CONDITION,
}
_TIMES = ("created_at", "updated_at")
_PROVENANCE = {"origin", "origin_detail"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """All that was understood of a file."""

    file_name: str
    scale: Mapping[str, ImportedAxis]
    lines: Sequence[ImportedLine]
    actions: Sequence[ImportedAction]
    report: Sequence[ImportedFinding]


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """Who writes, when, for which import, and how.

    Attributes:
        names: words of the writer's language for what a file leaves without a name: `work_unit`, `action`, and those
            of the scale and its axes; and the file's own, `file`.
    """

    identity: UUID
    scope: str
    by: str
    now: datetime
    names: Mapping[str, str]
    replace: bool = False


@dataclass(slots=True)
class Plan:
    """Entries that are new, and those that are there already in the revision that replaces them.

    Attributes:
        conflicts: exact entries that somebody changed since they were exported.
    """

    added: list[EntryRecord] = field(default_factory=list)
    replaced: list[EntryRecord] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    conflicts: list[ImportConflict] = field(default_factory=list)


def planned(found: Understood, records: Iterable[EntryRecord], writing: Writing) -> Plan:
    """Return what writing an import does.

    Args:
        records: the DUERP: all that is not archived, and archived statements.
    """
    return _Planning(found, Existing(records), writing).plan()


class _Planning:
    def __init__(self, found: Understood, existing: Existing, writing: Writing) -> None:
        self._found = found
        self._existing = existing
        self._writing = writing
        self._plan = Plan()
        self._elements: dict[UUID, tuple[ElementKind, str, list[UUID]]] = {}
        self._families = {each.id for each in risk_families()}
        self._said = {
            (each.sheet, each.row): each for each in found.report if each.code in _SAID and each.params.get("value")
        }
        self._scale: tuple[UUID, int, Scale] | None = None

    def plan(self) -> Plan:
        self._plan_scale()
        statements = [line for line in self._found.lines if (line.sheet, line.row) in self._said]
        kept = [line for line in self._found.lines if (line.sheet, line.row) not in self._said]
        for number, line in enumerate(kept):
            self._plan_line(line, number)
        for number, line in enumerate(statements):
            self._plan_statement(line, len(kept) + number)
        for number, action in enumerate(self._found.actions):
            self._plan_action(action, None, f"action/{number}")
        for identity, (kind, name, units) in self._elements.items():
            self._add(Element(kind=kind, name=name, work_units=units[:MOST]), identity)
        self._order()
        rows = {(each.sheet, each.row) for each in self._found.report if each.row is not None}
        self._plan.counts["to_complete"] = len(rows)
        return self._plan

    def _plan_scale(self) -> None:
        scale = scale_of(self._found.scale, self._found.lines, self._writing.names)
        if scale is None:
            return
        for record, there in self._existing.scales:
            if scale.model_copy(update={"name": there.name, "about": there.about}) == there:
                self._scale = record.id, record.revision, there
                return
        record = self._add(scale, self._id("scale"))
        self._scale = record.id, 1, scale

    def _plan_line(self, line: ImportedLine, number: int) -> None:
        content = self._content(line)
        unit = content.work_unit if isinstance(content, Line) else None
        self._existing.lined.add((unit, content.family or ""))
        there = self._existing.lines.get(key_of(unit, content.family, content.hazard, content.situation))
        if there:
            record = there.popleft()
            self._meet(record, self._rated(content))
        else:
            record = self._add(self._rated(content), self._id(f"line/{number}"))
        for place, action in enumerate(line.actions):
            self._plan_action(action, record.id, f"line/{number}/action/{place}")

    def _content(self, line: ImportedLine) -> Line | SharedLine:
        family = line.family if line.family in self._families else None
        kind = _PLACES.get(line.place.kind or "") if line.place and name_of(line.place.label) else None
        texts = {
            "family": family,
            "hazard": text_of(line.hazard),
            "situation": text_of(line.situation),
            "harm": text_of(line.harm),
            "measures": measures_of(line),
            "articles": articles_of(line),
            "origin": LineOrigin.IMPORTED,
            "origin_detail": titled([self._found.file_name, line.sheet, str(line.row)]),
            "comment": text_of(line.comment),
            "as_written": written_of_line(line, family=family is None, place=kind is None or line.all_units),
        }
        if line.all_units:
            return SharedLine.model_validate(texts)
        unit = self._unit(line.work_unit)
        elements = [self._element(kind, line, unit)] if kind else []
        return Line.model_validate({**texts, "work_unit": unit, "elements": elements})

    def _rated(self, content: Line | SharedLine) -> Line | SharedLine:
        if self._scale is None or isinstance(content, SharedLine):
            return content
        identity, version, scale = self._scale
        line = ImportedLine(sheet="", row=0, rating=dict(content.as_written))
        values = values_of(scale, line)
        if values is None:
            return content
        rating = Rating(scale=identity, version=version, values=values)
        rated = content.model_copy(update={"residual" if scale.residual else "gross": rating})
        writing = self._writing
        filled = with_ratings(rated, None, {(identity, version): scale}, writing.by, writing.now)
        return filled if isinstance(filled, Line) else content

    def _plan_statement(self, line: ImportedLine, number: int) -> None:
        """Add what is said of a family, unless it has a line that says otherwise: then the words stay a line's."""
        said = self._said[line.sheet, line.row]
        family = line.family if line.family in self._families else None
        finding = _SAID[said.code]
        described = line.hazard or line.situation
        if family is None or line.all_units or line.work_unit is None or (described and finding is not Finding.NO_RISK):
            self._plan_line(_with_comment(line, said), number)
            return
        unit = self._unit(line.work_unit)
        if (unit, family) in self._existing.lined:
            self._plan_line(_with_comment(line, said), number)
            return
        where = titled([self._found.file_name, line.sheet, str(line.row)])
        reason = text_of(said.params["value"], line.hazard, line.situation, line.comment, where)
        content = Statement(work_unit=unit, family=family, finding=finding, reason=reason)
        there = self._existing.statements.get((unit, family))
        if there is None:
            record = self._add(content, identity_of(self._writing.scope, content))
            self._existing.statements[unit, family] = record
        elif there.archived_at is not None:
            back = restored(there, self._writing.by, self._writing.now)
            self._plan.replaced.append(back.model_copy(update={"content": content}))
            self._plan.counts["statements_restored"] += 1
        else:
            self._meet(there, content)

    def _plan_action(self, action: ImportedAction, line: UUID | None, place: str) -> None:
        what = text_of(action.what) or self._writing.names["action"]
        key = line, plain(what)
        if key in self._existing.actions:
            self._plan.counts["already_there"] += 1
            return
        self._existing.actions.add(key)
        content = Action(
            what=what,
            lines=[line] if line else [],
            responsible=name_of(action.who),
            due=day_of(action.due),
            cost=cost_of(action.cost),
            indicator=text_of(action.indicator),
            as_written=written_of_action(action),
        )
        self._add(content, self._id(place))

    def _unit(self, written: str | None) -> UUID:
        """Return the work unit of this name, which is added if there is none."""
        name = name_of(written) or self._writing.names["work_unit"]
        key = plain(name)
        if key not in self._existing.work_units:
            more = text_of(written) if written and len(written) > MAX_NAME_CHARS else ""
            record = self._add(WorkUnit(name=name, description=more), self._id(f"work-unit/{key}"))
            self._existing.work_units[key] = record.id
        return self._existing.work_units[key]

    def _element(self, kind: ElementKind, line: ImportedLine, unit: UUID) -> UUID:
        name = name_of(line.place.label if line.place else None) or ""
        key = kind, plain(name)
        if key not in self._existing.elements:
            identity = self._existing.elements[key] = self._id(f"element/{kind}/{key[1]}")
            self._elements[identity] = kind, name, []
        identity = self._existing.elements[key]
        if identity in self._elements and unit not in (units := self._elements[identity][2]):
            units.append(unit)
        return identity

    def _meet(self, record: EntryRecord, content: Content) -> None:
        """Leave what is there already as it is, unless the person wants it replaced and it differs."""
        is_new = record.created_at == self._writing.now  # of this very file, which says it twice
        if is_new or not self._writing.replace or _said_alike(record.content, content):
            self._plan.counts["already_there"] += 1
            return
        self._plan.replaced.append(changed(record, content, self._writing.by, self._writing.now))
        self._plan.counts["replaced"] += 1

    def _add(self, content: Content, identity: UUID) -> EntryRecord:
        record = added(self._writing.scope, content, self._writing.by, self._writing.now)
        record = record.model_copy(update={"id": identity})
        self._plan.added.append(record)
        self._plan.counts[f"{record.kind}s"] += 1
        return record

    def _order(self) -> None:
        """Let lists, which are by time, have the order of the file."""
        self._plan.added = [
            record.model_copy(update=dict.fromkeys(_TIMES, record.created_at + timedelta(microseconds=number)))
            for number, record in enumerate(self._plan.added)
        ]

    def _id(self, place: str) -> UUID:
        return uuid5(self._writing.identity, place)


def _said_alike(there: Content, content: Content) -> bool:
    kept = there.model_dump(exclude=_PROVENANCE | {"gross", "residual"})
    return kept == content.model_dump(exclude=_PROVENANCE | {"gross", "residual"})


def _with_comment(line: ImportedLine, said: ImportedFinding) -> ImportedLine:
    """Return a line with the words that were taken out of it, since they are no statement."""
    return line.model_copy(update={"comment": text_of(line.comment, said.params["value"])})
