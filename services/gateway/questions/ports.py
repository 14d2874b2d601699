"""What questions ask of the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.gateway.database.ports import Slice
from services.gateway.outbox.ports import IdempotencyKey
from services.gateway.questions.model import QuestionRecord, Said
from shared.contracts.questions import Outcome, QuestionAsked
from shared.http_api.questions import QuestionState


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSearch(Slice):
    """Which of a person's questions; all `words` must occur, see search_words.py."""

    states: frozenset[QuestionState] = frozenset()
    words: tuple[str, ...] = ()
    conversation: UUID | None = None


class QuestionRepository(Protocol):
    """Questions on their way. Each method is one transaction: a person waits for it."""

    async def accept(
        self, event: QuestionAsked, asked_by: str, idempotency: IdempotencyKey | None, said: Said | None = None
    ) -> None:
        """Store a question with the event that is to leave; the caller publishes it.

        Args:
            said: the person's own words and their conversation; None: the event's, in one of its own.

        Raises:
            Conflict: the idempotency key came twice at once.
        """
        ...

    async def requeue(self, question_id: UUID) -> None:
        """Have the relay publish the event, which did not leave for sure, unless the question has ended."""
        ...

    async def find(self, question_id: UUID, readable: frozenset[str] | None = None) -> QuestionRecord | None:
        """Find a question, its answer without words of other scopes than the readable ones.

        Args:
            readable: the scopes that the person who reads has now; None: it is shown to nobody.
        """
        ...

    async def finish(self, question_id: UUID, state: QuestionState, outcome: Outcome) -> QuestionRecord | None:
        """End a question once: the first outcome stays. The record as it is now, None if there is no such question."""
        ...


class QuestionHistory(Protocol):
    """Questions looked back at."""

    async def page(self, asked_by: str, search: QuestionSearch, readable: frozenset[str]) -> Sequence[QuestionRecord]:
        """A person's questions, newest first, as `find` gives them."""
        ...

    async def conversation(self, asked_by: str, conversation: UUID) -> Sequence[str]:
        """What a person asked in a conversation, oldest first: the latest of them, each as it was searched for."""
        ...

    async def rename(self, asked_by: str, conversation: UUID, title: str | None) -> bool:
        """Call a person's conversation otherwise; whether they have asked anything in it."""
        ...

    async def forget(self, question_id: UUID) -> None:
        """Remove a question with its answer and what was said of it; later ones of its conversation lose its words."""
        ...

    async def overdue(self, now: datetime) -> Sequence[UUID]:
        """Questions past their deadline that have not ended."""
        ...

    async def counts(self, asked_by: str) -> Mapping[str, int]:
        """How many of a person's questions are in each state."""
        ...
