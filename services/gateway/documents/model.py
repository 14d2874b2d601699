"""What a document is and what may follow what: versions, their states, what workers report of them. Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from pydantic import Field

from services.gateway.database.ports import Record
from services.gateway.documents.metadata import questions_of
from shared.access import PUBLIC, Principal
from shared.clock import utc_now
from shared.contracts.base import Failure, ObjectRef
from shared.contracts.documents import Chunking, DocumentIndexed, DocumentProgressed
from shared.contracts.identities import document_id, version_id
from shared.contracts.remarks import Remarks
from shared.http_api.documents import DocumentState

OPEN = frozenset({DocumentState.ACCEPTED, DocumentState.PARSED, DocumentState.EMBEDDED})
"""States of a version that is on its way: its job has not ended."""
_REVISION_DIGITS = 16


class DocumentRecord(Record):
    """One version of a document and how far it got. `withdrawn`: up to which sequence the document's versions were.

    `withdraws_at`: when it will be withdrawn, unless somebody keeps it.
    """

    document_id: UUID
    version_id: UUID
    sequence: int
    scope: str
    key: str
    title: str
    file_name: str
    media_type: str
    sha256: str
    size: int
    source_key: str
    submitted_by: str
    language: str = "fr"
    chunking: Chunking = Chunking()
    metadata: Mapping[str, str] = Field(default_factory=dict)
    withdrawn: int = 0
    withdraws_at: datetime | None = None
    state: DocumentState = DocumentState.ACCEPTED
    passages: int = 0
    embedded: int = 0
    indexed: int = 0
    failure: Failure | None = None
    remarks: Remarks = Remarks()
    created_at: datetime
    updated_at: datetime

    @property
    def is_open(self) -> bool:
        """Whether it is on its way into the index."""
        return self.state in OPEN

    @property
    def revision(self) -> str:
        """What differs after any change of what people say of the document: title, language, metadata."""
        said = json.dumps([self.title, self.language, sorted(self.metadata.items())])
        return hashlib.sha256(said.encode()).hexdigest()[:_REVISION_DIGITS]

    def after(self, **changes: Any) -> "DocumentRecord":
        """The same version, changed now."""
        return self.model_copy(update={**changes, "updated_at": utc_now()})


class Withdrawal(Record):
    """The receipt of a withdrawal. It has no word of the document, and stays.

    Attributes:
        withdrawn_by: subject of the person; None: from before there were receipts.
        repeated_at: when workers were told once more, after the grace time (sweep.py); ended_at: when that had ended.
    """

    document_id: UUID
    sequence: int
    scope: str
    withdrawn_by: str | None
    withdrawn_at: datetime
    repeated_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def job(self) -> UUID:
        """The job of telling the workers: a later withdrawal of the same document is another one."""
        return withdrawal_job(self.document_id, self.sequence)


def withdrawal_job(document: UUID, sequence: int) -> UUID:
    """The id of a withdrawal's job in the outbox."""
    return uuid5(document, f"withdrawal {sequence}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A file that somebody sent; its bytes are in the object store already.

    What is not said (None, or a chunking that leaves all open) stays as it was in the version before.
    """

    source: ObjectRef
    file_name: str
    media_type: str
    scope: str = PUBLIC
    key: str | None = None
    title: str | None = None
    language: str | None = None
    chunking: Chunking = field(default_factory=Chunking)
    metadata: Mapping[str, str] | None = None


# --- versions --------------------------------------------------------------------------------------------------------


def version_of_submission(
    principal: Principal,
    submission: Submission,
    key: str,
    previous: DocumentRecord | None,
    *,
    is_known: bool = True,
) -> DocumentRecord:
    """Make the version of a submission, which may be the previous one once more (`is_same`).

    Args:
        is_known: whether the person may know of the previous one. Else nothing that they see is made of it: title,
            language and chunking are as of a new document; metadata, which is not shown to them, stays.
    """
    now = utc_now()
    said = submission.metadata
    sequence, withdrawn_to = (previous.sequence, previous.withdrawn) if previous else (0, 0)
    noted = said if said is not None else (previous.metadata if previous else {})
    if previous is not None and (previous.state is DocumentState.WITHDRAWN or not is_known):
        previous = None  # nothing was kept of it, or nothing is told
    record = DocumentRecord(
        document_id=document_id(submission.scope, key),
        version_id=UUID(int=0),
        sequence=sequence + 1,
        withdrawn=withdrawn_to,
        scope=submission.scope,
        key=key,
        title=submission.title or (previous.title if previous else submission.file_name),
        file_name=submission.file_name,
        media_type=submission.media_type,
        sha256=submission.source.sha256,
        size=submission.source.size,
        source_key=submission.source.key,
        submitted_by=principal.subject,
        language=submission.language or (previous.language if previous else "fr"),
        chunking=previous.chunking if previous and submission.chunking == Chunking() else submission.chunking,
        metadata=noted,
        created_at=now,
        updated_at=now,
    )
    return _identified(record)


def next_version(previous: DocumentRecord, **changes: Any) -> DocumentRecord:
    """Make the version that the same bytes have with another title, language or chunking."""
    now = utc_now()
    fresh = {**_FRESH, **changes, "sequence": previous.sequence + 1, "created_at": now, "updated_at": now}
    return _identified(previous.model_copy(update=fresh))


def is_same(previous: DocumentRecord, record: DocumentRecord) -> bool:
    """Whether nothing is to be done: the record's version is there, and has not failed or gone."""
    over = {DocumentState.FAILED, DocumentState.WITHDRAWN}
    return previous.version_id == record.version_id and previous.state not in over


def restarted(record: DocumentRecord) -> DocumentRecord:
    """The version before its way through the chain, with the passages that it had."""
    return record.after(**{name: value for name, value in _FRESH.items() if name != "passages"})


def withdrawn(record: DocumentRecord, up_to: int) -> DocumentRecord:
    """The version once its document was withdrawn up to a sequence: no title, name, key, metadata or digest is left."""
    return record.after(
        state=DocumentState.WITHDRAWN, withdrawn=up_to, key=f"{_NO_KEY}{record.document_id}", **_NO_WORDS
    )


_NO_KEY = "\x01"
"""Before the document's id, in the place of its key: nobody can send such a key, each is different, and in the order of
keys all are before the others, so that who turns pages is told of none twice."""

_NO_WORDS: dict[str, Any] = {
    "title": "",
    "file_name": "",
    "sha256": "",
    "size": 0,
    "metadata": {},
    "failure": None,
    "remarks": Remarks(),
}


_FRESH: dict[str, Any] = {
    "state": DocumentState.ACCEPTED,
    "passages": 0,
    "embedded": 0,
    "indexed": 0,
    "failure": None,
    "remarks": Remarks(),
}


def _identified(record: DocumentRecord) -> DocumentRecord:
    """Give the version its id, of all that passages and their vectors are made of.

    What was withdrawn keeps its ids for itself: what a worker may still write of it, and what is swept of it, is never
    of the same content sent again.
    """
    chunking = record.chunking.model_dump_json(exclude_none=True)
    made_of = f"{chunking}\n{record.title}\n{record.language}"
    if questions := questions_of(record.metadata):
        made_of += "\n".join(("\nquestions", *questions))
    if record.withdrawn:
        made_of += f"\nafter {record.withdrawn}"
    return record.model_copy(update={"version_id": version_id(record.document_id, record.sha256, made_of)})


# --- what workers report ---------------------------------------------------------------------------------------------


def is_due(record: DocumentRecord | None, event: DocumentProgressed | DocumentIndexed) -> bool:
    """Whether a report changes the version: it has not ended, and was not sent again since."""
    if record is None or record.sequence != event.sequence:
        return False
    return record.is_open or tells_remarks(record, event)


def tells_remarks(record: DocumentRecord, event: DocumentProgressed | DocumentIndexed) -> bool:
    """Whether a report that documents.indexed overtook brings an indexed version's remarks."""
    if not isinstance(event, DocumentProgressed) or record.state is not DocumentState.INDEXED:
        return False
    return event.stage == "parsed" and event.remarks != record.remarks


def progressed(record: DocumentRecord, event: DocumentProgressed) -> DocumentRecord:
    """The version after a report. Counts only grow: a redelivered event reports what was known."""
    if tells_remarks(record, event):
        return record.after(remarks=event.remarks)
    if event.stage == "failed":
        return record.after(state=DocumentState.FAILED, failure=event.failure)
    embedded = max(record.embedded, event.done) if event.stage == "embedded" else record.embedded
    indexed = max(record.indexed, event.done) if event.stage == "indexed" else record.indexed
    state = DocumentState.EMBEDDED if embedded == event.total else DocumentState.PARSED
    remarks = event.remarks if event.stage == "parsed" else record.remarks
    return record.after(state=state, passages=event.total, embedded=embedded, indexed=indexed, remarks=remarks)


def indexed(record: DocumentRecord, event: DocumentIndexed) -> DocumentRecord:
    """The version once all of it can be found."""
    counts = dict.fromkeys(("passages", "embedded", "indexed"), event.passages)
    return record.after(state=DocumentState.INDEXED, **counts)


def replaced(older: DocumentRecord) -> DocumentRecord:
    """A version once a newer one can be found in its place."""
    return older.model_copy(update={"state": DocumentState.REPLACED})


def is_whole(event: DocumentProgressed) -> bool:
    """Whether the last batch is in the index: documents.indexed says as much and more, and need not be stored twice."""
    return event.stage == "indexed" and event.done == event.total
