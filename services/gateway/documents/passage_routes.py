"""Passages: what a citation opens."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from services.gateway.documents.page_pictures import PagePictureService
from services.gateway.documents.passage_page import HEADERS, ended_page, page_of
from services.gateway.documents.routes import Passages
from services.gateway.documents.views import opened_passage_view, picture_view
from services.gateway.http.dependencies import Caller, provided
from services.gateway.http.problems import language_of
from services.gateway.http.source_links import SourceLinks
from shared.errors import NotFound
from shared.http_api.passages import OpenedPassageView, PagePictureView
from shared.http_api.written import DIGITS

router = APIRouter(prefix="/v1/passages", tags=["passages"])

Pictures = Annotated[PagePictureService, Depends(provided(PagePictureService))]


@router.get("/{passage_id}")
async def open_passage(passages: Passages, caller: Caller, passage_id: str) -> OpenedPassageView:
    """The passage with its neighbours. One that was withdrawn, or is not the caller's to read, is not found."""
    return opened_passage_view(await passages.open(caller, passage_id))


@router.get("/{passage_id}/picture", responses={202: {"model": PagePictureView}})
async def picture(
    pictures: Pictures,
    caller: Caller,
    response: Response,
    passage_id: str,
    quote: Annotated[str, Query(max_length=4_000, description="words of the passage to mark")] = "",
) -> PagePictureView:
    """The picture of the page of a PDF that the passage stands on, with boxes over the quote. The first time it is
    asked for, it is drawn: 202 until it is there.
    """
    found = await pictures.find(caller, passage_id, quote)
    if found is None:
        response.status_code = 202
        response.headers["retry-after"] = "1"
    return picture_view(passage_id, found)


@router.get("/{passage_id}/picture.png", response_class=Response, responses={200: {"content": {"image/png": {}}}})
async def picture_file(pictures: Pictures, caller: Caller, passage_id: str) -> Response:
    """The picture itself; not found until it is drawn."""
    found = await pictures.find(caller, passage_id)
    if found is None or not found.shows:
        raise NotFound(what="picture")
    return Response(found.png, media_type="image/png", headers={"cache-control": "private, no-store"})


@router.get("/{passage_id}/page", response_class=HTMLResponse)
async def passage_page(
    request: Request,
    passages: Passages,
    links: Annotated[SourceLinks, Depends(provided(SourceLinks))],
    passage_id: str,
    scope: Annotated[str, Query(max_length=100)] = "",
    until: Annotated[int, Query(ge=0, le=2**40), DIGITS] = 0,
    by: Annotated[str, Query(max_length=64)] = "",
) -> HTMLResponse:
    """The passage as a page, for whoever has a signed link of an answer; one that has ended says so, with 410."""
    language = language_of(request)
    reader = links.reader(passage_id, scope, until, by)
    if reader is None:
        return HTMLResponse(ended_page(language), 410, HEADERS)
    return HTMLResponse(page_of(await passages.open(reader, passage_id), language), headers=HEADERS)
