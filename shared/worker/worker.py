"""A worker: a service's consumers and the parts that they need, runnable alone in a process or beside others in one."""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from aiokafka.errors import KafkaError
from faststream.asgi import AsgiFastStream
from faststream.specification import AsyncAPI

from shared.kafka.broker import Broker, start_broker
from shared.kafka.cancellation_safety import raise_if_cancelled
from shared.kafka.watchdog import Watchdog, reachable
from shared.settings import ProbeSettings, TelemetrySettings
from shared.telemetry.setup import Telemetry, configure_logging
from shared.worker.probes import probe_routes

logger = logging.getLogger("vigie.worker")

_FIRST_PAUSE_S = 0.5
_SWALLOWED_S = 10
"""Longer than a start takes that is waited out (shared/kafka/cancellation_safety.py) and the stop after it."""
_CONNECTIONS_S = 10
"""How long a stop waits for requests: with a consumer's graceful time-out (15 s) less than Kubernetes' 30 s."""
_COLLECT_AFTER = 20_000
"""Objects more than before at which the garbage collector looks; Python's own 700 are there after a message or two."""


@dataclass
class Worker:
    """What app.py of each consuming service builds.

    Attributes:
        name: the service's name.
        broker: its consumers, not yet started.
        parts: opens what the handlers need (models, indexes, stores) and closes it; entered before the first message.
        telemetry: of the process; shared when several workers run in one.
    """

    name: str
    broker: Broker
    parts: Callable[[], AbstractAsyncContextManager[None]]
    telemetry: Telemetry
    _running: bool = field(default=False, init=False)
    _watchdog: Watchdog | None = field(default=None, init=False)

    def ready(self) -> bool:
        """Whether the parts are loaded and the consumers started."""
        return self._running

    def in_reach(self) -> bool:
        """Whether it is ready, and Kafka has answered not long ago."""
        away = self._watchdog.unanswered_s if self._watchdog else 0
        return self._running and away < self.broker.settings.away_after_s

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Open the parts, start the consumers; on the way out the consumers stop before their parts close.

        Where Kafka is not up yet the worker runs without consumers, not ready, and they start once it is.
        """
        async with self.parts():
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

    async def _start(self, hindered: asyncio.Event) -> None:
        """Start the consumers, as often as it takes: services may start in any order, and before their topics."""
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
    """Cancel tasks, and wait until they have ended; a Kafka client's own task may swallow one, and wait on."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_SWALLOWED_S)


class _WorkerApplication(AsgiFastStream):
    """An application whose lifespan starts and stops the broker; FastStream's own start goes one by one."""

    async def _start_broker(self) -> None:
        """Nothing is left to start."""


def create_asgi(worker: Worker) -> AsgiFastStream:
    """The worker as an ASGI application of its own, with probes and metrics."""

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        async with worker.running():
            yield
        worker.telemetry.close()

    return _WorkerApplication(
        lifespan=lifespan,
        asgi_routes=probe_routes(worker.name, worker.in_reach, worker.telemetry.registry),
        specification=AsyncAPI(title=f"vigie-{worker.name}", version="1"),
    )


def serve(
    app: AsgiFastStream, *, http: ProbeSettings | None = None, telemetry: TelemetrySettings | None = None
) -> None:
    """Run until SIGTERM or SIGINT."""
    http = http or ProbeSettings()
    telemetry = telemetry or TelemetrySettings()
    configure_logging(telemetry.log_level)
    run_asgi(app, host=http.host, port=http.port)


def run_asgi(app: Callable[..., Any], *, host: str, port: int, **options: Any) -> None:
    """Serve until SIGTERM or SIGINT; a process that was asked to stop, and did, ends with 0.

    Args:
        options: of uvicorn.
    """
    # uvicorn raises the signal once more when it has stopped, which by default would end the process as if killed.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    # What is loaded by now stays: frozen, it is not looked through again with every full collection.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        loop="uvloop",
        timeout_graceful_shutdown=_CONNECTIONS_S,
        **options,
    )
