"""Ports of the message queue.

Adapters: broker.py, cancellations.py, event_keys.py, withdrawals.py, shared/sealing; fakes: tests/fakes.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Protocol
from uuid import UUID

from shared.contracts.base import Event
from shared.contracts.documents import DocumentEvent
from shared.contracts.questions import QuestionStep


class EventPublisher(Protocol):
    """Publishes an event on its topic (shared/contracts/topics.py)."""

    async def publish(self, event: Event) -> None:
        """Publish an event; return once the broker has acknowledged it.

        Raises:
            Unavailable: the broker did not acknowledge it.
        """
        ...


class MessageSealer(Protocol):
    """Seals bodies of messages: the part of a sealer (shared/sealing/ports.py) that messages need."""

    def seal(self, data: bytes, *, scope: str, context: str) -> bytes:
        """Seal bytes with the key of a scope, for the topic that `context` names."""
        ...

    def unseal(self, data: bytes, *, context: str) -> bytes:
        """Give the bytes back; bytes that were never sealed come back as they are.

        Raises:
            CorruptObject: they were sealed for another topic, or changed since.
        """
        ...


class Cancellations(Protocol):
    """Knows the questions whose answer is no longer wanted."""

    def is_unwanted(self, step: QuestionStep) -> bool:
        """Return whether the question was cancelled or is past its deadline."""
        ...

    def watched(self, question_id: UUID, stop: Callable[[], None]) -> AbstractContextManager[None]:
        """Call `stop` if the question is cancelled within the context; for long steps."""
        ...


class Withdrawals(Protocol):
    """Knows the documents that were withdrawn not long ago."""

    def is_withdrawn(self, event: DocumentEvent) -> bool:
        """Return whether the event is about a version that was withdrawn."""
        ...

    def stopping(self, event: DocumentEvent) -> AbstractAsyncContextManager[None]:
        """Leave the block, at once and without an error, if the event's version is withdrawn meanwhile or was before.

        For long steps: whoever needs to know whether it ended asks `is_withdrawn`.
        """
        ...
