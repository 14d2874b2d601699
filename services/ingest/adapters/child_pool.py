"""Several documents at a time, each read by a zygote's child of its own (port: services.ingest.ports.Extractor)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from services.ingest.adapters.child_process import ChildProcess
from services.ingest.ports import Extraction, Job
from services.ingest.sandbox.limits import Limits


class ChildPool:
    """Zygotes that take turns; a further one is started only when all others are reading.

    Args:
        at_once: documents read at a time; each may cost what the limits allow.
    """

    def __init__(self, limits: Limits, at_once: int) -> None:
        self._children = [ChildProcess(limits) for _ in range(at_once)]
        self._free: asyncio.LifoQueue[ChildProcess] = asyncio.LifoQueue()
        for child in reversed(self._children):
            self._free.put_nowait(child)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Nothing of them is left behind at the end."""
        async with AsyncExitStack() as children:
            for child in self._children:
                await children.enter_async_context(child.running())
            yield

    async def extract(self, job: Job, source: bytes) -> Extraction:
        child = await self._free.get()
        try:
            return await child.extract(job, source)
        finally:
            self._free.put_nowait(child)
