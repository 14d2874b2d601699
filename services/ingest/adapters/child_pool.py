"""Extraction of several documents at a time, one child process each (port: services.ingest.ports.Extractor)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from services.ingest.adapters.child_process import ChildProcess
from services.ingest.ports import Extraction, ExtractionRequest
from services.ingest.sandbox.limits import DocumentLimits


class ChildPool:
    """Shares documents out among child processes; a further zygote starts only when all others are busy.

    Args:
        max_concurrency: documents read at a time; each may cost what the limits allow.
    """

    def __init__(self, limits: DocumentLimits, max_concurrency: int) -> None:
        self._children = [ChildProcess(limits) for _ in range(max_concurrency)]
        self._free: asyncio.LifoQueue[ChildProcess] = asyncio.LifoQueue()
        for child in reversed(self._children):
            self._free.put_nowait(child)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """End all zygotes and their children on the way out."""
        async with AsyncExitStack() as children:
            for child in self._children:
                await children.enter_async_context(child.opened())
            yield

    async def extract(self, request: ExtractionRequest, source: bytes) -> Extraction:
        child = await self._free.get()
        try:
            return await child.extract(request, source)
        finally:
            self._free.put_nowait(child)
