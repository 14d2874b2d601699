"""The three questions that an operator's machines ask: alive? ready? what do you count?"""

import json
from collections.abc import Callable

from faststream.asgi import AsgiResponse, get
from faststream.asgi.types import ASGIApp
from prometheus_client import CollectorRegistry
from prometheus_client.asgi import make_asgi_app


def _respond(code: int, **body: str) -> AsgiResponse:
    return AsgiResponse(json.dumps(body).encode(), code, {"content-type": "application/json"})


def probe_routes(name: str, ready: Callable[[], bool], registry: CollectorRegistry) -> list[tuple[str, ASGIApp]]:
    """Routes of a worker: /livez says that the event loop runs, /readyz that its parts are loaded and connected."""

    @get(include_in_schema=False)
    async def livez(_scope: object) -> AsgiResponse:
        return _respond(200, service=name, status="alive")

    @get(include_in_schema=False)
    async def readyz(_scope: object) -> AsgiResponse:
        return (
            _respond(200, service=name, status="ready") if ready() else _respond(503, service=name, status="starting")
        )

    return [("/livez", livez), ("/readyz", readyz), ("/metrics", make_asgi_app(registry))]
