"""The page of what ended as failed: documents and dead letters by the class of their error, to be sent again."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import aclosing
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.web.admin.dead_letters import letter_classes
from services.web.admin.failures import failures_of
from services.web.admin.views import UsageWeek
from services.web.http.rendering import Pages, Templates
from services.web.sign_in.visitors import AllVisitors, Visitor
from shared.client import Problem, VigieClient
from shared.http_api.dead_letters import DeadLetterQuery, DeadLetterView, LetterState
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
    async with visitors.visit(request) as visitor:
        if refused := await _refused(visitor.client.reindex, document):
            return await _page(request, pages, visitor, refused=refused, status=_CONFLICT)
    return RedirectResponse("/admin/failures?done=sent", _SEE_OTHER)


@router.post("/letters")
async def close_letters(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    letter: Annotated[list[UUID], Form(max_length=_MOST)],
    what: Annotated[Literal["send", "drop"], Form()],
) -> Response:
    """Send what dead letters are about through the chain again, or take them off the list."""
    async with visitors.visit(request) as visitor:
        client = visitor.client
        close = client.send_dead_letter if what == "send" else client.drop_dead_letter
        if refused := await _refused(close, letter):
            return await _page(request, pages, visitor, refused=refused, status=_CONFLICT)
    done = "sent" if what == "send" else "dropped"
    return RedirectResponse(f"/admin/failures?done={done}#letters", _SEE_OTHER)


async def _refused(ask: Callable[[UUID], Awaitable[object]], of: Iterable[UUID]) -> list[tuple[str, str]]:
    """Ask for each by its id; return which were refused, and why."""
    refused = []
    for each in of:
        try:
            await ask(each)
        except Problem as problem:
            refused.append((str(each), problem.detail))
    return refused


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
    found, letters, me = await asyncio.gather(_failed(client), _letters(client), client.me())
    names = {str(each.id): each.title for each in found} | {str(each.id): each.title for each in letters}
    values: dict[str, Any] = {
        "classes": failures_of(found[:_MOST], me),
        "is_more": len(found) > _MOST,
        "letters": letter_classes(letters[:_MOST]),
        "more_letters": len(letters) > _MOST,
        "most": _MOST,
        "weeks": [UsageWeek.of(each) for each in usage.weeks],
        "refused": [(names.get(each, each), detail) for each, detail in refused or ()],
        "done": request.query_params.get("done"),
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


async def _letters(client: VigieClient) -> list[DeadLetterView]:
    """The dead letters that nobody has closed, one more than the page shows."""
    found: list[DeadLetterView] = []
    query = DeadLetterQuery(state=[LetterState.OPEN], limit=_MOST + 1)
    async with aclosing(client.dead_letters(query)) as letters:
        async for each in letters:
            found.append(each)
            if len(found) > _MOST:
                break
    return found
