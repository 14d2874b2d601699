"""Waiting for an answer on behalf of a client; one that goes away cancels its question."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from uuid import UUID

from fastapi import Request

from services.gateway.http.dependencies import Gateway
from services.gateway.questions.ports import QuestionRecord
from shared.access import Principal
from shared.contracts.questions import Sentence


@asynccontextmanager
async def followed(
    parts: Gateway, caller: Principal, question_id: UUID
) -> AsyncIterator[AsyncIterator[Sentence | QuestionRecord]]:
    """The sentences as they come, then the record with the end. Left before that, the question is cancelled."""
    ended = False

    async def items() -> AsyncGenerator[Sentence | QuestionRecord, None]:
        nonlocal ended
        async with aclosing(parts.questions.follow(caller, question_id)) as heard:
            async for item in heard:
                ended = isinstance(item, QuestionRecord)
                yield item

    try:
        async with aclosing(items()) as listened:
            yield listened
    finally:
        if not ended:
            await asyncio.shield(parts.questions.cancel(caller, question_id))


async def finished(request: Request, parts: Gateway, caller: Principal, question_id: UUID) -> QuestionRecord:
    """Wait for the end, or for the client to hang up, which cancels."""
    end = asyncio.create_task(_end(parts, caller, question_id))
    gone = asyncio.create_task(_disconnected(request))
    try:
        await asyncio.wait({end, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not end.done():
            await parts.questions.cancel(caller, question_id)
        return await end
    finally:
        gone.cancel()
        end.cancel()


async def _end(parts: Gateway, caller: Principal, question_id: UUID) -> QuestionRecord:
    async for item in parts.questions.follow(caller, question_id):
        if isinstance(item, QuestionRecord):
            return item
    return await parts.questions.find(caller, question_id)


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        continue
