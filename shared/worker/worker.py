"""Life cycle of a worker: a service's consumers and parts, alone in a process or beside other workers."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiokafka.errors import KafkaError

from shared.disk.reserve import UNWATCHED, DiskReserve
from shared.errors import InsufficientStorage, NewerDatabase
from shared.kafka.broker import Broker, start_broker
from shared.kafka.cancellation_safety import raise_if_cancelled
from shared.kafka.watchdog import Watchdog, reachable
from shared.telemetry.setup import Telemetry

logger = logging.getLogger("vigie.worker")

_FIRST_PAUSE_S = 0.5
_SWALLOWED_S = 10
"""Upper bound on a shielded start (shared/kafka/cancellation_safety.py) and the stop after it."""


@dataclass
class Worker:
    """A consuming service, built by its app.py.

    Attributes:
        name: name of the service.
        broker: broker with the service's consumers, not yet started.
        parts: opens and closes what the handlers need (models, indexes, stores); entered before the first message.
        telemetry: telemetry of the process, shared by its workers.
        disk: what stays free on the disks of its local stores.
    """

    name: str
    broker: Broker
    parts: Callable[[], AbstractAsyncContextManager[None]]
    telemetry: Telemetry
    disk: DiskReserve = UNWATCHED
    _running: bool = field(default=False, init=False)
    _watchdog: Watchdog | None = field(default=None, init=False)

    def ready(self) -> bool:
        """Return whether the parts are open and the consumers started."""
        return self._running

    def in_reach(self) -> bool:
        """Return whether the worker is ready and Kafka has answered within `away_after_s`."""
        away = self._watchdog.unanswered_s if self._watchdog else 0
        return self._running and away < self.broker.settings.away_after_s

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Open the parts, start the consumers; on the way out stop the consumers, then close the parts.

        While Kafka cannot be reached, the worker runs without consumers and is not ready.

        Raises:
            NoRoomToStart: a disk has no room for what opening the parts may write.
            NewerDatabase: a later version of Vigie has changed the database.
        """
        async with self._opened():
            hindered = asyncio.Event()
            tasks = [asyncio.create_task(self._start(hindered)), asyncio.create_task(hindered.wait())]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                if tasks[0].done():
                    tasks[0].result()
                self._watchdog = Watchdog(self.broker, self.telemetry.registry)
                tasks.append(asyncio.create_task(self._watch(tasks[0])))
                yield
            finally:
                self._running = False
                await _cancelled(tasks)
                await self.broker.stop()

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as parts:
            try:
                await parts.enter_async_context(self.disk.watched(self.telemetry.registry))
                await parts.enter_async_context(self.parts())
            except (InsufficientStorage, NewerDatabase) as error:
                logger.error("%s cannot start: %s", self.name, error)  # noqa: TRY400 (it is no defect)
                raise
            yield

    async def _start(self, hindered: asyncio.Event) -> None:
        """Start the consumers, with retries: services may start in any order, and before their topics exist."""
        pause = _FIRST_PAUSE_S
        while True:
            try:
                await reachable(self.broker.settings)
                raise_if_cancelled()
                await start_broker(self.broker)
                self._running = True
            except (KafkaError, OSError, TimeoutError) as error:
                logger.warning("%s waits for Kafka and its topics: %s", self.name, type(error).__name__)
                hindered.set()
                raise_if_cancelled()
                await asyncio.sleep(pause)
                pause = min(2 * pause, self.broker.settings.max_backoff_s)
            else:
                return

    async def _watch(self, started: "asyncio.Task[Any]") -> None:
        await asyncio.wait([started])
        if self._watchdog is not None:
            await self._watchdog.run()


async def _cancelled(tasks: list["asyncio.Task[Any]"]) -> None:
    """Cancel tasks until they have ended: a Kafka client may swallow a cancellation and wait on."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_SWALLOWED_S)
