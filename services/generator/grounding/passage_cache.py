"""Decoded batches of passages in memory: bounded in number and in time, and forgotten with their document."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple
from uuid import UUID

from shared.contracts.passages import Passage

Batch = Mapping[str, Passage]
"""Passages of one version of a document, by their ids."""


class BatchPlace(NamedTuple):
    """Where a batch is stored."""

    version: UUID
    number: int


class PassageCache:
    """Keeps batches of all scopes; whoever takes passages from it checks the grant.

    A batch never changes under its key, but it may be erased. A batch leaves `seconds` after it was read, used or not,
    and as soon as its document is forgotten.

    Args:
        batches: kept at most; the least recently used leave. One is some 200 KB.
        seconds: longest time that a batch is kept after it was read.
        clock: monotonic seconds.
        pause: waits so many seconds.
    """

    def __init__(
        self,
        batches: int = 128,
        seconds: float = 900,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._most = batches
        self._seconds = seconds
        self._clock = clock
        self._pause = pause
        self._batches: OrderedDict[BatchPlace, Batch] = OrderedDict()
        self._read_at: OrderedDict[BatchPlace, float] = OrderedDict()
        self._forgotten: OrderedDict[UUID, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._batches)

    def get(self, place: BatchPlace) -> Batch | None:
        """The batch, while it is kept."""
        self.expire()
        if place in self._batches:
            self._batches.move_to_end(place)
        return self._batches.get(place)

    def keep(self, place: BatchPlace, batch: Batch) -> None:
        """Keep a batch that was read just now, unless its document was forgotten less than `seconds` ago.

        A question that is under way as a document is withdrawn may read it once more before its objects are deleted.
        """
        self.expire()
        if _document(batch) in self._forgotten:
            return
        self._drop(place)
        self._batches[place] = batch
        self._read_at[place] = self._clock()
        while len(self._batches) > self._most:
            self._drop(next(iter(self._batches)))

    def forget(self, document: UUID) -> None:
        """Drop the batches of all versions of a document."""
        self._forgotten.pop(document, None)
        self._forgotten[document] = self._clock()
        for place in [place for place, batch in self._batches.items() if _document(batch) == document]:
            self._drop(place)

    def expire(self) -> None:
        """Drop what was read too long ago."""
        end = self._clock() - self._seconds
        while self._read_at and next(iter(self._read_at.values())) <= end:
            self._drop(next(iter(self._read_at)))
        while self._forgotten and next(iter(self._forgotten.values())) <= end:
            self._forgotten.popitem(last=False)

    @asynccontextmanager
    async def expiring(self) -> AsyncIterator[None]:
        """Drop batches as their time comes while entered, whether questions come or not."""
        task = asyncio.create_task(self._expire_in_time())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def _expire_in_time(self) -> None:
        while True:
            oldest = next(iter(self._read_at.values()), self._clock())
            await self._pause(max(0.0, oldest + self._seconds - self._clock()))
            self.expire()

    def _drop(self, place: BatchPlace) -> None:
        self._batches.pop(place, None)
        self._read_at.pop(place, None)


def _document(batch: Batch) -> UUID | None:
    return next((passage.document_id for passage in batch.values()), None)
