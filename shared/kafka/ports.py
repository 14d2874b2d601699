"""Ports of the message queue.

Adapters: broker.py, cancellations.py; fakes: tests/fakes.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol
from uuid import UUID

from shared.contracts.base import Event
from shared.contracts.questions import QuestionStep


class EventPublisher(Protocol):
    """Publishes an event on its topic (shared/contracts/topics.py)."""

    async def publish(self, event: Event) -> None:
        """Publish an event; return once the broker has acknowledged it.

        Raises:
            Unavailable: the broker did not acknowledge it.
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
