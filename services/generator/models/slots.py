"""Limits how many calls of a model run at once, and how many wait."""

import asyncio
import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.errors import Overloaded

_FIRST_GUESS_S = 5.0
_WEIGHT_OF_LAST = 0.2
_LONGEST_HINT_S = 120


class Slots:
    """Permits and a bounded queue: a model server itself would take on everything and become slow for all.

    Args:
        name: of the backend, for the error.
        slots: at once.
        queue: more that may wait.
    """

    def __init__(self, name: str, slots: int, queue: int) -> None:
        self._name = name
        self._slots = slots
        self._queue = queue
        self._free = asyncio.Semaphore(slots)
        self._mean_s = _FIRST_GUESS_S
        self.waiting = 0
        self.taken = 0

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold a slot; wait for one if there is place in the queue.

        Raises:
            Overloaded: the queue is full.
        """
        if self.taken + self.waiting >= self._slots + self._queue:
            raise Overloaded(backend=self._name, retry_after_s=self._hint())
        self.waiting += 1
        try:
            await self._free.acquire()
        finally:
            self.waiting -= 1
        self.taken += 1
        started = time.monotonic()
        try:
            yield
        finally:
            self._mean_s += _WEIGHT_OF_LAST * (time.monotonic() - started - self._mean_s)
            self.taken -= 1
            self._free.release()

    def _hint(self) -> int:
        """Estimate the seconds until the queue has moved on, by how long calls took lately."""
        rounds = (self.waiting + 1) / self._slots
        return max(1, min(_LONGEST_HINT_S, math.ceil(rounds * self._mean_s)))
