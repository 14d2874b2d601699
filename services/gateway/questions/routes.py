"""Questions: ask, read how they ended, have them forgotten."""

import asyncio
import hashlib
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from sse_starlette import EventSourceResponse

from services.gateway.database.ports import Cursor
from services.gateway.database.search_words import words_of
from services.gateway.http.bodies import BodyKind, takes
from services.gateway.http.dependencies import Caller, IdempotencyHeader, disconnected, hold, provided
from services.gateway.http.limits import Held
from services.gateway.http.paging import page_of, page_request
from services.gateway.http.preferences import RESPOND_ASYNC, preferences
from services.gateway.http.problems import MEDIA_TYPE, language_of, problem, retry_headers, status_of
from services.gateway.http.refusals import Refusal
from services.gateway.outbox.ports import idempotency
from services.gateway.questions.answer_files import MEDIA_TYPES, answer_file
from services.gateway.questions.backend_routes import Backends
from services.gateway.questions.following import QuestionFollower
from services.gateway.questions.model import Asked, QuestionRecord
from services.gateway.questions.ports import QuestionSearch
from services.gateway.questions.service import QuestionService
from services.gateway.questions.views import answer_view, is_written, question_view
from shared.contracts.backends import Registry
from shared.contracts.questions import GenerationPlan, Plan, RetrievalPlan, Sentence
from shared.errors import NotFound
from shared.http_api.questions import AnswerFormat, AnswerView, QuestionBody, QuestionList, QuestionQuery
from shared.rendering.shown import shown_sentence

router = APIRouter(prefix="/v1/questions", tags=["questions"])

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILE = {"description": "The file.", "content": {each.partition(";")[0]: _BINARY for each in MEDIA_TYPES.values()}}

Questions = Annotated[QuestionService, Depends(provided(QuestionService))]
Follower = Annotated[QuestionFollower, Depends(provided(QuestionFollower))]


@router.post("", response_model=AnswerView, responses={202: {"model": AnswerView, "description": "Accepted."}})
@takes(BodyKind.QUESTION)
async def ask(
    request: Request,
    questions: Questions,
    follower: Follower,
    backends: Backends,
    caller: Caller,
    body: QuestionBody,
    idempotency_key: IdempotencyHeader,
    prefer: Annotated[str | None, Header(description="`respond-async`: answer at once, the question goes on")] = None,
) -> Response:
    """The finished answer, or its sentences as server-sent events when `Accept` asks for text/event-stream.

    A client that goes away cancels its question. With `Prefer: respond-async` (RFC 7240) nobody waits: 202 says that
    the question is accepted, its `/events` tell the answer as it is written, its `/cancel` stops it.
    """
    waits = not preferences(prefer).is_async
    streams = waits and "text/event-stream" in request.headers.get("accept", "")
    if streams:
        hold(request, caller, Held.STREAM)
    plan = _plan(body, backends, streamed=streams or not waits)
    asked = Asked(body.question, body.language, plan, conversation=body.conversation)
    fingerprint = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    question_id = await questions.ask(caller, asked, idempotency(idempotency_key, caller.subject, fingerprint))
    location = {"location": f"/v1/questions/{question_id}"}
    if streams:
        heard = follower.stream_until_end(caller, question_id)
        return EventSourceResponse(_frames(heard, question_id, language_of(request)), headers=location)
    if not waits:
        view = answer_view(await questions.find(caller, question_id), language_of(request))
        headers = {**location, "preference-applied": RESPOND_ASYNC}
        return Response(view.model_dump_json(), 202, headers, media_type="application/json")
    record = await follower.wait_for_end(caller, question_id, disconnected(request))
    response = _respond(record, language_of(request))
    response.headers.update(location)
    return response


@router.get("")
async def listing(questions: Questions, caller: Caller, query: Annotated[QuestionQuery, Query()]) -> QuestionList:
    """The caller's own questions, newest first."""
    search = QuestionSearch(
        states=frozenset(query.state),
        words=words_of(query.search),
        conversation=query.conversation,
        **page_request(query),
    )
    found = await questions.page(caller, search)
    records, following = page_of(found, query, lambda record: Cursor(record.created_at, record.question_id))
    return QuestionList(questions=[question_view(record) for record in records], next=following)


