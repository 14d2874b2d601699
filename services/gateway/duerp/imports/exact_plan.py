"""What an import of an export of ours adds and changes: exact entries by their ids and revisions (ADR 38). Pure.

The models of the kinds and the rules of contents hold for a file as for a request: what does not pass is left out and
counted. An entry that somebody changed since the export is a conflict, which is told and left as it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from pydantic import ValidationError

from services.gateway.duerp.contents import LINES, check, kind_of, references
from services.gateway.duerp.imports.plan import Plan, Writing
from services.gateway.duerp.model import EntryRecord, added, changed, identity_of, missing, restored, unit_id
from services.gateway.duerp.ratings import ScaleVersion, scale_versions, with_ratings
from shared.errors import InvalidInput
from shared.http_api.duerp.entries import Decided, EntryKind, LineState
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.imports import ExactEntry, ImportConflict
from shared.http_api.duerp.kinds import KINDS
from shared.http_api.duerp.lines import Line, SharedRating, Statement
from shared.http_api.duerp.scales import Rating, Scale
from shared.http_api.duerp.unit import Unit
from shared.http_api.duerp.versions import FieldDifference

MOST_CONFLICTS = 500
"""That are told one by one; all are counted."""

_OPTIONAL = frozenset({"within", "scale"})
"""Fields with one id that an element, and a unit, can be without."""

_TIMES = ("created_at", "updated_at")


@dataclass(frozen=True, slots=True)
class _Told:
    """An entry of the file under the id that it has here, with a content that passed its model."""

    id: UUID
    content: Content
    revision: int | None
    state: LineState | None


class ExactFile:
    """The entries of an export, as they are to be written in a unit's DUERP.

    Args:
        unit: the key of the unit that exported it; entries of another unit's become new ones, with ids of the import's.
    """

    def __init__(self, unit: str, entries: Sequence[ExactEntry], writing: Writing) -> None:
        self._writing = writing
        self._is_own = writing.scope == f"unit:{unit}"
        self.unread = 0
        self.told: dict[UUID, _Told] = {}
        new = {} if self._is_own else {str(each.id): str(uuid5(writing.identity, str(each.id))) for each in entries}
        for each in entries:
            told = self._told(each, new)
            if told is None or told.id in self.told:
                self.unread += 1
            else:
                self.told[told.id] = told

    @property
    def named(self) -> frozenset[UUID]:
        """Ids of the entries and of all that they refer to."""
        return frozenset(self.told) | {other for each in self.told.values() for other in references(each.content)}

    @property
    def scales(self) -> frozenset[ScaleVersion]:
        """The versions of scales that the file's ratings are on."""
        return frozenset(place for each in self.told.values() for place in scale_versions(each.content))

    def _told(self, entry: ExactEntry, new: Mapping[str, str]) -> _Told | None:
        try:
            content = KINDS[entry.kind].model_validate(_renamed(entry.content, new))
            check(content)
        except (ValidationError, InvalidInput):
            return None
        if isinstance(content, Unit):
            identity = unit_id(self._writing.scope)
        elif isinstance(content, Statement | SharedRating) and not self._is_own:
            identity = identity_of(self._writing.scope, content)
        else:
            identity = UUID(new.get(str(entry.id), str(entry.id)))
        return _Told(identity, content, entry.revision, entry.state if entry.kind in LINES else None)


def planned_exactly(
    file: ExactFile, there: Mapping[UUID, EntryRecord], scales: Mapping[ScaleVersion, Scale], writing: Writing
) -> Plan:
    """Return what writing an export does.

    Args:
        there: those of `file.named` that the DUERP has, archived ones included.
        scales: those of `file.scales` that it has.
    """
    return _Planning(file, there, scales, writing).plan()


