"""What an orchestrator and Prometheus ask: is the process alive, does it take requests, how do pages do."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.web.http.metrics import PageDurations
from services.web.http.parts import provided

router = APIRouter()


@router.get("/livez")
@router.get("/readyz")
async def alive() -> PlainTextResponse:
    """Say that the process answers: the pages tell themselves when the gateway is away."""
    return PlainTextResponse("ok")


@router.get("/metrics")
async def metrics(durations: Annotated[PageDurations, Depends(provided(PageDurations))]) -> Response:
    """The metrics of this process, in Prometheus' format."""
    return Response(generate_latest(durations.registry), media_type=CONTENT_TYPE_LATEST)
