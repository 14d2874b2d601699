"""What the gateway asks of its database about embedding models, and the records that they speak of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from shared.contracts.base import Failure
from shared.contracts.documents import DocumentIndexed, DocumentProgressed
from shared.contracts.index import Embedding, EmbeddingModel, IndexDropped


class EmbeddingRole(StrEnum):
    """What a model is to the index: asked with, being made, or kept for the way back."""

    ACTIVE = "active"
    NEXT = "next"
    PREVIOUS = "previous"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingRecord:
    """A model whose vectors the index has, or is getting.

    Attributes:
        engine: as shared/contracts/engines.py spells it.
        model: what it turned out to be; None until the first passages have its vectors.
        failure: why nothing more is sent to it; None while all is well.
        done: passages that have its vectors.
        total: passages that can be found.
        started_at: when this was asked for.
        used_since: when questions began to be asked with it; None if they never were.
    """

    id: UUID
    role: EmbeddingRole
    engine: str
    model: EmbeddingModel | None
    failure: Failure | None
    done: int
    total: int
    started_at: datetime
    used_since: datetime | None


@dataclass(frozen=True, slots=True)
class Embeddings:
    """The models in their roles."""

    active: EmbeddingRecord | None = None
    next: EmbeddingRecord | None = None
    previous: EmbeddingRecord | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A version that is to get a model's vectors: from batch `sent` up to `until` there is room for it now."""

    embedding: Embedding
    document_id: UUID
    version_id: UUID
    sequence: int
    scope: str
    submitted_by: str
    passages: int
    sent: int
    until: int


class VectorRepository(Protocol):
    """Which versions have a model's vectors, within a unit of work."""

    async def forget(self, versions: Iterable[UUID]) -> None:
        """Note that no model has vectors of these for sure: they leave the index, or go through the chain once more."""
        ...


class EmbeddingInUse(Protocol):
    async def in_use(self) -> Embedding:
        """The model that questions are asked with; empty while nothing has been indexed."""
        ...


class EmbeddingModelRepository(Protocol):
    """The models of the index. Retired ones are forgotten once the index has let go of them."""

    async def overview(self) -> Embeddings: ...

    async def begin(self, engine: str) -> None:
        """Make this the next model, or go on with it; the one that was kept for the way back goes, unless it is this.

        Raises:
            Conflict: another one is being made, or the index has not let go of this one yet.
        """
        ...

    async def cancel(self) -> bool:
        """Give the next model up; whether there was one."""
        ...

    async def drop_previous(self) -> bool:
        """Give the way back up; whether there was one."""
        ...


class EmbeddingProgress(Protocol):
    """What the workers report of models; every method may hear the same event again and in any order."""

    async def progressed(self, event: DocumentProgressed) -> bool:
        """Whether the document itself goes on by this: not by what is about a model that nobody asks with yet."""
        ...

    async def indexed(self, event: DocumentIndexed) -> bool:
        """Whether the document can be found now."""
        ...

    async def dropped(self, event: IndexDropped) -> None: ...


class ReplayQueue(Protocol):
    """Versions that lack the vectors of the next model, or of the one in use."""

    async def due(self, room: int, stalled_before: datetime) -> Sequence[Replay]:
        """What to send now, so that at most `room` batches of a model are on their way; what stands still, again."""
        ...

    async def sent(self, replay: Replay, failure: Failure | None = None) -> None:
        """Its batches are on their way; with a failure, nothing more is sent to the model."""
        ...

    async def restart(self) -> None:
        """Whatever was on its way and has not arrived is due again."""
        ...

    async def switch(self) -> EmbeddingRecord | None:
        """Ask with the next model from now on, if every passage that can be found has its vectors; that model if so."""
        ...
