"""Changes of many entries at once: what each becomes, and what is told of it. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.gateway.duerp.contents import LINES
from services.gateway.duerp.model import (
    Change,
    EntryRecord,
    archived,
    change_of,
    changed,
    decided,
    restored,
)
from shared.errors import InvalidInput, VigieError
from shared.http_api.duerp.entries import ChangeType, LineState
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.together import Named, Outcome, Together, TogetherBody

STATES: Mapping[Together, LineState] = {
    Together.ACCEPT: LineState.ACCEPTED,
    Together.REJECT: LineState.REJECTED,
    Together.PROPOSE: LineState.PROPOSED,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one entry; `error`: why it was refused."""

    id: UUID
    outcome: Outcome
    revision: int | None = None
    error: VigieError | None = None


@dataclass(slots=True)
class Batch:
    """What is stored in one transaction: new entries, newest revisions of others, and the history of both."""

    added: list[EntryRecord] = field(default_factory=list)
    saved: list[EntryRecord] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def add(self, record: EntryRecord) -> EntryRecord:
        """Take a new entry along."""
        self.added.append(record)
        self.changes.append(change_of(record, ChangeType.ADDED))
        return record

    def save(self, record: EntryRecord, how: ChangeType, why: str = "") -> EntryRecord:
        """Take the newest revision of an entry along."""
        self.saved.append(record)
        self.changes.append(change_of(record, how, why))
        return record


@dataclass(frozen=True, slots=True)
class Revision:
    """A change of one line: what it becomes, and how the history calls it."""

    make: Callable[[EntryRecord], EntryRecord]
    how: ChangeType
    why: str = ""


def revision_of(body: TogetherBody, by: str, now: datetime) -> Revision:
    """Return what is done to each line.

    Raises:
        InvalidInput: lines are to be moved nowhere.
    """
    if state := STATES.get(body.what):
        return Revision(lambda record: _in_state(record, state, body.why, by, now), ChangeType.DECIDED, body.why)
    if body.what is Together.ARCHIVE:
        return Revision(lambda record: archived(record, by, now), ChangeType.ARCHIVED, body.why)
    if body.what is Together.RESTORE:
        return Revision(lambda record: restored(record, by, now), ChangeType.RESTORED, body.why)
    if body.work_unit is None:
        raise InvalidInput(reason="duerp-reference")
    target = body.work_unit
    return Revision(lambda record: _moved(record, target, by, now), ChangeType.CHANGED, body.why)


def revised(batch: Batch, named: Sequence[Named], found: Mapping[UUID, EntryRecord], revision: Revision) -> list[Told]:
    """Put the change of each line into the batch, and tell what became of each; one that is named twice counts once."""
    return list(_revised(batch, {each.id: each for each in named}, found, revision))


def _revised(
    batch: Batch, named: Mapping[UUID, Named], found: Mapping[UUID, EntryRecord], revision: Revision
) -> Iterator[Told]:
    for identity, each in named.items():
        record = found.get(identity)
        if record is None or record.kind not in LINES:
            yield Told(identity, Outcome.MISSING)
        elif record.revision != each.revision:
            yield Told(identity, Outcome.OUTDATED, record.revision)
        else:
            yield _one(batch, record, revision)


def _one(batch: Batch, record: EntryRecord, revision: Revision) -> Told:
    try:
        after = revision.make(record)
    except VigieError as error:
        return Told(record.id, Outcome.REFUSED, record.revision, error)
    if after.revision == record.revision:
        return Told(record.id, Outcome.UNCHANGED, record.revision)
    batch.save(after, revision.how, revision.why)
    return Told(record.id, Outcome.DONE, after.revision)


def _in_state(record: EntryRecord, state: LineState, why: str, by: str, now: datetime) -> EntryRecord:
    """Return a line in a state; as it was where it is in that state already."""
    if record.archived_at is None and record.decided is not None and record.decided.state is state:
        return record
    return decided(record, state, why, by, now)


def _moved(record: EntryRecord, work_unit: UUID, by: str, now: datetime) -> EntryRecord:
    """Return a line in another work unit, to be accepted there again; its ratings stay, for they can be read."""
    if not isinstance(record.content, Line):
        raise InvalidInput(reason="duerp-not-one-place")
    if record.content.work_unit == work_unit and record.archived_at is None:
        return record
    return changed(record, record.content.model_copy(update={"work_unit": work_unit, "elements": []}), by, now)
