"""What was asked before: the list of conversations with a search, deleting one or a question of it."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.web.ask import reading
from services.web.http.rendering import Pages
from services.web.sign_in.cookies import own_address
from services.web.sign_in.visitors import AllVisitors
from shared.language.names import one_line

router = APIRouter()

_SEE_OTHER = 303
_MOST_ROUNDS = 100
"""Of deleting what a conversation still has: each takes some thirty questions."""


@router.get("/conversations")
async def listing(
    request: Request, pages: Pages, visitors: AllVisitors, search: Annotated[str, Query(max_length=200)] = ""
) -> HTMLResponse:
    """One's conversations by day, those with some words where one searches."""
    async with visitors.visit(request) as visitor:
        days = await reading.recent(visitor.client, search)
    return pages.page(request, "ask/history.html", days=days, search=search)


@router.post("/conversations/{conversation}/title")
async def rename(
    request: Request,
    visitors: AllVisitors,
    conversation: UUID,
    title: Annotated[str, Form(max_length=200)] = "",
    to: Annotated[str, Form(max_length=200)] = "/conversations",
) -> Response:
    """Call a conversation otherwise; an empty title is none: it is called by its first question again."""
    async with visitors.visit(request) as visitor:
        await visitor.client.rename(conversation, one_line(title) or None)
    return RedirectResponse(own_address(to), _SEE_OTHER)


@router.post("/conversations/{conversation}/forget")
async def forget_conversation(request: Request, visitors: AllVisitors, conversation: UUID) -> Response:
    """Delete a conversation with all its questions and answers, for good."""
    async with visitors.visit(request) as visitor:
        for _ in range(_MOST_ROUNDS):
            asked = await reading.asked_in(visitor.client, conversation)
            if not asked:
                break
            await asyncio.gather(*(visitor.client.forget(each.id) for each in asked))
    return RedirectResponse("/conversations", _SEE_OTHER)


@router.post("/questions/{question}/forget")
async def forget(request: Request, visitors: AllVisitors, question: UUID) -> Response:
    """Delete a question with its answer, for good."""
    async with visitors.visit(request) as visitor:
        answer = await visitor.client.question(question)
        await visitor.client.forget(question)
        rest = await reading.asked_in(visitor.client, answer.conversation) if answer.conversation else []
    return RedirectResponse(f"/conversations/{answer.conversation}" if rest else "/", _SEE_OTHER)
