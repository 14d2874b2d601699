"""What questions ask of the database, and the records that they speak of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.gateway.database.ports import Slice
from services.gateway.outbox.ports import IdempotencyKey
from shared.contracts.index import Embedding
from shared.contracts.questions import Outcome, QuestionAsked
from shared.http_api.questions import QuestionState


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRecord:
    question_id: UUID
    text: str
    language: str
    asked_by: str
    state: QuestionState
    outcome: Outcome | None
    created_at: datetime
    deadline: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSearch(Slice):
    states: frozenset[QuestionState] = frozenset()
    words: tuple[str, ...] = ()


class QuestionRepository(Protocol):
    async def accept(
        self, question: Callable[[Embedding], QuestionAsked], asked_by: str, idempotency: IdempotencyKey | None
    ) -> QuestionAsked:
        """Store a question, made for the vectors that are in use at that moment, with the event that is to leave.

        Raises:
            Conflict: the idempotency key came twice at once.
        """
        ...

    async def requeue(self, question_id: UUID) -> None:
        """The event did not leave, or nobody knows: it is due for the outbox's relay, unless the question has ended."""
        ...

    async def find(self, question_id: UUID) -> QuestionRecord | None: ...

    async def finish(self, question_id: UUID, state: QuestionState, outcome: Outcome) -> QuestionRecord | None:
        """End a question once: the first outcome stays. The record as it is now, None if there is no such question."""
        ...

    async def overdue(self, now: datetime) -> Sequence[UUID]: ...


class QuestionHistory(Protocol):
    """A person's questions."""

    async def page(self, asked_by: str, search: QuestionSearch) -> Sequence[QuestionRecord]:
        """Newest first."""
        ...

    async def forget(self, question_id: UUID) -> None:
        """Remove a question with its answer and what was said of it."""
        ...
