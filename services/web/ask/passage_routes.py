"""The passage that a citation opens, beside the answer or as a page of its own."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from services.web.ask.sheets import sheet_rows
from services.web.ask.views import highlighted
from services.web.http.languages import language_of
from services.web.http.rendering import Pages
from services.web.sign_in.visitors import AllVisitors
from shared.rendering.addresses import official_address
from shared.rendering.sources import provenance

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
    return pages.page(
        request,
        "ask/passage_panel.html" if is_panel else "ask/passage.html",
        is_panel=is_panel,
        passage=opened,
        parts=parts,
        rows=sheet_rows(opened, (len(parts[0]), len(parts[0]) + len(parts[1]))),
        whose=provenance(opened, language_of(request)),
        publisher=official_address(opened.source_url),
        before=_own(opened.previous_url),
        behind=_own(opened.next_url),
    )


def _own(url: str | None) -> str | None:
    """The address of these pages for a passage of the API."""
    return f"/passages/{url.rpartition('/')[2]}" if url else None
