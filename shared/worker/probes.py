"""Endpoints for Kubernetes and Prometheus: /livez, /readyz, /metrics."""

import json
from collections.abc import Callable
from dataclasses import asdict

from faststream.asgi import AsgiResponse, get
from faststream.asgi.types import ASGIApp, Scope
from prometheus_client import CollectorRegistry
from prometheus_client.asgi import make_asgi_app

from shared.disk.reserve import UNWATCHED, DiskReserve
from shared.language.catalogue import preferred
from shared.worker.health import Health


def _respond(code: int, **body: object) -> AsgiResponse:
    return AsgiResponse(json.dumps(body).encode(), code, {"content-type": "application/json"})


async def wrong(health: Health, disk: DiskReserve, language: str) -> dict[str, object]:
    """Return what /readyz adds where something is wrong: disks that are short of room, and what is waited for."""
    short, waits = [asdict(each) for each in await disk.shortages()], health.told(language)
    return {**({"disk": short} if short else {}), **({"waits": waits} if waits else {})}


def probe_routes(
    health: Health, ready: Callable[[], bool], registry: CollectorRegistry, disk: DiskReserve = UNWATCHED
) -> list[tuple[str, ASGIApp]]:
    """Return a worker's routes: /livez is 200 while the event loop runs, /readyz while `ready()` is true, else 503.

    A disk that is short of room changes neither, since questions go on: /readyz says how much is lacking. What else is
    wrong stands in `waits`, in the language of the request.
    """
    name = health.service

    @get(include_in_schema=False)
    async def livez(_scope: object) -> AsgiResponse:
        return _respond(200, service=name, status="alive")

    @get(include_in_schema=False)
    async def readyz(scope: Scope) -> AsgiResponse:
        code, status = (200, "ready") if ready() else (503, "starting")
        language = preferred(_accepted_languages(scope))
        return _respond(code, service=name, status=status, **await wrong(health, disk, language))

    return [("/livez", livez), ("/readyz", readyz), ("/metrics", make_asgi_app(registry))]


def _accepted_languages(scope: Scope) -> str:
    """Return the request's Accept-Language; a worker has no Starlette to parse it."""
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"accept-language"), "")
