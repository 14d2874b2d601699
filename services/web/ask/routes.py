"""Asking: the page of a new question, of a conversation; an answer as it is written."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Form, Header, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sse_starlette import EventSourceResponse

from services.web.ask import reading
from services.web.ask.choices import KnownBackends, choice_of
from services.web.ask.tour import step_of
from services.web.ask.views import sentence_pieces
from services.web.http.languages import language_of
from services.web.http.parts import provided
from services.web.http.rendering import Pages, Templates
from services.web.sign_in.visitors import AllVisitors, Visitors
from shared.client import Problem
from shared.contracts.confidentiality import Confidentiality
from shared.http_api.questions import AnswerView

router = APIRouter()

Backends = Annotated[KnownBackends, Depends(provided(KnownBackends))]

_SEE_OTHER = 303


@router.get("/")
async def home(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    backends: Backends,
    tour: Annotated[int, Query(ge=0, le=4)] = 0,
) -> HTMLResponse:
    """The page of a new question, with a step of the tour for who is new."""
    async with visitors.visit(request) as visitor:
        recent, known = await asyncio.gather(reading.recent(visitor.client), backends.all(visitor.client))
        is_bare = not recent and await reading.is_bare(visitor.client)
    step = step_of(request, tour)
    values: dict[str, Any] = {"recent": recent, "question": "", "conversation": uuid4(), "step": step}
    values |= {"is_bare": is_bare, "choice": choice_of(known)}
    return pages.page(request, "ask/new.html", **values)


@router.post("/ask")
async def ask(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    backends: Backends,
    conversation: Annotated[UUID, Form()],
    key: Annotated[str, Form(max_length=64)],
    question: Annotated[str, Form(max_length=20_000)] = "",
    backend: Annotated[str, Form(max_length=100)] = "",
    confidentiality: Annotated[Confidentiality, Form()] = Confidentiality.CONFIDENTIAL,
) -> Response:
    """Ask, and go to the conversation, where the answer is written; `key` makes a double click one question.

    Args:
        backend: who writes, the deployment's where nobody is named; confidentiality: how far the question may go.
    """
    how: dict[str, str] = {"backend": backend} if backend else {}
    how |= {"confidentiality": confidentiality.value} if confidentiality is not Confidentiality.CONFIDENTIAL else {}
    async with visitors.visit(request) as visitor:
        try:
            await visitor.client.start(question, idempotency_key=key, conversation=str(conversation), **how)
        except Problem as problem:
            recent = await reading.recent(visitor.client)
            chosen = choice_of(await backends.all(visitor.client), backend, confidentiality.value)
            values = {"recent": recent, "question": question, "conversation": conversation, "step": None}
            values["choice"] = chosen
            return pages.page(request, "ask/new.html", status=problem.status, problem=problem.detail, **values)
    return RedirectResponse(f"/conversations/{conversation}#last", _SEE_OTHER)


@router.get("/ask")
async def asked_again() -> Response:
    """Lead who comes back to what was refused to the page of a new question; what they typed waits in the browser."""
    return RedirectResponse("/", _SEE_OTHER)


@router.get("/conversations/{conversation}")
async def conversation_page(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    backends: Backends,
    conversation: UUID,
    edit: UUID | None = None,
    load: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> HTMLResponse:
    """A conversation, first question first; `edit`: the question of it that is in the field, to be changed.

    Args:
        load: how often it was loaded again for want of scripts. A browser that is sent to the address where it is
            looks for the mark in it and loads nothing.
    """
    async with visitors.visit(request) as visitor:
        turns = reading.turns_of(visitor.client, conversation, language_of(request))
        recent, (title, turned), known = await asyncio.gather(
            reading.recent(visitor.client), turns, backends.all(visitor.client)
        )
    edited = next((each.question for each in turned if each.id == str(edit)), "")
    values = {"recent": recent, "turns": turned, "conversation": conversation, "edited": edited, "load": load + 1}
    values |= {"title": title, "choice": choice_of(known)}
    return pages.page(request, "ask/conversation.html", status=200 if turned else 404, **values)


@router.get("/questions/{question}/events")
async def events(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    question: UUID,
    last_event_id: Annotated[str, Header(pattern="^[0-9]{1,6}$")] = "0",
) -> Response:
    """The sentences of an answer as they are written, each as a piece of the page, then the whole in their place."""
    if await visitors.person(request) is None:
        return Response(status_code=401)
    return EventSourceResponse(_written(request, pages, visitors, question, int(last_event_id)))


@router.post("/questions/{question}/stop")
async def stop(request: Request, visitors: AllVisitors, question: UUID) -> Response:
    """Stop an answer; what was written stays."""
    async with visitors.visit(request) as visitor:
        stopped = await visitor.client.cancel(question)
    return RedirectResponse(f"/conversations/{stopped.conversation}#last", _SEE_OTHER)


async def _written(
    request: Request, pages: Templates, visitors: Visitors, question: UUID, known: int
) -> AsyncGenerator[dict[str, str], None]:
    language = language_of(request)
    async with visitors.visit(request) as visitor:
        said = known
        try:
            async with aclosing(visitor.client.follow(question, known=known)) as heard:
                async for item in heard:
                    if isinstance(item, AnswerView):
                        break
                    said += 1
                    shown = sentence_pieces(item, language)
                    html = pages.text(request, "ask/sentence.html", paragraphs=shown)
                    yield {"id": str(said), "data": html}
        except Problem:
            pass  # the whole answer tells what became of it
        turn = await reading.turn(visitor.client, question, language)
        yield {"data": pages.text(request, "ask/whole.html", turn=turn)}
