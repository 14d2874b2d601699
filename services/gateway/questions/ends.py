"""How a question ends: once, stored first, then told to whoever listens. All of it is here.

An end comes from the generator (`completed`), from another gateway that has recorded it (`streamed`), from the person
who cancels, or from the deadline. It may come twice, at the same time, and at two replicas:

    in this process   RecentEnds lets one at a time through, and none once the end is stored
    in the database   the first outcome stays (QuestionRepository.finish)
    at the listeners  who asked here hears it from this replica, who listens elsewhere by a frame on answers.streamed
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid5

from services.gateway.questions.listeners import End, Listeners
from services.gateway.questions.metrics import QuestionMetrics
from services.gateway.questions.model import end_state, timed
from services.gateway.questions.ports import QuestionHistory, QuestionRepository
from shared.clock import utc_now
from shared.contracts.base import Failure
from shared.contracts.questions import AnswerCompleted, AnswerStreamed, Outcome
from shared.errors import DeadlineExceeded
from shared.kafka.ports import EventPublisher

_REMEMBERED = 10_000
"""Ends that are known to be stored. Forgetting one costs a look at the database."""


class RecentEnds:
    """The ends that this process is storing, and those that it has stored not long ago."""

    def __init__(self) -> None:
        self._under_way: dict[UUID, asyncio.Event] = {}
        self._stored: OrderedDict[UUID, None] = OrderedDict()

    @asynccontextmanager
    async def turn(self, question_id: UUID) -> AsyncIterator[bool]:
        """Wait until no other end of the question is being stored; whether there is one to store still."""
        while (other := self._under_way.get(question_id)) is not None:
            await other.wait()
        if question_id in self._stored:
            yield False
            return
        mine = self._under_way[question_id] = asyncio.Event()
        try:
            yield True
        finally:
            del self._under_way[question_id]
            mine.set()

    def remember(self, question_id: UUID) -> None:
        """Note that the end of a question is stored."""
        self._stored[question_id] = None
        while len(self._stored) > _REMEMBERED:
            self._stored.popitem(last=False)


class QuestionEnds:
    """Ends questions.

    Args:
        events: to tell other replicas.
        listeners: of this replica.
        metrics: of the process.
    """

    def __init__(
        self,
        repository: QuestionRepository,
        history: QuestionHistory,
        events: EventPublisher,
        listeners: Listeners,
        metrics: QuestionMetrics,
    ) -> None:
        self._repository = repository
        self._history = history
        self._events = events
        self._listeners = listeners
        self._metrics = metrics
        self._recent = RecentEnds()

    async def finish(self, question_id: UUID, outcome: Outcome, *, sentences: int = 0) -> None:
        """Store how a question ended, unless it has ended already, and tell who listens here.

        Args:
            sentences: how many have left in frames before the end.
        """
        async with self._recent.turn(question_id) as is_first:
            if is_first:
                await self._finish(question_id, outcome, sentences)

    async def completed(self, end: AnswerCompleted) -> None:
        """Store the generator's end. Whoever asked listens here, or hears of it at another replica by a last frame.

        Raises:
            Unavailable: it could not be stored, or not be told; the same end may come again.
        """
        listens_here = self._listeners.accepted(end.question_id) is not None
        await self.finish(end.question_id, end.outcome, sentences=end.sentences)
        if not listens_here:
            last = uuid5(end.question_id, "end")
            await self._events.publish(
                AnswerStreamed(id=last, question_id=end.question_id, frame=end.sentences, outcome=end.outcome)
            )

    async def streamed(self, frame: AnswerStreamed) -> None:
        """Hand a frame to whoever listens here; an end that another gateway tells is stored before they hear it."""
        if frame.outcome is None:
            if frame.frame == 0 and (accepted := self._listeners.accepted(frame.question_id)) is not None:
                self._metrics.first_sentence(accepted.created_at, utc_now())
            self._listeners.tell(frame.question_id, frame)
        elif frame.question_id in self._listeners:
            await self.finish(frame.question_id, frame.outcome, sentences=frame.frame)

    async def expire(self, question_id: UUID) -> None:
        """End a question that is past its deadline as failed."""
        await self.finish(question_id, Outcome(failure=Failure(code=DeadlineExceeded.code)))

    async def expire_overdue(self) -> int:
        """End all that are past their deadline; how many."""
        overdue = await self._history.overdue(utc_now())
        for question_id in overdue:
            await self.expire(question_id)
        return len(overdue)

    async def _finish(self, question_id: UUID, outcome: Outcome, sentences: int) -> None:
        record = self._listeners.accepted(question_id) or await self._repository.find(question_id)
        if record is None:
            return
        ended = record
        if record.outcome is None:
            complete = timed(outcome, record.created_at, utc_now())
            stored = await self._repository.finish(question_id, end_state(outcome), complete)
            if stored is None:
                return
            ended = stored
            self._metrics.ended(complete)
        self._recent.remember(question_id)
        self._listeners.tell(question_id, End(ended, sentences))
