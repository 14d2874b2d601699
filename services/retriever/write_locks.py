"""Locks of writers to the index: one writer a document, or one for the whole index."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID
from weakref import WeakValueDictionary


class WriteLocks:
    """Locks among the tasks of one event loop; processes are kept apart by the partitions that they consume."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()
        self._exclusive = asyncio.Lock()
        self._inside = 0
        self._free = _set_event()
        self._empty = _set_event()

    @asynccontextmanager
    async def document(self, document_id: UUID) -> AsyncIterator[None]:
        """Hold the lock of a document; writers of other documents go on."""
        async with self._locks.setdefault(document_id, asyncio.Lock()):
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
    async def exclusive(self) -> AsyncIterator[None]:
        """Hold the lock of the whole index: wait until all document locks are released, and let new ones wait."""
        async with self._exclusive:
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
