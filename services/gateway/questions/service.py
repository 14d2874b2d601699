"""Questions: accepted once, waited for by whoever asked, ended once."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID, uuid4, uuid5

from services.gateway.outbox.ports import Idempotency, IdempotencyKey
from services.gateway.questions.listeners import End, Listener, Listeners
from services.gateway.questions.ports import QuestionRecord, QuestionRepository
from shared.access import Grant, GrantSigner, Principal
from shared.contracts.base import Failure
from shared.contracts.questions import (
    AnswerCompleted,
    AnswerStreamed,
    Outcome,
    Plan,
    QuestionAsked,
    QuestionCancelled,
    Sentence,
    Timings,
)
from shared.errors import Cancelled, DeadlineExceeded, InvalidQuestion, NotFound, Unavailable
from shared.http_api.questions import QuestionState
from shared.kafka.ports import EventPublisher

logger = logging.getLogger("vigie.gateway")

_ALLOWED_CONTROLS = {"\n", "\r", "\t"}
_LOOK_S = 1.0
"""How often who follows a question of another replica looks whether it has ended: the last frame may have passed before
they listened."""
_REMEMBERED = 10_000
"""Ends that are known to be stored. Forgetting one costs a look at the database."""
_LATE_SENTENCE_S = 1.0
"""How long sentences are waited for once the end is there, which comes by a topic of its own."""
_LATE_S = 2.0
"""How long after the deadline a waiting client still hears that it has passed: the sweep comes once a second."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in the words and with the wishes of the person."""

    text: str
    language: str = "fr"
    plan: Plan = field(default_factory=Plan)


