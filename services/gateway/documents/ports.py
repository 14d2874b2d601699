"""What documents ask of the database, and the records that they speak of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.gateway.database.ports import Slice
from services.gateway.outbox.ports import IdempotencyKey
from shared.contracts.base import Failure
from shared.contracts.documents import (
    Chunking,
    DocumentIndexed,
    DocumentProgressed,
    DocumentSubmitted,
    DocumentWithdrawn,
)
from shared.http_api.documents import DocumentOrder, DocumentState


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
class DocumentSearch(Slice):
    """Which documents; an empty filter lets everything through. All `words` must occur, see search_words.py."""

    states: frozenset[DocumentState] = frozenset()
    scopes: frozenset[str] = frozenset()
    media_types: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    order: DocumentOrder = DocumentOrder.KEY


@dataclass(frozen=True, slots=True)
class Counts:
    """How many documents and questions are in each state, and how many passages can be found."""

    documents: dict[str, int] = field(default_factory=dict)
    questions: dict[str, int] = field(default_factory=dict)
    passages: int = 0


class DocumentRepository(Protocol):
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
