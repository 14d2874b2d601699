"""Publishes an answer: a frame for each sentence where somebody listens, then its end."""

import asyncio
from uuid import uuid5

from shared.contracts.questions import AnswerCompleted, AnswerStreamed, GenerationRequested, Outcome, Sentence
from shared.kafka.ports import EventPublisher


class AnswerStream:
    """Publishes an answer's frames and its end. Their ids are the same when the request is delivered again.

    A sentence is on its way while the next one is written; the last one and the end leave for the broker in one
    request.
    """

    def __init__(self, publisher: EventPublisher, request: GenerationRequested) -> None:
        self._publisher = publisher
        self._request = request
        self._count = 0
        self._under_way: asyncio.Future[None] | None = None

    async def sentence(self, sentence: Sentence) -> None:
        """Publish a frame, without waiting for its acknowledgement; nothing where nobody listens."""
        if not self._request.plan.generation.streamed:
            return
        await self.settled()
        question, frame = self._request.question_id, self._count
        self._count += 1
        streamed = AnswerStreamed(
            id=uuid5(question, f"frame {frame}"), question_id=question, frame=frame, sentence=sentence
        )
        self._under_way = asyncio.ensure_future(self._publisher.publish(streamed))

    async def end(self, outcome: Outcome) -> None:
        """Publish the end, and return once the broker has all of the answer."""
        question = self._request.question_id
        completed = AnswerCompleted(
            id=uuid5(question, "completed"), question_id=question, outcome=outcome, sentences=self._count
        )
        await asyncio.gather(self.settled(), self._publisher.publish(completed))

    async def settled(self) -> None:
        """Return once the broker has acknowledged the frame that is under way."""
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            await under_way

    async def aclose(self) -> None:
        """Cancel the frame that is under way: nobody waits for it, or the request is delivered again."""
        if self._under_way is not None:
            self._under_way.cancel()
            await asyncio.wait([self._under_way])
