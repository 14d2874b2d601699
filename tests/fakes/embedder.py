"""Fakes of the embedder's ports."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from services.embedder.adapters.hashing import HashingEngine
from services.embedder.ports import Engine, Engines, Vectors


class FakeEngine(HashingEngine):
    """The hashing engine, which records its texts, and delays passages until `gate` is set, if one is given."""

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


class FakeEngines:
    """Engines by their spec, all open; the first is the default."""

    def __init__(self, engines: Mapping[str, Engine]) -> None:
        self.default = next(iter(engines))
        self._engines = engines

    @asynccontextmanager
    async def using(self, spec: str | None) -> AsyncIterator[Engine]:
        yield self._engines[spec or self.default]


if TYPE_CHECKING:  # a port that gains a method fails here
    _ports: tuple[type[Engine], type[Engines]] = (FakeEngine, FakeEngines)
