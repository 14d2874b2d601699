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
        """Return once the broker has acknowledged the event.

        Raises:
            Unavailable: the broker cannot be reached.
        """
        ...


class Cancellations(Protocol):
    """Which questions nobody waits for any more."""

    def is_unwanted(self, step: QuestionStep) -> bool:
        """Whether the question was cancelled or is past its deadline: its steps are skipped."""
        ...

    def watched(self, question_id: UUID, stop: Callable[[], None]) -> AbstractContextManager[None]:
        """While entered, `stop` is called as soon as the question is cancelled: for work that waits long."""
        ...
