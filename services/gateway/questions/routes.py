"""Questions: ask, read how they ended, have them forgotten."""

import hashlib
import json
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from sse_starlette import EventSourceResponse

from services.gateway.database.ports import Cursor
from services.gateway.database.search_words import words_of
from services.gateway.http.bodies import BodyKind, takes
from services.gateway.http.dependencies import Caller, IdempotencyHeader, disconnected, hold, provided
from services.gateway.http.limits import Held
from services.gateway.http.paging import page_of, page_request
from services.gateway.http.problems import MEDIA_TYPE, language_of, problem, retry_headers, status_of
from services.gateway.http.refusals import Refusal
from services.gateway.outbox.ports import idempotency
from services.gateway.questions.backend_routes import Backends
from services.gateway.questions.following import QuestionFollower
from services.gateway.questions.model import Asked, QuestionRecord
from services.gateway.questions.ports import QuestionSearch
from services.gateway.questions.service import QuestionService
from services.gateway.questions.views import answer_view, question_view
from shared.access import Principal
from shared.contracts.backends import Registry
from shared.contracts.questions import GenerationPlan, Plan, RetrievalPlan, Sentence
from shared.http_api.questions import AnswerView, QuestionBody, QuestionList, QuestionQuery
from shared.rendering.shown import shown_sentence

router = APIRouter(prefix="/v1/questions", tags=["questions"])

Questions = Annotated[QuestionService, Depends(provided(QuestionService))]
Follower = Annotated[QuestionFollower, Depends(provided(QuestionFollower))]


@router.post("", response_model=AnswerView)
@takes(BodyKind.QUESTION)
async def ask(
    request: Request,
    questions: Questions,
    follower: Follower,
    backends: Backends,
    caller: Caller,
    body: QuestionBody,
    idempotency_key: IdempotencyHeader,
) -> Response:
    """The finished answer, or its sentences as server-sent events when `Accept` asks for text/event-stream.

    A client that goes away cancels its question.
    """
    streams = "text/event-stream" in request.headers.get("accept", "")
    if streams:
        hold(request, caller, Held.STREAM)
    plan = _plan(body, backends, streamed=streams)
    asked = Asked(body.question, body.language, plan, conversation=body.conversation)
    fingerprint = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    question_id = await questions.ask(caller, asked, idempotency(idempotency_key, caller.subject, fingerprint))
    location = {"location": f"/v1/questions/{question_id}"}
    if streams:
        return EventSourceResponse(_frames(follower, caller, question_id, language_of(request)), headers=location)
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


@router.delete("/{question_id}", status_code=204)
async def forget(questions: Questions, caller: Caller, question_id: UUID) -> None:
    """Remove a question of one's own with its answer and what was said of it. There is no way back."""
    await questions.forget(caller, question_id)


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
    follower: QuestionFollower, caller: Principal, question_id: UUID, language: str
) -> AsyncIterator[dict[str, str]]:
    """`question` with its id, then `sentence` events, then `answer` with the whole, or `error` with a problem."""
    async with follower.stream_until_end(caller, question_id) as items:
        yield {"event": "question", "data": json.dumps({"id": str(question_id)})}
        async for item in items:
            if isinstance(item, Sentence):
                yield {"event": "sentence", "data": shown_sentence(item).model_dump_json()}
            else:
                yield _last_frame(item, language)


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
