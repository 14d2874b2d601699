"""What an entry of a DUERP is and what may follow what: revisions, decisions, the archive. Pure."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from services.gateway.database.ports import Record
from services.gateway.duerp.contents import LINES, check, kind_of
from shared.errors import Conflict, InvalidInput, PreconditionFailed, PreconditionRequired
from shared.http_api.duerp.entries import ChangeType, Decided, EntryKind, LineState
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.lines import LineText, SharedRating, Statement
from shared.http_api.duerp.unit import Unit
from shared.http_api.duerp.year import Confirmation, Cycle

_IDS = UUID("6f2b9c1e-6a54-4d0b-9c85-1d4f3c1a7e35")

MAY_FOLLOW = {
    LineState.PROPOSED: frozenset({LineState.ACCEPTED, LineState.REJECTED}),
    LineState.ACCEPTED: frozenset({LineState.REJECTED, LineState.PROPOSED}),
    LineState.REJECTED: frozenset({LineState.PROPOSED}),
}
"""Which state of a line may follow which: what was rejected is proposed again before it is accepted."""


class EntryRecord(Record):
    """Something of a unit's DUERP in its newest revision. `decided`: of lines; None for all other kinds."""

    id: UUID
    scope: str
    kind: EntryKind
    revision: int
    content: Content
    decided: Decided | None = None
    created_by: str
    created_at: datetime
    updated_by: str
    updated_at: datetime
    archived_at: datetime | None = None


class Change(Record):
    """One revision of an entry: who made it, when, how, why, and the content after it."""

    id: UUID
    entry_id: UUID
    scope: str
    kind: EntryKind
    revision: int
    type: ChangeType
    by: str
    at: datetime
    why: str = ""
    state: LineState | None = None
    content: Content


class Outdated(PreconditionFailed):
    """Somebody else changed the entry meanwhile. Both texts come along, so that nobody loses theirs."""

    def __init__(self, current: EntryRecord, yours: Content | None) -> None:
        super().__init__(revision=current.revision)
        self.current = current
        self.yours = yours


def require_open(unit: EntryRecord | None) -> None:
    """Go on unless the unit is closed: then its DUERP is read, exported and extracted, and not written any more.

    Args:
        unit: its description; None where nobody wrote it yet.

    Raises:
        Conflict: it is closed.
    """
    if unit is not None and isinstance(unit.content, Unit) and unit.content.closed_on is not None:
        raise Conflict(reason="duerp-closed")


def identity_of(scope: str, content: Content) -> UUID:
    """Return the id of a new entry: made of what there may be one of, else random."""
    kind = kind_of(content)
    if kind is EntryKind.UNIT:
        return unit_id(scope)
    if isinstance(content, Statement):
        return uuid5(_IDS, f"{scope}\n{kind}\n{content.work_unit}\n{content.family}")
    if isinstance(content, SharedRating):
        return uuid5(_IDS, f"{scope}\n{kind}\n{content.line}\n{content.work_unit}")
    if isinstance(content, Cycle):
        return cycle_id(scope, content.year)
    if isinstance(content, Confirmation):
        return confirmation_id(scope, content.line)
    return uuid4()


def unit_id(scope: str) -> UUID:
    """Return the id of the description of a scope's unit."""
    return uuid5(_IDS, f"{scope}\n{EntryKind.UNIT}")


def cycle_id(scope: str, year: int) -> UUID:
    """Return the id of a scope's cycle of a year."""
    return uuid5(_IDS, f"{scope}\n{EntryKind.CYCLE}\n{year}")


def confirmation_id(scope: str, line: UUID) -> UUID:
    """Return the id of the answers about a line: each year's is a revision of it."""
    return uuid5(_IDS, f"{scope}\n{EntryKind.CONFIRMATION}\n{line}")


def added(scope: str, content: Content, by: str, now: datetime) -> EntryRecord:
    """Make a new entry; a line is proposed by who adds it.

    Raises:
        InvalidInput: the content contradicts itself.
    """
    check(content)
    kind = kind_of(content)
    return EntryRecord(
        id=identity_of(scope, content),
        scope=scope,
        kind=kind,
        revision=1,
        content=content,
        decided=Decided(state=LineState.PROPOSED, by=by, at=now) if kind in LINES else None,
        created_by=by,
        created_at=now,
        updated_by=by,
        updated_at=now,
    )


