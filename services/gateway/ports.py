"""What the gateway asks of its database, and the records that they speak of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared.api import DocumentState, QuestionState
from shared.messages import (
    Chunking,
    DocumentIndexed,
    DocumentProgressed,
    DocumentSubmitted,
    DocumentWithdrawn,
    Event,
    Failure,
    Outcome,
    QuestionAsked,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecord:
    """One version of a document and how far it got."""

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
    chunking: Chunking = field(default_factory=Chunking)
    state: DocumentState = DocumentState.ACCEPTED
    passages: int = 0
    embedded: int = 0
    indexed: int = 0
    failure: Failure | None = None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRecord:
    question_id: UUID
    text: str
    language: str
    asked_by: str
    state: QuestionState
    outcome: Outcome | None
    created_at: datetime
    deadline: datetime


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """What a client calls its request, and what it asked; the same key with another request is a conflict."""

    key: str
    subject: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many documents and questions are in each state, and how many passages can be found."""

    documents: dict[str, int] = field(default_factory=dict)
    questions: dict[str, int] = field(default_factory=dict)
    passages: int = 0


class DocumentLedger(Protocol):
    """What was accepted of documents. Every accepted event is in the outbox by the same transaction."""

    async def latest(self, document_id: UUID) -> DocumentRecord | None: ...

    async def accept(
        self, record: DocumentRecord, event: DocumentSubmitted, idempotency: IdempotencyKey | None
    ) -> DocumentRecord:
        """Store a new version and its event.

        Raises:
            Conflict: another version of the document was accepted at the same moment.
        """
        ...

    async def accept_withdrawal(self, event: DocumentWithdrawn) -> None: ...

    async def resubmit(self, document_id: UUID, event: DocumentSubmitted) -> None:
        """Send the latest version through the chain once more."""
        ...


class DocumentProgress(Protocol):
    """What the workers report; every method may hear the same event again and in any order."""

    async def progressed(self, event: DocumentProgressed) -> None: ...

    async def indexed(self, event: DocumentIndexed) -> None: ...


class DocumentCatalogue(Protocol):
    """Reading documents."""

    async def listing(
        self, scopes: frozenset[str], subject: str, limit: int, after: UUID | None
    ) -> Sequence[DocumentRecord]:
        """Latest versions of documents in these scopes or submitted by this subject, by key, behind `after`."""
        ...

    async def version(self, version_id: UUID) -> DocumentRecord | None: ...

    async def versions(self, document_id: UUID) -> Sequence[DocumentRecord]: ...

    async def counts(self) -> Counts: ...


class QuestionLedger(Protocol):
    async def accept(self, event: QuestionAsked, asked_by: str, idempotency: IdempotencyKey | None) -> None: ...

    async def find(self, question_id: UUID) -> QuestionRecord | None: ...

    async def finish(self, question_id: UUID, state: QuestionState, outcome: Outcome) -> QuestionRecord | None:
        """End a question once: the first outcome stays. The record as it is now, None if there is no such question."""
        ...

    async def overdue(self, now: datetime) -> Sequence[UUID]: ...


class Idempotency(Protocol):
    async def known(self, key: IdempotencyKey) -> UUID | None:
        """The document or question that an earlier request of this key made.

        Raises:
            Conflict: the key was used for another request.
        """
        ...


class Outbox(Protocol):
    """Accepted events whose jobs have not ended."""

    async def due(self, limit_documents: int) -> Sequence[Event]:
        """Events to publish now, oldest first, with at most this many documents on their way."""
        ...

    async def published(self, events: Sequence[Event]) -> None: ...

    async def retry_stalled(self, before: datetime) -> int:
        """Make due again what did not move since `before`; how many."""
        ...

    async def retry_all(self) -> int:
        """Make due again whatever has not ended; how many."""
        ...


class Lease(Protocol):
    """Which of several replicas does what only one should."""

    async def held(self) -> bool:
        """Take it, or keep it; False while another replica has it. Whoever dies loses it after a few seconds."""
        ...

    async def release(self) -> None:
        """Let the next replica have it at once."""
        ...