class _Planning:
    def __init__(
        self, file: ExactFile, there: Mapping[UUID, EntryRecord], scales: Mapping[ScaleVersion, Scale], writing: Writing
    ) -> None:
        self._file = file
        self._there = there
        self._writing = writing
        self._plan = Plan()
        coming = {
            (each.id, each.revision or 1): each.content
            for each in file.told.values()
            if isinstance(each.content, Scale) and each.id not in there
        }
        self._scales = {**coming, **scales}
        self._kinds: dict[UUID, EntryKind] = {each.id: each.kind for each in there.values()}

    def plan(self) -> Plan:
        self._plan.counts["unread"] = self._file.unread
        for told in self._readable():
            record = self._there.get(told.id)
            if record is None:
                self._add(told)
            elif type(record.content) is not type(told.content):
                self._plan.counts["unread"] += 1
            else:
                self._meet(record, told)
        return self._plan

    def _readable(self) -> Iterable[_Told]:
        """Return the entries without names of what is not there; one that cannot be without it is left out.

        What is left out may be what others name: until nothing is.
        """
        left = dict(self._file.told)
        while True:
            known = self._kinds | {each.id: kind_of(each.content) for each in left.values()}
            kept = {key: found for key, each in left.items() if (found := _without_lost(each, known)) is not None}
            if len(kept) == len(left):
                return list(kept.values())
            self._plan.counts["unread"] += len(left) - len(kept)
            left = kept

    def _add(self, told: _Told) -> None:
        writing = self._writing
        record = added(writing.scope, self._rated(told.content, None), writing.by, writing.now)
        # lists are by time: they have the order of the file
        at = writing.now + timedelta(microseconds=len(self._plan.added))
        update: dict[str, Any] = {"id": told.id, "revision": told.revision or 1, **dict.fromkeys(_TIMES, at)}
        if told.state is not None and not (told.state is LineState.ACCEPTED and missing(told.content)):
            why = "" if told.state is LineState.PROPOSED else writing.names.get("file", "")
            update["decided"] = Decided(state=told.state, by=writing.by, at=writing.now, why=why)
        self._plan.added.append(record.model_copy(update=update))
        self._plan.counts[f"{record.kind}s"] += 1

    def _meet(self, record: EntryRecord, told: _Told) -> None:
        """Change what is there where nobody did since the export; else tell that, and change it on `replace` alone."""
        content = self._rated(told.content, record.content)
        if content == record.content and record.archived_at is None:
            self._plan.counts["already_there"] += 1
            return
        writing, is_new = self._writing, record.revision == told.revision and record.archived_at is None
        if not is_new:
            self._tell_conflict(record, told, content)
            if not writing.replace:
                return
        if record.archived_at is not None:
            back = restored(record, writing.by, writing.now)
            self._plan.replaced.append(back.model_copy(update={"content": content}))
        else:
            self._plan.replaced.append(changed(record, content, writing.by, writing.now))
        self._plan.counts["updated" if is_new else "replaced"] += 1

    def _tell_conflict(self, record: EntryRecord, told: _Told, content: Content) -> None:
        self._plan.counts["conflicts"] += 1
        if len(self._plan.conflicts) < MOST_CONFLICTS:
            now, file = record.content.model_dump(mode="json"), content.model_dump(mode="json")
            self._plan.conflicts.append(
                ImportConflict(
                    entry=record.id,
                    kind=record.kind,
                    archived=record.archived_at is not None,
                    revision=record.revision,
                    exported=told.revision,
                    fields=[
                        FieldDifference(field=name, before=now.get(name), after=value)
                        for name, value in file.items()
                        if now.get(name) != value
                    ],
                )
            )

    def _rated(self, content: Content, before: Content | None) -> Content:
        """Return a content with its ratings computed; one that says what is computed keeps who rated and when."""
        if not isinstance(content, Line | SharedRating):
            return content
        writing = self._writing
        try:
            computed = with_ratings(content, before, self._scales, writing.by, writing.now)
        except InvalidInput:  # a version of a scale that is not here, or words that are not of it: never a guess
            self._plan.counts["unrated"] += 1
            former = before if isinstance(before, Line | SharedRating) else None
            kept = {"gross": former.gross if former else None, "residual": former.residual if former else None}
            return content.model_copy(update=kept)
        told = {name: _as_told(getattr(computed, name), getattr(content, name)) for name in ("gross", "residual")}
        return computed.model_copy(update=told)


def _as_told(computed: Rating | None, told: Rating | None) -> Rating | None:
    """Return the file's rating where it says what is computed: it has who rated, and when."""
    if computed is None or told is None or told.rated_by is None or told.rated_at is None:
        return computed
    by = {"rated_by": computed.rated_by, "rated_at": computed.rated_at}
    return told if told.model_copy(update=by) == computed else computed


def _renamed(value: Any, new: Mapping[str, str]) -> Any:
    """Return a content in which entries have their new ids."""
    if not new:
        return value
    if isinstance(value, dict):
        return {name: _renamed(each, new) for name, each in value.items()}
    if isinstance(value, list):
        return [_renamed(each, new) for each in value]
    return new.get(value, value) if isinstance(value, str) else value


def _without_lost(told: _Told, known: Mapping[UUID, EntryKind]) -> _Told | None:
    """Return an entry without the names in its lists of what is not there; None: it cannot be without one."""
    lost = {other for other, kinds in references(told.content).items() if known.get(other) not in kinds}
    if not lost:
        return told
    update: dict[str, Any] = {}
    for name in type(told.content).model_fields:
        value = getattr(told.content, name)
        if isinstance(value, list) and lost.intersection(each for each in value if isinstance(each, UUID)):
            update[name] = [each for each in value if each not in lost]
        elif name in _OPTIONAL and value in lost:
            update[name] = None
    content = told.content.model_copy(update=update)
    if any(known.get(other) not in kinds for other, kinds in references(content).items()):
        return None
    return _Told(told.id, content, told.revision, told.state)
