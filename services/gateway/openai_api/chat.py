"""Chat completions of the OpenAI API: a question asked of an assistant, on the same way as POST /v1/questions."""

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from sse_starlette import EventSourceResponse

from services.gateway.http.bodies import BodyKind, takes
from services.gateway.http.dependencies import Address, Caller, IdempotencyHeader, disconnected, hold, provided
from services.gateway.http.limits import Held
from services.gateway.http.problems import language_of
from services.gateway.http.source_links import SourceLinks
from services.gateway.openai_api.errors import OpenAIRoute
from services.gateway.openai_api.page_tasks import page_task
from services.gateway.openai_api.prompts import prompt_of
from services.gateway.openai_api.reply import Given, Reply, Unheeded, told
from services.gateway.openai_api.views import ChatBody, ChatCompletion
from services.gateway.outbox.ports import idempotency
from services.gateway.questions.assistants import assistant_named
from services.gateway.questions.backend_routes import Backends
from services.gateway.questions.following import QuestionFollower
from services.gateway.questions.model import Asked
from services.gateway.questions.routes import Follower, Questions
from shared.access import Principal
from shared.contracts.questions import Sentence

Links = Annotated[SourceLinks, Depends(provided(SourceLinks))]

router = APIRouter(prefix="/v1/chat", tags=["openai"], route_class=OpenAIRoute)


@router.post("/completions", response_model=ChatCompletion)
@takes(BodyKind.CHAT)
async def complete(
    request: Request,
    questions: Questions,
    follower: Follower,
    backends: Backends,
    address: Address,
    links: Links,
    caller: Caller,
    body: ChatBody,
    idempotency_key: IdempotencyHeader,
) -> Response:
    """The answer with its citations, or its sentences as `chat.completion.chunk` events with `stream`.

    A client that goes away cancels its question. What a chat page asks for on its own (a title, tags) is answered at
    once and not recorded.
    """
    assistant = assistant_named(body.checked().model)
    language, words = language_of(request), body.question()
    if (task := page_task(words)) is not None:
        return told(task.answer(), assistant.id, words, streamed=bool(body.stream))
    if body.stream:
        hold(request, caller, Held.STREAM)
    prompt = prompt_of(words)
    plan = assistant.plan_for(body.backend, body.confidentiality, backends, streamed=bool(body.stream))
    earlier = tuple(prompt_of(each).question for each in body.earlier())
    asked = Asked(prompt.question, body.language, plan, otherwise=language, earlier=earlier)
    fingerprint = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    question_id = await questions.ask(caller, asked, idempotency(idempotency_key, caller.subject, fingerprint))
    unheeded = Unheeded(prompt.files, instructions=body.first_instructions)
    reply = Reply(question_id, assistant.id, asked.text, address.of(request), language, body, links, unheeded)
    location = {"location": f"/v1/questions/{question_id}"}
    if body.stream:
        record = await questions.find(caller, question_id)
        stream = Given(record.language, reply.before(record) if earlier else "")
        return EventSourceResponse(_events(follower, caller, reply, stream), headers=location, sep="\n")
    response = reply.whole(await follower.wait_for_end(caller, question_id, disconnected(request)))
    response.headers.update(location)
    return response


async def _events(
    follower: QuestionFollower, caller: Principal, reply: Reply, stream: Given
) -> AsyncIterator[dict[str, str]]:
    """Chunks: the question as it was completed, the sentences, the rest."""
    created = datetime.now(UTC)
    async with follower.stream_until_end(caller, reply.question_id) as items:
        yield {"data": reply.chunk(created, {"role": "assistant", "content": ""})}
        async for item in items:
            chunks = (
                reply.next(created, item, stream) if isinstance(item, Sentence) else reply.last(created, item, stream)
            )
            for data in chunks:
                yield {"data": data}
