"""Feedback: a person's verdict on the answers to their own questions; what admins see of everybody's."""

from collections.abc import Callable, Sequence
from uuid import UUID

from services.gateway.policy import may_administer, require
from services.gateway.questions.feedback.model import FeedbackRecord, said
from services.gateway.questions.feedback.ports import FeedbackRepository, FeedbackSearch
from services.gateway.questions.model import QuestionRecord
from services.gateway.questions.service import QuestionService
from shared.access import Principal, Role
from shared.clock import utc_now
from shared.errors import Conflict, NotFound
from shared.http_api.feedback import FeedbackBody


class FeedbackService:
    """Judging answers.

    Args:
        questions: find the question that an answer belongs to, and whether it is the person's own.
        given: takes each verdict that was stored, to be counted.
    """

    def __init__(
        self, questions: QuestionService, feedback: FeedbackRepository, given: Callable[[FeedbackBody], None]
    ) -> None:
        self._questions = questions
        self._feedback = feedback
        self._given = given

    async def put(self, principal: Principal, question_id: UUID, body: FeedbackBody) -> FeedbackRecord:
        """Say what one thinks of an answer to one's own question, or something else than before.

        Raises:
            NotFound: there is no such question, or somebody else asked it.
            Conflict: it has no end yet.
            InvalidInput: a reason to praise, or a comment that is no text.
        """
        question = await self._questions.find(principal, question_id)
        if question.outcome is None:
            raise Conflict(reason="question has not ended")
        record = await self._feedback.put(said(question_id, principal.subject, body, utc_now()))
        self._given(body)
        return record

    async def find(self, principal: Principal, question_id: UUID) -> FeedbackRecord:
        """One's own.

        Raises:
            NotFound: there is no such question, it is not one's own, or nothing was said of its answer.
        """
        await self._questions.find(principal, question_id)
        record = await self._feedback.find(question_id, principal.subject)
        if record is None:
            raise NotFound(what="feedback")
        return record

    async def remove(self, principal: Principal, question_id: UUID) -> None:
        """Take one's own feedback back; errors as `find`."""
        await self._questions.find(principal, question_id)
        if not await self._feedback.remove(question_id, principal.subject):
            raise NotFound(what="feedback")

    async def page(
        self, principal: Principal, search: FeedbackSearch
    ) -> Sequence[tuple[FeedbackRecord, QuestionRecord]]:
        """Everybody's, newest first, for those who look after the platform.

        Raises:
            Forbidden: the person is no admin.
        """
        require(may_administer(principal), role=Role.ADMIN)
        return await self._feedback.page(search)
