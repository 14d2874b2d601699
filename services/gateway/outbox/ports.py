"""What is kept of accepted requests until they have ended: their events, their idempotency keys."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID

from shared.contracts.base import Event

Rows_co = TypeVar("Rows_co", covariant=True)


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """What a client calls its request, and what it asked; the same key with another request is a conflict."""

    key: str
    subject: str
    fingerprint: str


def idempotency(key: str | None, subject: str, fingerprint: str) -> IdempotencyKey | None:
    """The key of a request whose client named it; None for one without a name."""
    return IdempotencyKey(key, subject, fingerprint) if key else None


class Idempotency(Protocol):
    async def known(self, key: IdempotencyKey) -> UUID | None:
        """The document or question that an earlier request of this key made.

        Raises:
            Conflict: the key was used for another request.
        """
        ...

    async def forget(self, before: datetime) -> int:
        """Delete the keys that were used last before this moment; how many."""
        ...


class UnitOfWork(Protocol[Rows_co]):
    """One transaction: a change of rows, the events that follow from it, the key of the request that asked for it.

    All of it is stored when the block ends, nothing when an error leaves it.

    Attributes:
        rows: the repositories of the feature, bound to this transaction.
    """

    @property
    def rows(self) -> Rows_co: ...

    async def publish(self, event: Event, *, job: UUID) -> None:
        """Have an event published once this is stored, and again until its job has ended."""
        ...

    async def end_job(self, job: UUID) -> datetime | None:
        """Have nothing of a job published any more; when it was accepted, None if it had ended before."""
        ...

    async def job_moved(self, job: UUID) -> None:
        """Note that a job does not stand still: it is not published again for a while."""
        ...

    async def remember(self, key: IdempotencyKey | None, resource: UUID) -> None:
        """Keep what a request of this key has made; no key, nothing to keep.

        Raises:
            Conflict: another request of this key is being stored at the same moment.
        """
        ...


UnitsOfWork = Callable[[], AbstractAsyncContextManager[UnitOfWork[Rows_co]]]
"""Begins a unit of work: `async with work() as unit`.

Raises:
    StoreUnavailable, InsufficientStorage: nothing was stored.
"""


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """An accepted event, and the trace of the request that made it."""

    event: Event
    traceparent: str | None


class Stage(StrEnum):
    """How far an event of the outbox got: due at once, a document that waits its turn, or published and not ended."""

    DUE = "due"
    IN_TURN = "in-turn"
    UNDER_WAY = "under-way"


class Outbox(Protocol):
    """Accepted events whose jobs have not ended."""

    async def due(self, limit_documents: int) -> Sequence[OutboxEntry]:
        """Events to publish now, oldest first, with at most this many documents on their way."""
        ...

    async def published(self, events: Sequence[Event]) -> None: ...

    async def retry_stalled(self, before: datetime) -> int:
        """Make due again what did not move since `before`; how many."""
        ...

    async def retry_all(self) -> int:
        """Make due again whatever has not ended; how many."""
        ...

    async def oldest(self) -> Mapping[Stage, datetime]:
        """When the oldest event of each stage was accepted; a stage without events is left out."""
        ...


class Lease(Protocol):
    """Which of several replicas does what only one should."""

    async def held(self) -> bool:
        """Take it, or keep it; False while another replica has it. Whoever dies loses it after a few seconds."""
        ...

    async def release(self) -> None:
        """Let the next replica have it at once."""
        ...
