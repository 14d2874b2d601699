"""What documents ask of the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.gateway.database.ports import Slice
from services.gateway.documents.model import DocumentRecord, Withdrawal
from services.gateway.embedding_models.ports import VectorRepository
from shared.http_api.documents import DocumentOrder, DocumentState


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
class DocumentCounts:
    """How many documents are in each state, and how many passages can be found."""

    by_state: dict[str, int] = field(default_factory=dict)
    passages: int = 0


class DocumentRepository(Protocol):
    """Versions of documents within a unit of work: what it reads stays as it is until the unit ends."""

    async def version(self, version_id: UUID) -> DocumentRecord | None: ...

    async def versions(self, document_id: UUID) -> Sequence[DocumentRecord]: ...

    async def add(self, record: DocumentRecord) -> None:
        """Store a version as its document's latest; one that was there before takes its new place.

        Raises:
            Conflict: another version of the document was accepted at the same moment, or all were withdrawn.
        """
        ...

    async def save(self, record: DocumentRecord) -> None:
        """Store a version's state, counts and failure, and its document's metadata.

        Of a withdrawn one, store as well that its words and those of its document are gone.
        """
        ...


class WithdrawalRepository(Protocol):
    """Receipts of withdrawals within a unit of work."""

    async def lock(self, document_id: UUID) -> None:
        """Let no version of the document be added by anybody else until the unit ends."""
        ...

    async def find(self, document_id: UUID, sequence: int) -> Withdrawal | None: ...

    async def save(self, withdrawal: Withdrawal) -> None:
        """Store a receipt, and have answers looked through for its document's words (again)."""
        ...

    async def due(self, before: datetime, limit: int) -> Sequence[Withdrawal]:
        """Withdrawals from before this moment that were not repeated, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class HeldWithdrawal:
    """A withdrawal that is due, and who asked for it."""

    document_id: UUID
    subject: str


class HeldWithdrawalRepository(Protocol):
    """Withdrawals that are held back. Each method is one transaction."""

    async def hold(self, document_id: UUID, subject: str, at: datetime) -> None:
        """Have a document withdrawn at a moment, in somebody's name."""
        ...

    async def release(self, document_id: UUID) -> None:
        """Have a document not withdrawn."""
        ...

    async def due(self, now: datetime, limit: int) -> Sequence[HeldWithdrawal]:
        """Return what is to be withdrawn by now, the longest due first."""
        ...


class DocumentRows(Protocol):
    """What a change of documents writes in one unit of work."""

    @property
    def documents(self) -> DocumentRepository: ...

    @property
    def withdrawals(self) -> WithdrawalRepository: ...

    @property
    def vectors(self) -> VectorRepository: ...


class LatestVersions(Protocol):
    """Looking up one document."""

    async def latest(self, document_id: UUID) -> DocumentRecord | None: ...


class DocumentCatalogue(LatestVersions, Protocol):
    """Reading documents."""

    async def version(self, version_id: UUID) -> DocumentRecord | None: ...

    async def listing(self, readable: frozenset[str], subject: str, search: DocumentSearch) -> Sequence[DocumentRecord]:
        """Latest versions of documents in the readable scopes, or sent or changed last by this subject.

        Metadata is looked through in the readable scopes alone.
        """
        ...

    async def counts(self, readable: frozenset[str], subject: str) -> DocumentCounts:
        """Count what a listing would list; passages, of the readable scopes alone."""
        ...


class WantedObjects(Protocol):
    """Which of the stored objects a row wants."""

    async def sources(self, keys: Collection[str]) -> frozenset[str]:
        """Those of the keys that are the file of a version that was not withdrawn."""
        ...

    async def versions(self, versions: Collection[UUID]) -> frozenset[UUID]:
        """Those of the versions that are there and were not withdrawn."""
        ...

    async def imports(self, imports: Collection[UUID]) -> frozenset[UUID]:
        """Those of the imports of DUERPs that are there and have not ended."""
        ...

    async def any(self) -> bool:
        """Whether there is any document or import at all, withdrawn ones included."""
        ...
