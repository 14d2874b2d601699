"""What an orchestrator and Prometheus ask: is the process alive, does it take requests, how do pages do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.web.http.metrics import PageDurations
from services.web.http.parts import provided
from shared.language.catalogue import preferred
from shared.worker.health import Health

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Readiness:
    """Tells whether people can sign in here, and what is waited for."""

    is_ready: Callable[[], bool]
    health: Health


@router.get("/livez")
async def alive() -> PlainTextResponse:
    """Say that the process answers."""
    return PlainTextResponse("ok")


@router.get("/readyz")
async def ready(request: Request, readiness: Annotated[Readiness, Depends(provided(Readiness))]) -> JSONResponse:
    """Say whether sessions can be kept, and in `waits` what is wrong beside it; the pages tell people themselves."""
    status, code = ("ready", 200) if readiness.is_ready() else ("starting", 503)
    waits = readiness.health.told(preferred(request.headers.get("accept-language", "")))
    return JSONResponse({"service": "web", "status": status, **({"waits": waits} if waits else {})}, code)


@router.get("/metrics")
async def metrics(durations: Annotated[PageDurations, Depends(provided(PageDurations))]) -> Response:
    """The metrics of this process, in Prometheus' format."""
    return Response(generate_latest(durations.registry), media_type=CONTENT_TYPE_LATEST)
