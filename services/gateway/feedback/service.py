"""A person's own questions, and what they say of the answers."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from services.gateway.feedback.ports import FeedbackRecord, FeedbackRepository, FeedbackSearch
from services.gateway.policy import may_administer, require
from services.gateway.questions.ports import QuestionHistory, QuestionRecord, QuestionSearch
from services.gateway.questions.service import QuestionService
from shared.access import Principal, Role
from shared.errors import Conflict, InvalidInput, NotFound
from shared.http_api.feedback import FeedbackBody, Verdict


class HistoryService:
    """Looking back at questions: to find them again, to judge their answers, to have them forgotten."""

    def __init__(self, questions: QuestionService, history: QuestionHistory, feedback: FeedbackRepository) -> None:
        self._questions = questions
        self._history = history
        self._feedback = feedback

    async def page(self, principal: Principal, search: QuestionSearch) -> Sequence[QuestionRecord]:
        return await self._history.page(principal.subject, search)

    async def forget(self, principal: Principal, question_id: UUID) -> None:
        """Remove a question of one's own with its answer and feedback, for good; one under way is cancelled first.

        Raises:
            NotFound: there is none, or somebody else asked it.
        """
        await self._questions.cancel(principal, question_id)
        await self._history.forget(question_id)

    async def judge(self, principal: Principal, question_id: UUID, body: FeedbackBody) -> FeedbackRecord:
        """Say what one thinks of an answer to one's own question, or something else than before.

        Raises:
            NotFound: there is no such question, or somebody else asked it.
            Conflict: it has no end yet.
            InvalidInput: a reason to praise, or a comment that is no text.
        """
        question = await self._questions.find(principal, question_id)
        if question.outcome is None:
            raise Conflict(reason="question has not ended")
        if body.verdict is Verdict.UP and body.reason is not None:
            raise InvalidInput(reason="praise-with-reason")
        now = datetime.now(UTC)
        record = FeedbackRecord(
            question_id=question_id,
            author=principal.subject,
            verdict=body.verdict,
            reason=body.reason,
            comment=_comment(body.comment),
            created_at=now,
            updated_at=now,
        )
        return await self._feedback.put(record)

    async def feedback(self, principal: Principal, question_id: UUID) -> FeedbackRecord:
        """One's own.

        Raises:
            NotFound: there is no such question, it is not one's own, or nothing was said of its answer.
        """
        await self._questions.find(principal, question_id)
        record = await self._feedback.find(question_id, principal.subject)
        if record is None:
            raise NotFound(what="feedback")
        return record

    async def take_back(self, principal: Principal, question_id: UUID) -> None:
        """Remove one's own feedback; errors as `feedback`."""
        await self._questions.find(principal, question_id)
        if not await self._feedback.remove(question_id, principal.subject):
            raise NotFound(what="feedback")

    async def all_feedback(
        self, principal: Principal, search: FeedbackSearch
    ) -> Sequence[tuple[FeedbackRecord, QuestionRecord]]:
        """Everybody's, for those who look after the platform.

        Raises:
            Forbidden: the person is no admin.
        """
        require(may_administer(principal), role=Role.ADMIN)
        return await self._feedback.page(search)


def _comment(text: str | None) -> str | None:
    words = (text or "").strip()
    if not all(character.isprintable() or character.isspace() for character in words):
        raise InvalidInput(reason="comment")
    return words or None
