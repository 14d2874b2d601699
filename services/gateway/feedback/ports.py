"""What feedback asks of the database, and its record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.gateway.database.ports import Slice
from services.gateway.questions.ports import QuestionRecord
from shared.http_api.feedback import Reason, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackRecord:
    """What a person says of an answer; at most one of each person and question."""

    question_id: UUID
    author: str
    verdict: Verdict
    reason: Reason | None
    comment: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackSearch(Slice):
    verdict: Verdict | None = None
    reasons: frozenset[Reason] = frozenset()


class FeedbackRepository(Protocol):
    """What people say of answers."""

    async def put(self, record: FeedbackRecord) -> FeedbackRecord:
        """Store or replace; the time of the first one stays."""
        ...

    async def find(self, question_id: UUID, author: str) -> FeedbackRecord | None: ...

    async def remove(self, question_id: UUID, author: str) -> bool:
        """Whether there was any."""
        ...

    async def page(self, search: FeedbackSearch) -> Sequence[tuple[FeedbackRecord, QuestionRecord]]:
        """Everybody's, newest first, each with its question."""
        ...