def matched(
    record: EntryRecord, revisions: frozenset[int] | None, *, any_revision: bool, yours: Content | None
) -> None:
    """Go on if the person has read the newest revision.

    Args:
        revisions: those that they name, None for none; any_revision: whether whichever there is will do.
        yours: what they send.

    Raises:
        PreconditionRequired: they name none.
        Outdated: the newest is another one.
    """
    if any_revision:
        return
    if revisions is None:
        raise PreconditionRequired(what="If-Match")
    if record.revision not in revisions:
        raise Outdated(record, yours)


def changed(record: EntryRecord, content: Content, by: str, now: datetime) -> EntryRecord:
    """Make the revision with another content. A line is proposed again: what was accepted is what was read.

    Raises:
        Conflict: the entry is archived.
        InvalidInput: the content contradicts itself, or moves what the entry's id is made of.
    """
    _require_kept(record)
    check(content)
    if (
        isinstance(content, Statement | SharedRating | Cycle | Confirmation)
        and identity_of(record.scope, content) != record.id
    ):
        raise InvalidInput(reason="duerp-identity")
    decided = Decided(state=LineState.PROPOSED, by=by, at=now) if record.kind in LINES else None
    return _revised(record, by, now, content=content, decided=decided)


def decided(record: EntryRecord, state: LineState, why: str, by: str, now: datetime) -> EntryRecord:
    """Make the revision in which somebody gives a line another state.

    Raises:
        Conflict: the entry is archived, is no line, may not have that state now, or lacks what a line needs to be
            accepted (a family and a hazard).
        InvalidInput: it is rejected without a reason.
    """
    _require_kept(record)
    if record.decided is None or state not in MAY_FOLLOW[record.decided.state]:
        raise Conflict(reason="duerp-decision")
    if state is LineState.REJECTED and not why.strip():
        raise InvalidInput(reason="duerp-why")
    if state is LineState.ACCEPTED and missing(record.content):
        raise Conflict(reason="duerp-incomplete")
    return _revised(record, by, now, decided=Decided(state=state, by=by, at=now, why=why))


def missing(content: Content) -> list[str]:
    """Return which fields a line needs to be accepted and has not."""
    if not isinstance(content, LineText):
        return []
    return [name for name, value in (("family", content.family), ("hazard", content.hazard.strip())) if not value]


def archived(record: EntryRecord, by: str, now: datetime) -> EntryRecord:
    """Make the revision that is archived: out of lists and new versions, never deleted.

    Raises:
        Conflict: it is archived already.
    """
    _require_kept(record)
    return _revised(record, by, now, archived_at=now)


def without_words(record: EntryRecord, content: Content, by: str, now: datetime) -> EntryRecord:
    """Make the revision that has lost words of a document that was withdrawn, archived or not.

    A line's decision stays: its people have not changed what they assess.
    """
    return _revised(record, by, now, content=content)


def restored(record: EntryRecord, by: str, now: datetime) -> EntryRecord:
    """Make the revision that is back from the archive.

    Raises:
        Conflict: it is not archived.
    """
    if record.archived_at is None:
        raise Conflict(reason="duerp-not-archived")
    return _revised(record, by, now, archived_at=None)


def change_of(record: EntryRecord, how: ChangeType, why: str = "") -> Change:
    """Return the entry of the history that tells of a record's newest revision."""
    return Change(
        id=uuid5(record.id, str(record.revision)),
        entry_id=record.id,
        scope=record.scope,
        kind=record.kind,
        revision=record.revision,
        type=how,
        by=record.updated_by,
        at=record.updated_at,
        why=why,
        state=record.decided.state if record.decided else None,
        content=record.content,
    )


def _revised(record: EntryRecord, by: str, now: datetime, **changes: Any) -> EntryRecord:
    fresh = {**changes, "revision": record.revision + 1, "updated_by": by, "updated_at": now}
    return record.model_copy(update=fresh)


def _require_kept(record: EntryRecord) -> None:
    if record.archived_at is not None:
        raise Conflict(reason="duerp-archived")
