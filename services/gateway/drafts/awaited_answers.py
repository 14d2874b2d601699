"""Requests to a worker whose answers every replica hears, and that somebody waits for; nothing is stored."""

import asyncio
import time
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from shared.contracts.base import Event
from shared.errors import Unavailable
from shared.kafka.ports import EventPublisher

AWAY_S = 60.0
"""After an answer that did not come, a worker is not asked again for so long: twenty work units one after the other
would wait for nothing, each its whole time."""


class Answer(Protocol):
    """Tells which request it answers."""

    @property
    def request_id(self) -> UUID: ...


T = TypeVar("T", bound=Answer)


class AwaitedAnswers(Generic[T]):
    """Publishes requests and hands their answers to whoever waits.

    Args:
        part: of the chain, for the error.
        wait_s: longest wait for an answer.
        clock: of seconds.
    """

    def __init__(
        self, events: EventPublisher, part: str, wait_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._events = events
        self._part = part
        self._clock = clock
        self._waiting: dict[UUID, asyncio.Future[T]] = {}
        self._away_until = 0.0
        self.wait_s = wait_s

    async def ask(self, request: UUID, event: Event) -> T:
        """Publish a request and return its answer.

        Raises:
            Unavailable: there is none in time, there was none a moment ago, or the broker did not acknowledge the
                request.
        """
        if self._clock() < self._away_until:
            raise Unavailable(part=self._part)
        waiting: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting[request] = waiting
        try:
            async with asyncio.timeout(self.wait_s):
                await self._events.publish(event)
                return await waiting
        except TimeoutError as error:
            self._away_until = self._clock() + AWAY_S
            raise Unavailable(part=self._part) from error
        finally:
            del self._waiting[request]

    def heard(self, answer: T) -> None:
        """Hand an answer to whoever waits for it here; another replica's is ignored."""
        waiting = self._waiting.get(answer.request_id)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)
