"""Endpoints for Kubernetes and Prometheus: /livez, /readyz, /metrics."""

import json
from collections.abc import Callable

from faststream.asgi import AsgiResponse, get
from faststream.asgi.types import ASGIApp
from prometheus_client import CollectorRegistry
from prometheus_client.asgi import make_asgi_app


def _respond(code: int, **body: str) -> AsgiResponse:
    return AsgiResponse(json.dumps(body).encode(), code, {"content-type": "application/json"})


def probe_routes(name: str, ready: Callable[[], bool], registry: CollectorRegistry) -> list[tuple[str, ASGIApp]]:
    """Return a worker's routes: /livez is 200 while the event loop runs, /readyz while `ready()` is true, else 503."""

    @get(include_in_schema=False)
    async def livez(_scope: object) -> AsgiResponse:
        return _respond(200, service=name, status="alive")

    @get(include_in_schema=False)
    async def readyz(_scope: object) -> AsgiResponse:
        return (
            _respond(200, service=name, status="ready") if ready() else _respond(503, service=name, status="starting")
        )

    return [("/livez", livez), ("/readyz", readyz), ("/metrics", make_asgi_app(registry))]
