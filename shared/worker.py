"""A worker: a service's consumers and the parts that they need, runnable alone in a process or beside others in one."""

import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from faststream.asgi import AsgiFastStream
from faststream.kafka import KafkaBroker
from faststream.specification import AsyncAPI

from shared.broker import start_broker
from shared.probes import probe_routes
from shared.settings import ProbeSettings, TelemetrySettings
from shared.telemetry import Telemetry, configure_logging


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
    broker: KafkaBroker
    parts: Callable[[], AbstractAsyncContextManager[None]]
    telemetry: Telemetry
    _running: bool = field(default=False, init=False)

    def ready(self) -> bool:
        return self._running

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Open the parts, start the consumers; on the way out the consumers stop before their parts close."""
        async with self.parts():
            try:
                await start_broker(self.broker)
                self._running = True
                yield
            finally:
                self._running = False
                await self.broker.stop()


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
        asgi_routes=probe_routes(worker.name, worker.ready, worker.telemetry.registry),
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


def run_asgi(app: Callable[..., Any], *, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; a process that was asked to stop, and did, ends with 0."""
    # uvicorn raises the signal once more when it has stopped, which by default would end the process as if killed.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False, loop="uvloop")