class QuestionService:
    """Asking, following and ending questions.

    Args:
        deadline_s: seconds after which an unanswered question has failed.
        max_chars: longest question.
    """

    def __init__(
        self,
        ledger: QuestionRepository,
        idempotency: Idempotency,
        events: EventPublisher,
        signer: GrantSigner,
        *,
        deadline_s: float,
        max_chars: int,
    ) -> None:
        self._ledger = ledger
        self._idempotency = idempotency
        self._events = events
        self._signer = signer
        self._deadline = timedelta(seconds=deadline_s)
        self._max_chars = max_chars
        self._listeners = Listeners()
        self._ending: dict[UUID, asyncio.Event] = {}
        self._ended: OrderedDict[UUID, None] = OrderedDict()

    async def ask(self, principal: Principal, asked: Asked, idempotency: IdempotencyKey | None = None) -> UUID:
        """Accept a question and send it on its way.

        Raises:
            InvalidQuestion: empty, too long, or with control characters.
            Conflict: the idempotency key was used for another question.
        """
        text = self._checked(asked.text)
        if idempotency is not None and (known := await self._idempotency.known(idempotency)) is not None:
            return known
        question_id = uuid4()
        now = datetime.now(UTC)
        grant = Grant(principal.subject, principal.scopes, "read", question_id)
        made = partial(
            QuestionAsked,
            occurred_at=now,
            question_id=question_id,
            text=text,
            language=asked.language,
            deadline=now + self._deadline,
            plan=asked.plan,
            grant=self._signer.sign(grant, expires_at=now + self._deadline),
        )
        event = await self._ledger.accept(lambda embedding: made(embedding=embedding), principal.subject, idempotency)
        self._listeners.reserve(_accepted(event, principal.subject), self._deadline.total_seconds() + _LATE_S)
        try:
            await self._events.publish(event)
        except Unavailable:
            await self._requeue(question_id)
        return question_id

    async def _requeue(self, question_id: UUID) -> None:
        logger.warning("question %s waits for the broker", question_id)
        try:
            await self._ledger.requeue(question_id)
        except Unavailable as error:  # it is accepted all the same, and ends with its deadline at the latest
            logger.warning("question %s was not put off: %s", question_id, error)

    async def find(self, principal: Principal, question_id: UUID) -> QuestionRecord:
        """A question of this person's own.

        Raises:
            NotFound: there is none, or somebody else asked it.
        """
        record = await self._ledger.find(question_id)
        if record is None or record.asked_by != principal.subject:
            raise NotFound(what="question")
        return record

    async def follow(self, principal: Principal, question_id: UUID) -> AsyncGenerator[Sentence | QuestionRecord, None]:
        """The sentences as they come, then the question's record with its outcome; the record alone if it has ended."""
        listener = self._listeners.join(question_id)
        try:
            record = listener.accepted or await self.find(principal, question_id)
            next_frame = last_frame = 0
            while record.outcome is None or next_frame < last_frame:
                heard = await self._heard(principal, listener, record)
                if isinstance(heard, End):
                    record, last_frame = heard.record, heard.sentences if listener.accepted else 0
                elif heard.sentence is not None and heard.frame >= next_frame:  # a redelivered frame was shown already
                    next_frame = heard.frame + 1
                    yield heard.sentence
            yield record
        finally:
            self._listeners.leave(question_id, listener)

    async def _heard(self, principal: Principal, listener: Listener, record: QuestionRecord) -> AnswerStreamed | End:
        """What comes next; where nothing comes in time, how the question stands."""
        patience = (record.deadline - datetime.now(UTC)).total_seconds() + _LATE_S
        if record.outcome is not None:
            pause = _LATE_SENTENCE_S
        else:
            pause = patience if listener.accepted else min(patience, _LOOK_S)
        try:
            async with asyncio.timeout(max(pause, 0.1)):
                return await listener.heard.get()
        except TimeoutError:
            if record.outcome is not None:
                return End(record)
            return End(await (self._expire if pause == patience else self.find)(principal, record.question_id))

    async def streamed(self, frame: AnswerStreamed) -> None:
        """A frame for whoever waits here; the end is stored before anybody hears of it."""
        if frame.question_id not in self._listeners:
            return
        if frame.outcome is not None:
            await self.finish(frame.question_id, frame.outcome, sentences=frame.frame)
        else:
            self._listeners.tell(frame.question_id, frame)

    async def completed(self, end: AnswerCompleted) -> None:
        """Store how a question ended. Whoever asked waits here, or hears of it at another replica by a last frame.

        Raises:
            Unavailable: it could not be stored, or not be told; the same end may come again.
        """
        waits_here = self._listeners.accepted(end.question_id) is not None
        await self.finish(end.question_id, end.outcome, sentences=end.sentences)
        if not waits_here:
            last = uuid5(end.question_id, "end")
            await self._events.publish(
                AnswerStreamed(id=last, question_id=end.question_id, frame=end.sentences, outcome=end.outcome)
            )

    async def finish(self, question_id: UUID, outcome: Outcome, *, sentences: int = 0) -> None:
        """Store how a question ended, unless it has ended already, and tell who waits.

        An end may come twice at the same time: the second one waits until the first is stored, and has nothing left
        to do.
        """
        while (other := self._ending.get(question_id)) is not None:
            await other.wait()
        if question_id in self._ended:
            return
        ending = self._ending[question_id] = asyncio.Event()
        try:
            await self._finish(question_id, outcome, sentences)
        finally:
            del self._ending[question_id]
            ending.set()

    async def _finish(self, question_id: UUID, outcome: Outcome, sentences: int) -> None:
        record = self._listeners.accepted(question_id) or await self._ledger.find(question_id)
        if record is None:
            return
        ended: QuestionRecord | None = record
        if record.outcome is None:
            ended = await self._ledger.finish(question_id, _state(outcome), _timed(outcome, record.created_at))
        if ended is not None:
            self._remember_end(question_id)
            self._listeners.tell(question_id, End(ended, sentences))

    async def cancel(self, principal: Principal, question_id: UUID) -> None:
        """Nobody waits any more: end the question and tell the workers to leave it."""
        record = await self.find(principal, question_id)
        if record.outcome is not None:
            return
        await self.finish(question_id, Outcome(failure=Failure(code=Cancelled.code)))
        try:
            await self._events.publish(QuestionCancelled(question_id=question_id))
        except Unavailable:
            logger.warning("workers were not told that %s is cancelled", question_id)

    async def end_overdue(self) -> int:
        """End what is past its deadline as failed; how many."""
        overdue = await self._ledger.overdue(datetime.now(UTC))
        for question_id in overdue:
            await self.finish(question_id, Outcome(failure=Failure(code=DeadlineExceeded.code)))
        return len(overdue)

    async def _expire(self, principal: Principal, question_id: UUID) -> QuestionRecord:
        await self.finish(question_id, Outcome(failure=Failure(code=DeadlineExceeded.code)))
        return await self.find(principal, question_id)

    def _remember_end(self, question_id: UUID) -> None:
        self._ended[question_id] = None
        while len(self._ended) > _REMEMBERED:
            self._ended.popitem(last=False)

    def _checked(self, text: str) -> str:
        if not text.strip():
            raise InvalidQuestion(reason="empty")
        if len(text) > self._max_chars:
            raise InvalidQuestion(reason="too-long", limit=self._max_chars, length=len(text))
        if any(
            not (character.isprintable() or character in _ALLOWED_CONTROLS or character.isspace()) for character in text
        ):
            raise InvalidQuestion(reason="control-characters")
        return text.strip()


def _accepted(event: QuestionAsked, asked_by: str) -> QuestionRecord:
    return QuestionRecord(
        question_id=event.question_id,
        text=event.text,
        language=event.language,
        asked_by=asked_by,
        state=QuestionState.ACCEPTED,
        outcome=None,
        created_at=event.occurred_at,
        deadline=event.deadline,
    )


def _state(outcome: Outcome) -> QuestionState:
    if outcome.failure is None:
        return QuestionState.ABSTAINED if outcome.abstained else QuestionState.ANSWERED
    return QuestionState.CANCELLED if outcome.failure.code == Cancelled.code else QuestionState.FAILED


def _timed(outcome: Outcome, accepted_at: datetime) -> Outcome:
    """Complete the timings: the total as the client lived it, and what is neither embedding, search nor writing."""
    known = outcome.timings
    total = (datetime.now(UTC) - accepted_at).total_seconds() * 1000
    worked = sum(step or 0.0 for step in (known.embed, known.retrieve, known.generate))
    timings = Timings(
        queue=round(max(total - worked, 0.0), 2),
        embed=known.embed,
        retrieve=known.retrieve,
        generate=known.generate,
        total=round(total, 2),
    )
    return outcome.model_copy(update={"timings": timings})
