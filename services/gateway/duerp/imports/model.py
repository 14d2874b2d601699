"""What an import is and what may follow what. Pure."""

import hashlib
import re
from datetime import datetime
from pathlib import PurePath
from uuid import UUID, uuid5

from services.gateway.database.ports import Record
from services.gateway.duerp.service import Match
from shared.contracts.base import Failure, ObjectRef
from shared.contracts.duerp_files import DuerpFileRead
from shared.errors import Conflict, PreconditionFailed, PreconditionRequired
from shared.http_api.duerp.imports import ImportMapping, ImportState
from shared.language.folding import folded

ENDED = frozenset({ImportState.DISCARDED, ImportState.TAKEN_BACK})
_OPEN = frozenset({ImportState.READING, ImportState.TO_CONFIRM, ImportState.FAILED})
_BETWEEN_WORDS = re.compile(r"[\W\d_]+")
_OF_COPIES = frozenset({"", "v", "version", "copie", "copy"})


class WrittenEntry(Record):
    """An entry in the revision that an import has written; `added`: it was not there before."""

    entry_id: UUID
    revision: int
    added: bool


class ImportRecord(Record):
    """A file of a unit's DUERP, in its newest revision. `reading`: how often it was begun to be read."""

    id: UUID
    scope: str
    state: ImportState
    revision: int
    file_name: str
    source: str
    signature: str = ""
    sha256: str
    size: int
    reading: int
    said: ImportMapping
    counts: dict[str, int] | None = None
    failure: Failure | None = None
    written: dict[str, int] | None = None
    created_by: str
    created_at: datetime
    updated_by: str
    updated_at: datetime

    @property
    def job(self) -> UUID:
        """What the outbox keeps until the file was read."""
        return uuid5(self.id, f"reading/{self.reading}")

    @property
    def was_read(self) -> bool:
        return self.state in (ImportState.TO_CONFIRM, ImportState.WRITTEN)


def source_of(file_name: str) -> str:
    """Return what last year's file and this year's have in common: a digest of the name without numbers."""
    words = _BETWEEN_WORDS.split(folded(PurePath(file_name).stem))
    return hashlib.sha256(" ".join(each for each in words if each not in _OF_COPIES).encode()).hexdigest()


def submitted(
    identity: UUID, scope: str, file_name: str, file: ObjectRef, said: ImportMapping, by: str, now: datetime
) -> ImportRecord:
    """Make the import of a file that was just stored."""
    return ImportRecord(
        id=identity,
        scope=scope,
        state=ImportState.READING,
        revision=1,
        file_name=file_name,
        source=source_of(file_name),
        sha256=file.sha256,
        size=file.size,
        reading=1,
        said=said,
        created_by=by,
        created_at=now,
        updated_by=by,
        updated_at=now,
    )


def matched(record: ImportRecord, match: Match) -> None:
    """Go on if the person has seen the newest revision.

    Raises:
        PreconditionRequired: they name none.
        PreconditionFailed: the newest is another one.
    """
    if match.any_revision:
        return
    if match.revisions is None:
        raise PreconditionRequired(what="If-Match")
    if record.revision not in match.revisions:
        raise PreconditionFailed(revision=record.revision)


def mapped(record: ImportRecord, said: ImportMapping, by: str, now: datetime) -> ImportRecord:
    """Make the revision that is read again, as a person has said.

    Raises:
        Conflict: it was written, or has ended.
    """
    _require(record, _OPEN)
    anew = {"reading": record.reading + 1, "counts": None, "failure": None, "signature": ""}
    return _revised(record, ImportState.READING, by, now, said=said, **anew)


def was_read(record: ImportRecord, event: DuerpFileRead, now: datetime) -> ImportRecord | None:
    """Make the revision that a reading has ended; None: it is over, or a newer one has begun."""
    if record.state is not ImportState.READING or event.reading != record.reading:
        return None
    if event.failure is not None:
        return _revised(record, ImportState.FAILED, record.updated_by, now, failure=event.failure)
    read = {"counts": event.counts, "signature": event.signature}
    return _revised(record, ImportState.TO_CONFIRM, record.updated_by, now, **read)


def discarded(record: ImportRecord, by: str, now: datetime) -> ImportRecord:
    """Make the revision that nobody wants any more: its file's name and what was said of it are gone.

    Raises:
        Conflict: it was written, or has ended.
    """
    _require(record, _OPEN)
    return _forgotten(record, ImportState.DISCARDED, by, now)


def written(record: ImportRecord, counts: dict[str, int], by: str, now: datetime) -> ImportRecord:
    """Make the revision whose lines are in the DUERP.

    Raises:
        Conflict: it was not read, was written, or has ended.
    """
    _require(record, frozenset({ImportState.TO_CONFIRM}))
    return _revised(record, ImportState.WRITTEN, by, now, written=counts)


def taken_back(record: ImportRecord, counts: dict[str, int], by: str, now: datetime) -> ImportRecord:
    """Make the revision whose entries were archived again.

    Raises:
        Conflict: it was not written.
    """
    _require(record, frozenset({ImportState.WRITTEN}))
    return _revised(record, ImportState.TAKEN_BACK, by, now, written={**(record.written or {}), **counts})


def _forgotten(record: ImportRecord, state: ImportState, by: str, now: datetime) -> ImportRecord:
    return _revised(record, state, by, now, file_name="-", said=ImportMapping(), failure=None)


def _revised(record: ImportRecord, state: ImportState, by: str, now: datetime, **changes: object) -> ImportRecord:
    fresh = {"state": state, "revision": record.revision + 1, "updated_by": by, "updated_at": now}
    return record.model_copy(update={**changes, **fresh})


def _require(record: ImportRecord, states: frozenset[ImportState]) -> None:
    if record.state not in states:
        raise Conflict(reason="duerp-import-state")
