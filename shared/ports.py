"""Ports that more than one service uses.

Adapters: shared/broker.py, shared/object_store.py, shared/cancellations.py; fakes: tests/fakes.
"""

from collections.abc import AsyncIterable, Callable
from contextlib import AbstractContextManager
from typing import Protocol
from uuid import UUID

from shared.messages import Event, ObjectRef, QuestionStep


class EventPublisher(Protocol):
    """Publishes an event on its topic (shared/topics.py)."""

    async def publish(self, event: Event) -> None:
        """Return once the broker has acknowledged the event.

        Raises:
            Unavailable: the broker cannot be reached.
        """
        ...


class ObjectStore(Protocol):
    """Whole objects under string keys such as `passages/<version>/000003`."""

    async def put(self, key: str, data: bytes | AsyncIterable[bytes]) -> ObjectRef:
        """Write an object whole or not at all, over an older one of the same key.

        Raises:
            InsufficientStorage, StoreUnavailable: nothing was written.
        """
        ...

    async def get(self, key: str) -> bytes:
        """Read an object.

        Raises:
            NotFound: there is none under this key.
            StoreUnavailable: it could not be read now.
        """
        ...

    async def delete(self, prefix: str) -> None:
        """Remove the object of this key and every object below `prefix/`; nothing there is no error."""
        ...


class Cancellations(Protocol):
    """Which questions nobody waits for any more."""

    def is_unwanted(self, step: QuestionStep) -> bool:
        """Whether the question was cancelled or is past its deadline: its steps are skipped."""
        ...

    def watched(self, question_id: UUID, stop: Callable[[], None]) -> AbstractContextManager[None]:
        """While entered, `stop` is called as soon as the question is cancelled: for work that waits long."""
        ...