@router.get("/{question_id}")
async def find(request: Request, questions: Questions, caller: Caller, question_id: UUID) -> AnswerView:
    return answer_view(await questions.find(caller, question_id), language_of(request))


@router.get("/{question_id}/export", response_class=Response, responses={200: _FILE})
async def export(
    request: Request,
    questions: Questions,
    caller: Caller,
    question_id: UUID,
    kind: Annotated[AnswerFormat, Query(alias="format")] = AnswerFormat.DOCX,
) -> Response:
    """Write a question of one's own with its answer as a file, with its sources and how it was made."""
    record = await questions.find(caller, question_id)
    if not is_written(record):
        raise NotFound(what="answer")
    file = await asyncio.to_thread(answer_file, record, kind, language_of(request))
    name = f'attachment; filename="{record.created_at:%Y-%m-%d}-{question_id}.{kind.value}"'
    return Response(file, media_type=MEDIA_TYPES[kind], headers={"content-disposition": name})


@router.delete("/{question_id}", status_code=204)
async def forget(questions: Questions, caller: Caller, question_id: UUID) -> None:
    """Remove a question of one's own with its answer and what was said of it. There is no way back."""
    await questions.forget(caller, question_id)


@router.get("/{question_id}/events")
async def events(
    request: Request,
    questions: Questions,
    follower: Follower,
    caller: Caller,
    question_id: UUID,
    last_event_id: Annotated[str | None, Header(pattern="^[0-9]{1,6}$")] = None,
) -> EventSourceResponse:
    """The sentences of an answer from the first one on, as they are written, then the whole; server-sent events.

    Whoever stops listening cancels nothing. `Last-Event-ID` names the last sentence that was heard.
    """
    await questions.find(caller, question_id)
    hold(request, caller, Held.STREAM)
    heard = aclosing(follower.follow(caller, question_id))
    return EventSourceResponse(_frames(heard, question_id, language_of(request), int(last_event_id or 0)))


@router.post("/{question_id}/cancel")
async def cancel(request: Request, questions: Questions, caller: Caller, question_id: UUID) -> AnswerView:
    """Stop an answer. What had been written stays; one that has ended is returned as it is."""
    await questions.cancel(caller, question_id)
    return answer_view(await questions.find(caller, question_id), language_of(request))


def _plan(body: QuestionBody, backends: Registry, *, streamed: bool) -> Plan:
    """How to answer."""
    return Plan(
        retrieval=RetrievalPlan(evidence=body.evidence),
        generation=GenerationPlan(
            backend=backends.choose(body.backend, None, body.confidentiality),
            passages=body.passages,
            confidentiality=body.confidentiality,
            streamed=streamed,
        ),
    )


async def _frames(
    heard: AbstractAsyncContextManager[AsyncIterator[Sentence | QuestionRecord]],
    question_id: UUID,
    language: str,
    known: int = 0,
) -> AsyncGenerator[dict[str, str], None]:
    """`question` with its id, then `sentence` events, then `answer` with the whole, or `error` with a problem.

    Args:
        known: how many sentences the client has heard already; the `id` of each is its number.
    """
    async with heard as items:
        yield {"event": "question", "data": json.dumps({"id": str(question_id)})}
        said = 0
        async for item in items:
            if isinstance(item, QuestionRecord):
                yield _last_frame(item, language)
                continue
            said += 1
            if said > known:
                yield {"event": "sentence", "id": str(said), "data": shown_sentence(item).model_dump_json()}


def _last_frame(record: QuestionRecord, language: str) -> dict[str, str]:
    failure = record.outcome.failure if record.outcome else None
    if failure is not None:
        body = problem(failure, status_of(failure.code), language)
        return {"event": "error", "data": json.dumps(body, ensure_ascii=False)}
    return {"event": "answer", "data": answer_view(record, language).model_dump_json()}


def _respond(record: QuestionRecord, language: str) -> Response:
    failure = record.outcome.failure if record.outcome else None
    if failure is not None:
        status = status_of(failure.code)
        body = problem(failure, status, language) | {"question": f"/v1/questions/{record.question_id}"}
        return Refusal(failure, body, status, retry_headers(failure.code, failure.params), MEDIA_TYPE)
    return Response(answer_view(record, language).model_dump_json(), media_type="application/json")
