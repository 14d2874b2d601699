"""The passage that a citation opens, beside the answer or as a page of its own."""

import asyncio
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from services.web.ask.sheets import sheet_rows
from services.web.ask.views import highlighted
from services.web.http.languages import language_of
from services.web.http.rendering import Pages
from services.web.sign_in.visitors import AllVisitors
from shared.client import Problem, VigieClient
from shared.http_api.passages import PagePictureView
from shared.rendering.addresses import official_address
from shared.rendering.sources import provenance

router = APIRouter()

_TRIES = 20
"""How often a picture that is being drawn is asked for, about once a second; then the words must do."""


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
    picture = f"/passages/{passage}/picture?{urlencode({'quote': quote})}" if opened.picture_url else None
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
        picture=picture,
    )


@router.get("/passages/{passage}/picture")
async def page_picture(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    passage: str,
    quote: Annotated[str, Query(max_length=2_000)] = "",
    tries: Annotated[int, Query(ge=0, le=_TRIES)] = _TRIES,
) -> HTMLResponse:
    """The page of a passage as a picture, with the quote marked; asked for again until it is drawn."""
    async with visitors.visit(request) as visitor:
        opened, found = await asyncio.gather(
            visitor.client.passage(passage), _found(visitor.client, passage, quote or "")
        )
    full = f"/passages/{passage}/picture?{urlencode({'quote': quote})}"
    waits = found.state == "drawing" and tries > 0
    again = f"/passages/{passage}/picture?{urlencode({'quote': quote, 'tries': max(0, tries - 1)})}"
    is_part = "hx-request" in request.headers and "hx-history-restore-request" not in request.headers
    template = "ask/page_picture.html" if is_part else "ask/page_picture_page.html"
    return pages.page(
        request,
        template,
        passage=opened,
        found=found,
        waits=waits,
        again=again,
        full=None if template.endswith("_page.html") else full,
    )


@router.get("/passages/{passage}/picture.png")
async def page_picture_file(request: Request, visitors: AllVisitors, passage: str) -> Response:
    """The picture itself."""
    async with visitors.visit(request) as visitor:
        content = await visitor.client.picture_file(passage)
    return Response(content, media_type="image/png", headers={"cache-control": "private, no-store"})


async def _found(client: VigieClient, passage: str, quote: str) -> PagePictureView:
    """Return the picture; one that cannot be had is absent, for the passage can be read without it."""
    try:
        return await client.picture(passage, quote)
    except Problem:
        return PagePictureView(state="absent")


def _own(url: str | None) -> str | None:
    """The address of these pages for a passage of the API."""
    return f"/passages/{url.rpartition('/')[2]}" if url else None
