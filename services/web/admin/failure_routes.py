"""The page of what ended as failed: documents by the class of their error, to be sent through the chain again."""

import asyncio
from contextlib import aclosing
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.web.admin.failures import failures_of
from services.web.admin.views import UsageWeek
from services.web.http.rendering import Pages, Templates
from services.web.sign_in.visitors import AllVisitors, Visitor
from shared.client import Problem, VigieClient
from shared.http_api.documents import DocumentQuery, DocumentState, DocumentView

router = APIRouter(prefix="/admin/failures")

_SEE_OTHER = 303
_CONFLICT = 409
_WEEKS = 8
_MOST = 200
"""Documents on the page: what many files have in common is seen in fewer."""


@router.get("")
async def failures(request: Request, pages: Pages, visitors: AllVisitors) -> HTMLResponse:
    """What failed, by class, and how many questions did, by week; the gateway refuses who is no admin."""
    async with visitors.visit(request) as visitor:
        return await _page(request, pages, visitor)


@router.post("")
async def send_again(
    request: Request, pages: Pages, visitors: AllVisitors, document: Annotated[list[UUID], Form(max_length=_MOST)]
) -> Response:
    """Send documents through the chain again; of which that is refused is told, the others are under way."""
    refused: list[tuple[str, str]] = []
    async with visitors.visit(request) as visitor:
        for each in document:
            try:
                await visitor.client.reindex(each)
            except Problem as problem:
                refused.append((str(each), problem.detail))
        if refused:
            return await _page(request, pages, visitor, refused=refused, status=_CONFLICT)
    return RedirectResponse("/admin/failures?sent=1", _SEE_OTHER)


async def _page(
    request: Request,
    pages: Templates,
    visitor: Visitor,
    *,
    refused: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> HTMLResponse:
    client = visitor.client
    usage = await client.usage(_WEEKS)  # refuses who is no admin before anything is shown
    found, me = await asyncio.gather(_failed(client), client.me())
    names = {str(each.id): each.title for each in found}
    values: dict[str, Any] = {
        "classes": failures_of(found[:_MOST], me),
        "is_more": len(found) > _MOST,
        "most": _MOST,
        "weeks": [UsageWeek.of(each) for each in usage.weeks],
        "refused": [(each, names.get(each, each), detail) for each, detail in refused or ()],
        "is_sent": "sent" in request.query_params,
    }
    return pages.page(request, "admin/failures.html", status=status, **values)


async def _failed(client: VigieClient) -> list[DocumentView]:
    """The failed documents, one more than the page shows."""
    found: list[DocumentView] = []
    async with aclosing(client.documents(DocumentQuery(state=[DocumentState.FAILED], limit=_MOST))) as documents:
        async for each in documents:
            found.append(each)
            if len(found) > _MOST:
                break
    return found
