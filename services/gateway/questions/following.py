"""Following a question to its end, on behalf of a client; one that goes away cancels its question."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from contextlib import aclosing, asynccontextmanager
from uuid import UUID

from services.gateway.policy import may_hear
from services.gateway.questions.ends import QuestionEnds
from services.gateway.questions.listeners import End, Listener, Listeners
from services.gateway.questions.model import QuestionRecord
from services.gateway.questions.service import LATE_S, QuestionService
from shared.access import Principal
from shared.clock import utc_now
from shared.contracts.questions import AnswerStreamed, Sentence

_LOOK_S = 1.0
"""How often a follower of another replica's question looks whether it has ended: the last frame may have passed before
they listened."""


class QuestionFollower:
    """Hears of questions for clients of this replica.

    Args:
        late_sentence_s: how long sentences are waited for once the end is there, which comes by a topic of its own.
    """

    def __init__(
        self, questions: QuestionService, ends: QuestionEnds, listeners: Listeners, *, late_sentence_s: float = 1.0
    ) -> None:
        self._questions = questions
        self._ends = ends
        self._listeners = listeners
        self._late_sentence_s = late_sentence_s

    async def follow(self, principal: Principal, question_id: UUID) -> AsyncGenerator[Sentence | QuestionRecord, None]:
        """The sentences as they come, then the question's record with its outcome; the record alone if it has ended.

        Raises:
            NotFound: there is no such question, or somebody else asked it.
        """
        listener = self._listeners.subscribe(question_id)
        try:
            record = listener.accepted or await self._questions.find(principal, question_id)
            next_frame = last_frame = 0
            while record.outcome is None or next_frame < last_frame:
                heard = await self._heard(principal, listener, record)
                if isinstance(heard, End) and listener.accepted:
                    record, last_frame = heard.record, heard.sentences
                elif isinstance(heard, End):  # asked elsewhere or before, perhaps with rights that are gone
                    record, last_frame = await self._questions.find(principal, question_id), 0
                elif heard.sentence is not None and heard.frame >= next_frame:  # a redelivered frame was shown already
                    next_frame = heard.frame + 1
                    if may_hear(principal, heard.sentence):
                        yield heard.sentence
            yield record
        finally:
            self._listeners.unsubscribe(question_id, listener)

    @asynccontextmanager
    async def stream_until_end(
        self, principal: Principal, question_id: UUID
    ) -> AsyncIterator[AsyncIterator[Sentence | QuestionRecord]]:
        """What `follow` gives; a block that is left before the end cancels the question."""
        ended = False

        async def items() -> AsyncGenerator[Sentence | QuestionRecord, None]:
            nonlocal ended
            async with aclosing(self.follow(principal, question_id)) as heard:
                async for item in heard:
                    ended = isinstance(item, QuestionRecord)
                    yield item

        try:
            async with aclosing(items()) as listened:
                yield listened
        finally:
            if not ended:
                await asyncio.shield(self._questions.cancel(principal, question_id))

    async def wait_for_end(
        self, principal: Principal, question_id: UUID, disconnected: Awaitable[None]
    ) -> QuestionRecord:
        """The question's record once it has ended, which `disconnected` makes it do: the client has hung up."""
        end = asyncio.create_task(self._end(principal, question_id))
        gone = asyncio.ensure_future(disconnected)
        try:
            await asyncio.wait({end, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not end.done():
                await self._questions.cancel(principal, question_id)
            return await end
        finally:
            gone.cancel()
            end.cancel()

    async def _end(self, principal: Principal, question_id: UUID) -> QuestionRecord:
        async for item in self.follow(principal, question_id):
            if isinstance(item, QuestionRecord):
                return item
        return await self._questions.find(principal, question_id)

    async def _heard(self, principal: Principal, listener: Listener, record: QuestionRecord) -> AnswerStreamed | End:
        """What comes next; where nothing comes in time, how the question stands."""
        left_s = (record.deadline - utc_now()).total_seconds() + LATE_S
        if record.outcome is not None:
            pause = self._late_sentence_s
        else:
            pause = left_s if listener.accepted else min(left_s, _LOOK_S)
        try:
            async with asyncio.timeout(max(pause, 0.1)):
                return await listener.heard.get()
        except TimeoutError:
            if record.outcome is not None:
                return End(record)
            if pause == left_s:
                await self._ends.expire(record.question_id)
            return End(await self._questions.find(principal, record.question_id))
