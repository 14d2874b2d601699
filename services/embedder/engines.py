"""Cache of open engines: the default one, and those that documents and questions name beside it.

While an index is built with another model, two engines are in use at once. An engine is opened by its first use, and
closed when it has been idle for a while and another one is in use: after a change of model the memory of the former
one is released.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from services.embedder.ports import Engine
from shared.errors import Unavailable, VigieError

logger = logging.getLogger("vigie.embedder")

IDLE_S = 900.0


@dataclass(slots=True)
class _Place:
    """A spec's engine, open or closed.

    Attributes:
        closing: stack that closes the engine; None while it is closed.
        users: number of its current uses.
        used_at: end of its last use, seconds of the monotonic clock.
    """

    engine: Engine
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    closing: AsyncExitStack | None = None
    users: int = 0
    used_at: float = 0


class OpenEngines:
    """Opens engines at their first use, and closes idle ones (port: services.embedder.ports.Engines).

    Args:
        build: returns the engine of a spec, not yet opened.
        default: spec of the engine where none is named; opened at once.
        idle_s: seconds without use after which an engine is closed, while another one is in use.
        now: returns seconds of a monotonic clock.
    """

    def __init__(
        self,
        build: Callable[[str], Engine],
        default: str,
        *,
        idle_s: float = IDLE_S,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.default = default
        self._build = build
        self._idle_s = idle_s
        self._now = now
        self._places: dict[str, _Place] = {}
        self._is_opened = False

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Open the default engine, and close all on the way out; an unavailable model server is no error yet."""
        try:
            try:
                async with self.using(None):
                    pass
            except Unavailable as error:
                logger.warning("embedder starts without its model: %s", error)
            self._is_opened = True
            yield
        finally:
            self._is_opened = False
            for place in list(self._places.values()):
                await _close(place)

    @asynccontextmanager
    async def using(self, spec: str | None) -> AsyncIterator[Engine]:
        name = spec or self.default
        if name not in self._places:
            self._places[name] = _Place(self._build(name))
        place = self._places[name]
        place.users += 1
        try:
            async with place.lock:
                if place.closing is None:
                    await _open(place)
            yield place.engine
        finally:
            place.users -= 1
            place.used_at = self._now()
            await self._close_idle(place)

    async def finding(self) -> VigieError | None:
        """Return why the default engine cannot be used, after one more try to open it; None while it can."""
        if not self._is_opened:  # the start is at it
            return None
        try:
            async with self.using(None):
                return None
        except VigieError as error:
            return error

    async def _close_idle(self, used: _Place) -> None:
        for place in list(self._places.values()):
            if place is not used and not place.users and self._now() - place.used_at > self._idle_s:
                async with place.lock:
                    if not place.users:
                        await _close(place)


async def _open(place: _Place) -> None:
    stack = AsyncExitStack()
    await stack.enter_async_context(place.engine.opened())
    place.closing = stack


async def _close(place: _Place) -> None:
    stack, place.closing = place.closing, None
    if stack is not None:
        await stack.aclose()
