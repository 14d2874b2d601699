"""Conversations as a list shows them: each once, by the day of its latest question. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.http_api.questions import QuestionView
from shared.language.names import one_line


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation by its title, else its first question that was found; `questions`: how many of them were found.

    `is_named`: whether the person gave it a title.
    """

    id: UUID
    title: str
    day: date
    questions: int
    is_named: bool = False

    @property
    def address(self) -> str:
        return f"/conversations/{self.id}"


@dataclass(frozen=True, slots=True)
class Day:
    """The conversations of a day; `name` is today, yesterday or nothing."""

    name: str
    date: date
    conversations: Sequence[Conversation]


def conversations_of(questions: Iterable[QuestionView]) -> list[Conversation]:
    """Return the conversations of questions that come newest first, in the order of their latest question."""
    found: dict[UUID, Conversation] = {}
    for each in questions:
        identity = each.conversation or each.id
        former = found.get(identity)
        day = former.day if former else each.created_at.astimezone().date()
        count = former.questions + 1 if former else 1
        named = former.title if former and former.is_named else each.title
        title = one_line(named or each.question)
        found[identity] = Conversation(identity, title, day, count, is_named=bool(named))
    return list(found.values())


def days_of(conversations: Iterable[Conversation], today: date) -> list[Day]:
    """Return conversations by day, in their order."""
    days: dict[date, list[Conversation]] = {}
    for each in conversations:
        days.setdefault(each.day, []).append(each)
    return [Day(_name(day, today), day, found) for day, found in days.items()]


def _name(day: date, today: date) -> str:
    return {0: "today", 1: "yesterday"}.get((today - day).days, "")
