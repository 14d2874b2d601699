"""The embedder's fakes."""

import asyncio
from collections.abc import Sequence

from services.embedder.adapters.hashing import HashingEngine
from services.embedder.ports import Vectors


class FakeEngine(HashingEngine):
    """The hashing engine; tells what it embedded, and waits with passages while `gate` is given and not set."""

    def __init__(self, gate: asyncio.Event | None = None) -> None:
        super().__init__()
        self._gate = gate
        self.started = asyncio.Event()
        self.passages: list[str] = []
        self.queries: list[str] = []

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.started.set()
        if self._gate is not None:
            await self._gate.wait()
        self.passages += texts
        return await super().embed_passages(texts)

    async def embed_query(self, text: str) -> Vectors:
        self.queries.append(text)
        return await super().embed_query(text)
