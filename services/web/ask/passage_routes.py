"""The passage that a citation opens, beside the answer or as a page of its own."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from services.web.ask.views import highlighted
from services.web.http.rendering import Pages
from services.web.sign_in.visitors import AllVisitors
from shared.rendering.addresses import official_address

router = APIRouter()


@router.get("/passages/{passage}")
async def passage_page(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    passage: str,
    quote: Annotated[str, Query(max_length=2_000)] = "",
) -> HTMLResponse:
    """A passage with its neighbours, marked where a quote of it stands; a panel of the page where htmx asks."""
    async with visitors.visit(request) as visitor:
        opened = await visitor.client.passage(passage)
    is_panel = "hx-request" in request.headers and "hx-history-restore-request" not in request.headers
    parts = highlighted(opened.text, quote)
    name = "ask/passage_panel.html" if is_panel else "ask/passage.html"
    return pages.page(request, name, passage=opened, parts=parts, publisher=official_address(opened.source_url))
