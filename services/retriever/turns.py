"""Who may write to the index now: one at a time for each document, documents beside each other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID
from weakref import WeakValueDictionary


class WriteLocks:
    """WriteLocks of the tasks of one event loop; another process keeps its documents apart by their partitions."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()
        self._alone = asyncio.Lock()
        self._inside = 0
        self._free = _set_event()
        self._empty = _set_event()

    @asynccontextmanager
    async def of(self, document: UUID) -> AsyncIterator[None]:
        """The document's only writer until the end."""
        async with self._locks.setdefault(document, asyncio.Lock()):
            while not self._free.is_set():
                await self._free.wait()
            self._inside += 1
            self._empty.clear()
            try:
                yield
            finally:
                self._inside -= 1
                if not self._inside:
                    self._empty.set()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """The index's only writer: waits for those at work, and those that come wait."""
        async with self._alone:
            self._free.clear()
            try:
                await self._empty.wait()
                yield
            finally:
                self._free.set()


def _set_event() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event
