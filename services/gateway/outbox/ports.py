"""What is kept of accepted requests until they have ended: their events, their idempotency keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared.contracts.base import Event


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """What a client calls its request, and what it asked; the same key with another request is a conflict."""

    key: str
    subject: str
    fingerprint: str


class Idempotency(Protocol):
    async def known(self, key: IdempotencyKey) -> UUID | None:
        """The document or question that an earlier request of this key made.

        Raises:
            Conflict: the key was used for another request.
        """
        ...


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """An accepted event, and the trace of the request that made it."""

    event: Event
    traceparent: str | None


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


class Lease(Protocol):
    """Which of several replicas does what only one should."""

    async def held(self) -> bool:
        """Take it, or keep it; False while another replica has it. Whoever dies loses it after a few seconds."""
        ...

    async def release(self) -> None:
        """Let the next replica have it at once."""
        ...
