"""What feedback asks of the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from services.gateway.database.ports import Slice
from services.gateway.questions.feedback.model import FeedbackRecord
from services.gateway.questions.model import QuestionRecord
from shared.http_api.feedback import Reason, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackSearch(Slice):
    """Which feedback; an empty filter lets everything through."""

    verdict: Verdict | None = None
    reasons: frozenset[Reason] = frozenset()


class FeedbackRepository(Protocol):
    """What people say of answers."""

    async def put(self, record: FeedbackRecord) -> FeedbackRecord:
        """Store or replace; the time of the first one stays.

        Raises:
            NotFound: there is no such question.
        """
        ...

    async def find(self, question_id: UUID, author: str) -> FeedbackRecord | None: ...

    async def remove(self, question_id: UUID, author: str) -> bool:
        """Whether there was any."""
        ...

    async def page(self, search: FeedbackSearch) -> Sequence[tuple[FeedbackRecord, QuestionRecord]]:
        """Everybody's, newest first, each with its question."""
        ...
