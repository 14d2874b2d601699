"""Whose document is read next: a large one of one unit must not keep the small ones of others waiting."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from shared.kafka.interruption import interruptible

LARGE_BYTES = 2_000_000
"""A file that may take many seconds; of several places, one is kept from these."""


@dataclass(eq=False, slots=True)
class _Waiting:
    """A document that waits for its turn; its place is taken as soon as it is admitted."""

    scope: str
    size: int
    admitted: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_large(self) -> bool:
        return self.size > LARGE_BYTES


class ReadingTurns:
    """Lets some documents be read at a time: of the scope with fewest of them first, and its smallest first.

    Belongs to one event loop, and is not thread-safe.

    Args:
        places: documents read at a time.
    """

    def __init__(self, places: int) -> None:
        self._places = places
        self._waiting: list[_Waiting] = []
        self._reading: list[_Waiting] = []

    @asynccontextmanager
    async def turn(self, *, scope: str, size: int) -> AsyncIterator[None]:
        """Wait for the turn of a file of `size` bytes, and keep its place for the block."""
        document = _Waiting(scope, size)
        self._waiting.append(document)
        self._admit()
        try:
            with interruptible():
                await document.admitted.wait()
            yield
        finally:
            (self._reading if document in self._reading else self._waiting).remove(document)
            self._admit()

    def _admit(self) -> None:
        while len(self._reading) < self._places and (may_read := [each for each in self._waiting if self._may(each)]):
            of_scope = Counter(each.scope for each in self._reading)
            following = min(may_read, key=lambda each: (of_scope[each.scope], each.size))
            self._waiting.remove(following)
            self._reading.append(following)
            following.admitted.set()

    def _may(self, document: _Waiting) -> bool:
        large = sum(each.is_large for each in self._reading)
        return not document.is_large or large < max(1, self._places - 1)
