"""Serving of a worker or a gateway as a process: ASGI application with probes, uvicorn, garbage collection."""

import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from faststream.asgi import AsgiFastStream
from faststream.specification import AsyncAPI

from shared.settings import ProbeSettings, TelemetrySettings
from shared.storage.private import keep_new_files_private
from shared.telemetry.logs import configure_logging
from shared.worker.heap import settled_heap
from shared.worker.probes import probe_routes
from shared.worker.worker import Worker

_CONNECTIONS_S = 10
"""Longest wait for open requests at a stop: with a consumer's graceful time-out (15 s) less than Kubernetes' 30 s."""


class _WorkerApplication(AsgiFastStream):
    """An application whose lifespan starts and stops the broker; FastStream would start subscribers one by one."""

    async def _start_broker(self) -> None:
        """Do nothing: the lifespan has started the broker."""


def create_asgi(worker: Worker) -> AsgiFastStream:
    """Return the worker as an ASGI application of its own, with probes and metrics."""

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        async with worker.running():
            yield
        worker.telemetry.close()

    return _WorkerApplication(
        lifespan=lifespan,
        asgi_routes=probe_routes(worker.name, worker.in_reach, worker.telemetry.registry, worker.disk),
        specification=AsyncAPI(title=f"vigie-{worker.name}", version="1"),
    )


def serve(
    app: AsgiFastStream, *, http: ProbeSettings | None = None, telemetry: TelemetrySettings | None = None
) -> None:
    """Serve a worker's probes and metrics until SIGTERM or SIGINT; defaults come from the environment."""
    http = http or ProbeSettings()
    telemetry = telemetry or TelemetrySettings()
    configure_logging(telemetry.log_level)
    run_asgi(app, host=http.host, port=http.port)


def run_asgi(app: Callable[..., Any], *, host: str, port: int, **options: Any) -> None:
    """Serve an application until SIGTERM or SIGINT, which end the process with 0; its files are for their owner alone.

    Args:
        options: further options of `uvicorn.run`.
    """
    keep_new_files_private()
    # uvicorn raises the signal once more when it has stopped, which by default would end the process as if killed.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    with settled_heap():
        uvicorn.run(
            app,
            host=host,
            port=port,
            log_config=None,  # its own would bring back the words of errors
            log_level="warning",
            access_log=False,
            loop="uvloop",
            timeout_graceful_shutdown=_CONNECTIONS_S,
            **options,
        )
