"""Endpoints for Kubernetes and Prometheus: /livez, /readyz, /metrics."""

import json
from collections.abc import Callable
from dataclasses import asdict

from faststream.asgi import AsgiResponse, get
from faststream.asgi.types import ASGIApp
from prometheus_client import CollectorRegistry
from prometheus_client.asgi import make_asgi_app

from shared.disk.reserve import UNWATCHED, DiskReserve


def _respond(code: int, **body: object) -> AsgiResponse:
    return AsgiResponse(json.dumps(body).encode(), code, {"content-type": "application/json"})


def probe_routes(
    name: str, ready: Callable[[], bool], registry: CollectorRegistry, disk: DiskReserve = UNWATCHED
) -> list[tuple[str, ASGIApp]]:
    """Return a worker's routes: /livez is 200 while the event loop runs, /readyz while `ready()` is true, else 503.

    A disk that is short of room changes neither, since questions go on: /readyz says how much is lacking.
    """

    @get(include_in_schema=False)
    async def livez(_scope: object) -> AsgiResponse:
        return _respond(200, service=name, status="alive")

    @get(include_in_schema=False)
    async def readyz(_scope: object) -> AsgiResponse:
        short = [asdict(each) for each in await disk.shortages()]
        code, status = (200, "ready") if ready() else (503, "starting")
        return _respond(code, service=name, status=status, **({"disk": short} if short else {}))

    return [("/livez", livez), ("/readyz", readyz), ("/metrics", make_asgi_app(registry))]
