"""Asking: the page of a new question, of a conversation, of a passage; an answer as it is written."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Header, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sse_starlette import EventSourceResponse

from services.web.ask.views import highlighted, sentence_pieces, titled, turn_of
from services.web.http.languages import language_of
from services.web.http.rendering import Pages, Templates
from services.web.sign_in.visitors import AllVisitors, Visitor, Visitors
from shared.client import Problem, VigieClient
from shared.http_api.questions import AnswerView, QuestionQuery, QuestionView
from shared.rendering.addresses import official_address

router = APIRouter()

_SEE_OTHER = 303
_MOST_LISTED = 50
_MOST_TURNS = 30


@router.get("/")
async def home(request: Request, pages: Pages, visitors: AllVisitors) -> HTMLResponse:
    """The page of a new question."""
    async with visitors.visit(request) as visitor:
        recent = await _conversations(visitor.client)
    return pages.page(request, "ask/new.html", recent=recent, question="", conversation=uuid4(), key=uuid4().hex)


@router.post("/ask")
async def ask(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    conversation: Annotated[UUID, Form()],
    key: Annotated[str, Form(max_length=64)],
    question: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Ask, and go to the conversation, where the answer is written; `key` makes a double click one question."""
    async with visitors.visit(request) as visitor:
        try:
            await visitor.client.start(question, idempotency_key=key, conversation=str(conversation))
        except Problem as problem:
            recent = await _conversations(visitor.client)
            values = {"recent": recent, "question": question, "conversation": conversation, "key": uuid4().hex}
            return pages.page(request, "ask/new.html", status=problem.status, problem=problem.detail, **values)
    return RedirectResponse(f"/conversations/{conversation}#last", _SEE_OTHER)


@router.get("/conversations/{conversation}")
async def conversation_page(request: Request, pages: Pages, visitors: AllVisitors, conversation: UUID) -> HTMLResponse:
    """A conversation, first question first."""
    language = language_of(request)
    async with visitors.visit(request) as visitor:
        recent, asked = await asyncio.gather(_conversations(visitor.client), _asked_in(visitor.client, conversation))
        answers = await asyncio.gather(*(visitor.client.question(each.id) for each in asked))
    turns = [turn_of(each, language) for each in answers]
    status = 200 if turns else 404
    values = {"recent": recent, "turns": turns, "conversation": conversation, "key": uuid4().hex}
    return pages.page(request, "ask/conversation.html", status=status, **values)


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


@router.post("/questions/{question}/forget")
async def forget(request: Request, visitors: AllVisitors, question: UUID) -> Response:
    """Delete a question with its answer, for good."""
    async with visitors.visit(request) as visitor:
        answer = await visitor.client.question(question)
        await visitor.client.forget(question)
        rest = await _asked_in(visitor.client, answer.conversation) if answer.conversation else []
    return RedirectResponse(f"/conversations/{answer.conversation}" if rest else "/", _SEE_OTHER)


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
        yield {"data": await _whole(request, pages, visitor, question)}


async def _whole(request: Request, pages: Templates, visitor: Visitor, question: UUID) -> str:
    answer = await visitor.client.question(question)
    return pages.text(request, "ask/whole.html", turn=turn_of(answer, language_of(request)))


async def _conversations(client: VigieClient) -> list[tuple[str, str]]:
    """The address and title of one's latest conversations, each once, newest first."""
    found: dict[str, str] = {}
    async with aclosing(client.questions(QuestionQuery(limit=_MOST_LISTED))) as questions:
        async for each in questions:
            found[f"/conversations/{each.conversation}"] = titled(each)
            if len(found) >= _MOST_LISTED:
                break
    return list(found.items())


async def _asked_in(client: VigieClient, conversation: UUID) -> list[QuestionView]:
    """The latest questions of a conversation, first one first."""
    query = QuestionQuery(conversation=conversation, limit=_MOST_TURNS)
    found: list[QuestionView] = []
    async with aclosing(client.questions(query)) as questions:
        async for each in questions:
            found.append(each)
            if len(found) == _MOST_TURNS:
                break
    return found[::-1]
