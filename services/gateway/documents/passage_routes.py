"""Passages: what a citation opens."""

from fastapi import APIRouter

from services.gateway.documents.routes import Passages
from services.gateway.documents.views import opened_passage_view
from services.gateway.http.dependencies import Caller
from shared.http_api.passages import OpenedPassageView

router = APIRouter(prefix="/v1/passages", tags=["passages"])


@router.get("/{passage_id}")
async def open_passage(passages: Passages, caller: Caller, passage_id: str) -> OpenedPassageView:
    """The passage with its neighbours. One that was withdrawn, or is not the caller's to read, is not found."""
    return opened_passage_view(await passages.open(caller, passage_id))
