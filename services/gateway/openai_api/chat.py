"""Chat completions of the OpenAI API: a question asked of an assistant, on the same way as POST /v1/questions."""

import hashlib
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sse_starlette import EventSourceResponse

from services.gateway.http.bodies import BodyKind, takes
from services.gateway.http.dependencies import Address, Caller, IdempotencyHeader, disconnected, hold
from services.gateway.http.limits import Held
from services.gateway.http.problems import language_of
from services.gateway.openai_api.errors import OpenAIRoute, error_body, failed
from services.gateway.openai_api.views import Annotation, ChatBody, ChatCompletion, Usage
from services.gateway.outbox.ports import idempotency
from services.gateway.questions.assistants import assistant_named
from services.gateway.questions.backend_routes import Backends
from services.gateway.questions.following import QuestionFollower
from services.gateway.questions.model import Asked, QuestionRecord
from services.gateway.questions.routes import Follower, Questions
from shared.access import Principal
from shared.contracts.questions import Outcome, Sentence
from shared.rendering.markdown import RenderedAnswer, markdown_answer, markdown_sentence

router = APIRouter(prefix="/v1/chat", tags=["openai"], route_class=OpenAIRoute)

_DONE = "[DONE]"


@router.post("/completions", response_model=ChatCompletion)
@takes(BodyKind.CHAT)
async def complete(
    request: Request,
    questions: Questions,
    follower: Follower,
    backends: Backends,
    address: Address,
    caller: Caller,
    body: ChatBody,
    idempotency_key: IdempotencyHeader,
) -> Response:
    """The answer with its citations, or its sentences as `chat.completion.chunk` events with `stream`.

    A client that goes away cancels its question.
    """
    if body.stream:
        hold(request, caller, Held.STREAM)
    assistant = assistant_named(body.model)
    language = language_of(request)
    plan = assistant.plan_for(body.backend, body.confidentiality, backends, streamed=bool(body.stream))
    asked = Asked(body.question(), body.language or language, plan)
    fingerprint = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    question_id = await questions.ask(caller, asked, idempotency(idempotency_key, caller.subject, fingerprint))
    reply = _Reply(question_id, assistant.id, asked.text, address.of(request), language, body.counts_usage)
    location = {"location": f"/v1/questions/{question_id}"}
    if body.stream:
        return EventSourceResponse(_events(follower, caller, reply), headers=location, sep="\n")
    response = reply.whole(await follower.wait_for_end(caller, question_id, disconnected(request)))
    response.headers.update(location)
    return response


@dataclass(frozen=True, slots=True)
class _Reply:
    """One completion. `language` is that of its errors; the answer has the question's."""

    question_id: UUID
    model: str
    question: str
    base_url: str
    language: str
    counts_usage: bool

    def head(self, created: datetime) -> dict[str, Any]:
        return {"id": f"chatcmpl-{self.question_id}", "created": int(created.timestamp()), "model": self.model}

    def whole(self, record: QuestionRecord) -> Response:
        if record.outcome and record.outcome.failure:
            return failed(record.outcome.failure, self.language)
        text = self._rendered(record)
        completion = ChatCompletion.of(self.head(record.created_at), self.question, text)
        return Response(completion.model_dump_json(), media_type="application/json")

    def _rendered(self, record: QuestionRecord) -> RenderedAnswer:
        return markdown_answer(record.outcome or Outcome(), record.language, self.base_url)

    def chunk(self, created: datetime, delta: dict[str, Any], finish_reason: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return self._json(created, [choice], None)

    def last(self, created: datetime, record: QuestionRecord, said: str) -> Iterator[str]:
        """What was not said yet, the annotations, the end; or the error."""
        if record.outcome and record.outcome.failure:
            yield json.dumps(error_body(record.outcome.failure, self.language), ensure_ascii=False)
            return
        text = _completed(self._rendered(record), said)
        links = [Annotation.of(link).model_dump() for link in text.links]
        rest = {"content": text.content[len(said) :]} | ({"annotations": links} if links else {})
        yield self.chunk(created, rest)
        yield self.chunk(created, {}, "stop")
        if self.counts_usage:
            yield self._json(created, [], Usage.of(self.question, text.content).model_dump())
        yield _DONE

    def _json(self, created: datetime, choices: list[dict[str, Any]], usage: dict[str, int] | None) -> str:
        body = self.head(created) | {"object": "chat.completion.chunk", "choices": choices}
        if self.counts_usage:
            body["usage"] = usage
        return json.dumps(body, ensure_ascii=False)


async def _events(follower: QuestionFollower, caller: Principal, reply: _Reply) -> AsyncIterator[dict[str, str]]:
    created, said = datetime.now(UTC), ""
    async with follower.stream_until_end(caller, reply.question_id) as items:
        yield {"data": reply.chunk(created, {"role": "assistant", "content": ""})}
        async for item in items:
            if isinstance(item, Sentence):
                words = markdown_sentence(item.text, item.citations)
                more = f"\n\n{words}" if said else words
                said += more
                yield {"data": reply.chunk(created, {"content": more})}
            else:
                for data in reply.last(created, item, said):
                    yield {"data": data}


def _completed(text: RenderedAnswer, said: str) -> RenderedAnswer:
    """The whole text as the client has it in the end; who came late and missed its beginning gets it once more."""
    return text if text.content.startswith(said) else text.behind(f"{said}\n\n")
