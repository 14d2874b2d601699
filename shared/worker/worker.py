"""Life cycle of a worker: a service's consumers and parts, alone in a process or beside other workers."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from aiokafka.errors import KafkaError

from shared.disk.reserve import UNWATCHED, DiskReserve
from shared.errors import NewerDatabase, Unavailable
from shared.kafka.broker import Broker, start_broker
from shared.kafka.cancellation_safety import raise_if_cancelled
from shared.kafka.watchdog import Watchdog, reachable
from shared.telemetry.setup import Telemetry
from shared.worker.health import Check, Health

logger = logging.getLogger("vigie.worker")

_FIRST_PAUSE_S = 0.5
_SETTLED_S = 2.0
"""A patient worker answers on /readyz after so long, whatever its parts still wait for."""
_PARTS = "start"
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
        checks: look at what it stands on, where it has its process to itself.
        health: what is wrong with its parts.
        opened: set while the parts are open.
    """

    name: str
    broker: Broker
    parts: Callable[[], AbstractAsyncContextManager[None]]
    telemetry: Telemetry
    disk: DiskReserve = UNWATCHED
    checks: Sequence[Check] = ()
    health: Health = field(init=False)
    opened: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _running: bool = field(default=False, init=False)
    _watchdog: Watchdog | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.health = Health(self.name, self.telemetry.registry)

    def ready(self) -> bool:
        """Return whether the parts are open and the consumers started."""
        return self._running

    def in_reach(self) -> bool:
        """Return whether the worker is ready and Kafka has answered within `away_after_s`."""
        away = self._watchdog.unanswered_s if self._watchdog else 0
        return self._running and away < self.broker.settings.away_after_s

    @asynccontextmanager
    async def running(self, *, patient: bool = False) -> AsyncIterator[None]:
        """Open the parts, start the consumers; on the way out stop the consumers, then close the parts.

        While Kafka cannot be reached, the worker runs without consumers and is not ready.

        Args:
            patient: run without parts that cannot be opened, not ready, until they can be; and look at what the worker
                stands on. For a service that has its process to itself: a person at a terminal wants to be told.

        Raises:
            VigieError: a part cannot be opened, for example NoRoomToStart, NewerDatabase; not of a patient worker.
        """
        settled, stop = asyncio.Event(), asyncio.Event()
        life = asyncio.create_task(self._live(settled, stop, patient=patient))
        tasks = [asyncio.create_task(self._start(settled)), asyncio.create_task(settled.wait())]
        tasks += [asyncio.create_task(self.health.watch(self.checks))] if patient and self.checks else []
        try:
            await asyncio.wait(
                [life, *tasks[:2]], timeout=_SETTLED_S if patient else None, return_when=asyncio.FIRST_COMPLETED
            )
            for task in (life, tasks[0]):
                if task.done():
                    task.result()
            self._watchdog = Watchdog(self.broker, self.telemetry.registry)
            tasks.append(asyncio.create_task(self._watch(tasks[0])))
            yield
        finally:
            self._running = False
            await _cancelled(tasks)
            await self.broker.stop()
            stop.set()
            if not self.opened.is_set():
                life.cancel()
            await asyncio.wait([life])
        if not life.cancelled():
            life.result()

    async def _live(self, settled: asyncio.Event, stop: asyncio.Event, *, patient: bool) -> None:
        """Keep the parts open until the stop, in one task, as their time-outs and task groups want it."""
        pause = _FIRST_PAUSE_S
        while not stop.is_set():
            async with AsyncExitStack() as parts:
                try:
                    await parts.enter_async_context(self.disk.watched(self.telemetry.registry))
                    await parts.enter_async_context(self.parts())
                except (Unavailable, NewerDatabase) as error:
                    if not patient:
                        logger.error("%s cannot start: %s", self.name, error)  # noqa: TRY400 (it is no defect)
                        raise
                    self.health.note(_PARTS, error)
                else:
                    self.health.note(_PARTS, None)
                    self.opened.set()
                    await stop.wait()
                    self.opened.clear()
                    return
            settled.set()
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await stop.wait()
            pause = min(2 * pause, self.broker.settings.max_backoff_s)

    async def _start(self, settled: asyncio.Event) -> None:
        """Start the consumers, with retries: services may start in any order, and before their topics exist."""
        await self.opened.wait()
        pause = _FIRST_PAUSE_S
        while True:
            try:
                await reachable(self.broker.settings)
                raise_if_cancelled()
                await start_broker(self.broker)
                self._running = True
            except (KafkaError, OSError, TimeoutError) as error:
                logger.warning("%s waits for Kafka and its topics: %s", self.name, type(error).__name__)
                settled.set()
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
