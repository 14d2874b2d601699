"""What an orchestrator asks: is the process alive, does it take requests."""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

router = APIRouter()


@router.get("/livez")
@router.get("/readyz")
async def alive() -> PlainTextResponse:
    """Say that the process answers: the pages tell themselves when the gateway is away."""
    return PlainTextResponse("ok")
