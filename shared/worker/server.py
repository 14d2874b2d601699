"""Serving of a worker as a process: an ASGI application with probes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from faststream.asgi import AsgiFastStream
from faststream.specification import AsyncAPI

from shared.settings import ProbeSettings, TelemetrySettings
from shared.telemetry.logs import configure_logging
from shared.worker.probes import probe_routes
from shared.worker.process import run_asgi
from shared.worker.worker import Worker


class _WorkerApplication(AsgiFastStream):
    """An application whose lifespan starts and stops the broker; FastStream would start subscribers one by one."""

    async def _start_broker(self) -> None:
        """Do nothing: the lifespan has started the broker."""


def create_asgi(worker: Worker) -> AsgiFastStream:
    """Return the worker as an ASGI application of its own, with probes and metrics."""

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        async with worker.running(patient=True):
            yield
        worker.telemetry.close()

    return _WorkerApplication(
        lifespan=lifespan,
        asgi_routes=probe_routes(worker.health, worker.in_reach, worker.telemetry.registry, worker.disk),
        specification=AsyncAPI(title=f"vigie-{worker.name}", version="1"),
    )


def serve(
    app: AsgiFastStream, *, http: ProbeSettings | None = None, telemetry: TelemetrySettings | None = None
) -> None:
    """Serve a worker's probes and metrics until SIGTERM or SIGINT; defaults come from the environment."""
    http = http or ProbeSettings()
    telemetry = telemetry or TelemetrySettings()
    configure_logging(telemetry.log_level, telemetry.log_format)
    run_asgi(app, host=http.host, port=http.port)
