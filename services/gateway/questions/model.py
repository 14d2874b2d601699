"""What a question is, which text is one, and how it ends. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.gateway.database.ports import Record
from shared.contracts.base import Failure
from shared.contracts.questions import Outcome, Plan, QuestionAsked, Sentence, Timings
from shared.errors import Cancelled, InvalidQuestion
from shared.http_api.questions import QuestionState

_ALLOWED_CONTROLS = {"\n", "\r", "\t", "\u200d"}


class QuestionRecord(Record):
    """A question and how it ended; without an outcome, it has not yet.

    `completed` is what was searched for, where `text`, the person's words, does not stand alone; `title` is what the
    person calls the conversation.
    """

    question_id: UUID
    text: str
    completed: str | None = None
    conversation: UUID | None = None
    title: str | None = None
    language: str
    asked_by: str
    state: QuestionState
    outcome: Outcome | None
    created_at: datetime
    deadline: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in the words and with the wishes of the person.

    Attributes:
        language: of the answer; None: the question's.
        otherwise: the language of a question that tells none.
        conversation: that it goes on; None: one of its own.
        earlier: what was asked before it, oldest first, for clients that keep their conversations themselves.
    """

    text: str
    language: str | None = "fr"
    plan: Plan = field(default_factory=Plan)
    otherwise: str = "fr"
    conversation: UUID | None = None
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said, and in which conversation; the event has what is searched for."""

    words: str
    conversation: UUID


_UNSEEN = re.compile(
    r"[\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
    r"|(?<=[\w\s.])\u200d|\u200d(?=[\w\s.]|$)"
)
"""Zero-width spaces, marks of direction, word joiner, byte order mark, soft hyphen: pages and address books have them
within numbers of articles. The joiner of an emoji's parts stays."""


def question_text(text: str, max_chars: int) -> str:
    """The text of a question without the space around it, and without what copying from a page brings unseen.

    Raises:
        InvalidQuestion: empty, longer than `max_chars`, or with control characters.
    """
    text = _UNSEEN.sub("", text)
    if not any(unicodedata.category(each)[0] in "LNPS" for each in text):  # spaces, joiners and accents alone
        raise InvalidQuestion(reason="empty")
    if len(text) > max_chars:
        raise InvalidQuestion(reason="too-long", limit=max_chars, length=len(text))
    if any(not (each.isprintable() or each in _ALLOWED_CONTROLS or each.isspace()) for each in text):
        raise InvalidQuestion(reason="control-characters")
    return text.strip()


def accepted(event: QuestionAsked, asked_by: str, said: Said | None = None) -> QuestionRecord:
    """The record of a question that has just been accepted; alone in its conversation where nothing else is said."""
    said = said or Said(event.text, event.question_id)
    return QuestionRecord(
        question_id=event.question_id,
        text=said.words,
        completed=event.text if event.text != said.words else None,
        conversation=said.conversation,
        language=event.language,
        asked_by=asked_by,
        state=QuestionState.ACCEPTED,
        outcome=None,
        created_at=event.occurred_at,
        deadline=event.deadline,
    )


def cancelled(said: Sequence[Sentence]) -> Outcome:
    """Return the outcome of a question that is cancelled: what had been written of its answer stays, with its source.

    Args:
        said: the sentences that had left.
    """
    writer = next((each.writer for each in said if each.writer is not None), None)
    written = {"mode": "generated", **writer.model_dump()} if writer else {}
    return Outcome(
        answer="\n\n".join(each.text for each in said),
        citations=[citation for each in said for citation in each.citations],
        failure=Failure(code=Cancelled.code),
        **written,
    )


def end_state(outcome: Outcome) -> QuestionState:
    """The state that a question ends in."""
    if outcome.failure is None:
        return QuestionState.ABSTAINED if outcome.abstained else QuestionState.ANSWERED
    return QuestionState.CANCELLED if outcome.failure.code == Cancelled.code else QuestionState.FAILED


def timed(outcome: Outcome, accepted_at: datetime, now: datetime) -> Outcome:
    """Complete the timings: the total as the client lived it, and what is neither embedding, search nor writing."""
    known = outcome.timings
    total = (now - accepted_at).total_seconds() * 1000
    worked = sum(step or 0.0 for step in (known.embed, known.retrieve, known.generate))
    timings = Timings(
        queue=round(max(total - worked, 0.0), 2),
        embed=known.embed,
        retrieve=known.retrieve,
        generate=known.generate,
        total=round(total, 2),
    )
    return outcome.model_copy(update={"timings": timings})
