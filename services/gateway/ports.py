"""What the gateway asks of its database, and the records that they speak of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared.contracts.base import Event, Failure
from shared.contracts.documents import (
    Chunking,
    DocumentIndexed,
    DocumentProgressed,
    DocumentSubmitted,
    DocumentWithdrawn,
)
from shared.contracts.index import Embedding
from shared.contracts.questions import Outcome, QuestionAsked
from shared.http_api.documents import DocumentOrder, DocumentState
from shared.http_api.feedback import Reason, Verdict
from shared.http_api.questions import QuestionState


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
    metadata: Mapping[str, str] = field(default_factory=dict)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackRecord:
    """What a person says of an answer; at most one of each person and question."""

    question_id: UUID
    author: str
    verdict: Verdict
    reason: Reason | None
    comment: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in an ordered list: what the entry before it is ordered by, and its id."""

    value: str | datetime
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Which part of a list: what was made from `since` on and before `until`, `limit` entries behind `after`."""

    limit: int
    after: Cursor | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSearch(Slice):
    """Which documents; an empty filter lets everything through. All `words` must occur, see search_words.py."""

    states: frozenset[DocumentState] = frozenset()
    scopes: frozenset[str] = frozenset()
    media_types: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    order: DocumentOrder = DocumentOrder.KEY


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSearch(Slice):
    states: frozenset[QuestionState] = frozenset()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackSearch(Slice):
    verdict: Verdict | None = None
    reasons: frozenset[Reason] = frozenset()


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


class DocumentNotes(Protocol):
    """What people note of documents, which no passage carries."""

    async def describe(self, document_id: UUID, metadata: Mapping[str, str]) -> None: ...


class DocumentProgress(Protocol):
    """What the workers report; every method may hear the same event again and in any order."""

    async def progressed(self, event: DocumentProgressed) -> None: ...

    async def indexed(self, event: DocumentIndexed) -> None: ...


class DocumentCatalogue(Protocol):
    """Reading documents."""

    async def listing(self, readable: frozenset[str], subject: str, search: DocumentSearch) -> Sequence[DocumentRecord]:
        """Latest versions of documents in the readable scopes or submitted by this subject."""
        ...

    async def version(self, version_id: UUID) -> DocumentRecord | None: ...

    async def versions(self, document_id: UUID) -> Sequence[DocumentRecord]: ...

    async def counts(self) -> Counts: ...


class QuestionLedger(Protocol):
    async def accept(
        self, question: Callable[[Embedding], QuestionAsked], asked_by: str, idempotency: IdempotencyKey | None
    ) -> QuestionAsked:
        """Store a question, made for the vectors that are in use at that moment, with the event that is to leave.

        Raises:
            Conflict: the idempotency key came twice at once.
        """
        ...

    async def put_off(self, question_id: UUID) -> None:
        """The event did not leave, or nobody knows: it is due for the outbox's relay, unless the question has ended."""
        ...

    async def find(self, question_id: UUID) -> QuestionRecord | None: ...

    async def finish(self, question_id: UUID, state: QuestionState, outcome: Outcome) -> QuestionRecord | None:
        """End a question once: the first outcome stays. The record as it is now, None if there is no such question."""
        ...

    async def overdue(self, now: datetime) -> Sequence[UUID]: ...


class QuestionHistory(Protocol):
    """A person's questions."""

    async def page(self, asked_by: str, search: QuestionSearch) -> Sequence[QuestionRecord]:
        """Newest first."""
        ...

    async def forget(self, question_id: UUID) -> None:
        """Remove a question with its answer and what was said of it."""
        ...


class FeedbackLedger(Protocol):
    """What people say of answers."""

    async def put(self, record: FeedbackRecord) -> FeedbackRecord:
        """Store or replace; the time of the first one stays."""
        ...

    async def find(self, question_id: UUID, author: str) -> FeedbackRecord | None: ...

    async def remove(self, question_id: UUID, author: str) -> bool:
        """Whether there was any."""
        ...

    async def page(self, search: FeedbackSearch) -> Sequence[tuple[FeedbackRecord, QuestionRecord]]:
        """Everybody's, newest first, each with its question."""
        ...


class Idempotency(Protocol):
    async def known(self, key: IdempotencyKey) -> UUID | None:
        """The document or question that an earlier request of this key made.

        Raises:
            Conflict: the key was used for another request.
        """
        ...


@dataclass(frozen=True, slots=True)
class Promise:
    """An accepted event, and the trace of the request that made it."""

    event: Event
    traceparent: str | None


class Outbox(Protocol):
    """Accepted events whose jobs have not ended."""

    async def due(self, limit_documents: int) -> Sequence[Promise]:
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
