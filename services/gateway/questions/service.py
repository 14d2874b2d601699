"""Questions: accepted once and sent on their way, found again, cancelled, forgotten.

How one ends is told in ends.py, how a client hears of it in following.py.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from services.gateway.embedding_models.ports import EmbeddingInUse
from services.gateway.outbox.ports import Idempotency, IdempotencyKey
from services.gateway.policy import may_open_question
from services.gateway.questions.ends import QuestionEnds
from services.gateway.questions.listeners import Listeners
from services.gateway.questions.model import Asked, QuestionRecord, Said, accepted, cancelled, question_text
from services.gateway.questions.ports import QuestionHistory, QuestionRepository, QuestionSearch
from services.gateway.questions.reading import Reading, read
from shared.access import Grant, GrantSigner, Principal
from shared.clock import utc_now
from shared.contracts.questions import QuestionAsked, QuestionCancelled
from shared.errors import NotFound, Unavailable
from shared.kafka.ports import EventPublisher

logger = logging.getLogger("vigie.gateway")

LATE_S = 2.0
"""How long after the deadline a waiting client still hears that it has passed: the sweep comes once a second."""


class QuestionService:
    """Asking, finding, cancelling and forgetting questions.

    Args:
        models: tell which vectors a question is asked with.
        ends: ends questions.
        listeners: of this replica.
        deadline_s: seconds after which an unanswered question has failed.
        max_chars: longest question.
    """

    def __init__(
        self,
        repository: QuestionRepository,
        history: QuestionHistory,
        known: Idempotency,
        events: EventPublisher,
        signer: GrantSigner,
        models: EmbeddingInUse,
        ends: QuestionEnds,
        listeners: Listeners,
        *,
        deadline_s: float,
        max_chars: int,
    ) -> None:
        self._repository = repository
        self._history = history
        self._idempotency = known
        self._events = events
        self._signer = signer
        self._models = models
        self._ends = ends
        self._listeners = listeners
        self._deadline = timedelta(seconds=deadline_s)
        self._max_chars = max_chars

    async def ask(self, principal: Principal, asked: Asked, request: IdempotencyKey | None = None) -> UUID:
        """Accept a question and send it on its way; its id.

        Raises:
            InvalidQuestion: empty, too long, or with control characters.
            Conflict: the idempotency key was used for another question.
        """
        text = question_text(asked.text, self._max_chars)
        if request is not None and (known := await self._idempotency.known(request)) is not None:
            return known
        reading = await self._read(principal, asked, text)
        event = await self._event(principal, asked, reading)
        said = Said(text, asked.conversation or event.question_id)
        await self._repository.accept(event, principal.subject, request, said)
        self._listeners.reserve(accepted(event, principal.subject, said), self._deadline.total_seconds() + LATE_S)
        if reading.outcome is not None:  # nothing is searched for: it has ended before anybody else hears of it
            await self._ends.finish(event.question_id, reading.outcome)
            return event.question_id
        try:
            await self._events.publish(event)
        except Unavailable:
            await self._requeue(event.question_id)
        return event.question_id

    async def find(self, principal: Principal, question_id: UUID) -> QuestionRecord:
        """A question of this person's own, its answer without words of what they may not read now.

        Raises:
            NotFound: there is none, or somebody else asked it.
        """
        record = await self._repository.find(question_id, principal.scopes)
        if record is None or not may_open_question(principal, record):
            raise NotFound(what="question")
        return record

    async def page(self, principal: Principal, search: QuestionSearch) -> Sequence[QuestionRecord]:
        """What the search finds among this person's own questions, newest first; as `find` gives them."""
        return await self._history.page(principal.subject, search, principal.scopes)

    async def cancel(self, principal: Principal, question_id: UUID) -> None:
        """End a question that nobody waits for any more, and tell the workers to leave it.

        What this replica has heard of the answer stays; nothing happens to a question that has ended.

        Raises:
            NotFound: there is none, or somebody else asked it.
        """
        record = await self.find(principal, question_id)
        if record.outcome is not None:
            return
        await self._ends.finish(question_id, cancelled(self._listeners.said(question_id)))
        try:
            await self._events.publish(QuestionCancelled(question_id=question_id))
        except Unavailable:
            logger.warning("workers were not told that %s is cancelled", question_id)

    async def rename(self, principal: Principal, conversation: UUID, title: str | None) -> None:
        """Call a conversation of one's own otherwise; None: by its first question.

        Raises:
            NotFound: this person has asked nothing in it.
        """
        if not await self._history.rename(principal.subject, conversation, title):
            raise NotFound(what="conversation")

    async def forget(self, principal: Principal, question_id: UUID) -> None:
        """Remove a question of one's own with its answer and feedback, for good; one under way is cancelled first.

        Raises:
            NotFound: there is none, or somebody else asked it.
        """
        await self.cancel(principal, question_id)
        await self._history.forget(question_id)

    async def counts(self, principal: Principal) -> Mapping[str, int]:
        """How many questions this person has asked, by state."""
        return await self._history.counts(principal.subject)

    async def _read(self, principal: Principal, asked: Asked, text: str) -> Reading:
        earlier: Sequence[str] = asked.earlier
        if asked.conversation is not None and not earlier:
            earlier = await self._history.conversation(principal.subject, asked.conversation)
        return read(text, earlier, asked.language, asked.otherwise)

    async def _event(self, principal: Principal, asked: Asked, reading: Reading) -> QuestionAsked:
        question_id, now = uuid4(), utc_now()
        grant = Grant(principal.subject, principal.scopes, "read", question_id)
        return QuestionAsked(
            occurred_at=now,
            question_id=question_id,
            text=reading.text,
            language=reading.language,
            deadline=now + self._deadline,
            plan=asked.plan,
            grant=self._signer.sign(grant, expires_at=now + self._deadline),
            embedding=await self._models.in_use(),
        )

    async def _requeue(self, question_id: UUID) -> None:
        logger.warning("question %s waits for the broker", question_id)
        try:
            await self._repository.requeue(question_id)
        except Unavailable as error:  # it is accepted all the same, and ends with its deadline at the latest
            logger.warning("question %s was not put off: %s", question_id, error)
