"""Models of feedback on answers."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.http_api.paging import Moment, Page
from shared.http_api.questions import QuestionState


class Verdict(StrEnum):
    UP = "up"
    DOWN = "down"


class Reason(StrEnum):
    """What is wrong with an answer."""

    WRONG = "wrong"
    INCOMPLETE = "incomplete"
    OFF_TOPIC = "off-topic"
    BAD_CITATION = "bad-citation"
    OUTDATED = "outdated"
    UNCLEAR = "unclear"
    OTHER = "other"


class FeedbackBody(BaseModel):
    """`reason` goes with the verdict down."""

    model_config = ConfigDict(extra="forbid")

    verdict: Verdict
    reason: Reason | None = None
    comment: str | None = Field(default=None, max_length=2000)


class FeedbackView(BaseModel):
    """One's own feedback on an answer."""

    question: UUID
    verdict: Verdict
    reason: Reason | None
    comment: str | None
    created_at: datetime
    updated_at: datetime
    url: str


class FeedbackEntry(BaseModel):
    """What an admin sees of somebody's feedback: no text, and not whose it is.

    A question, its answer and a comment may quote documents that the admin has no right to read.
    """

    question: UUID
    verdict: Verdict
    reason: Reason | None
    commented: bool
    state: QuestionState = Field(description="of the question")
    mode: str = Field(description="of its answer: extractive or generated")
    backend: str = Field(description="which wrote the answer")
    model: str | None
    created_at: datetime
    updated_at: datetime


class FeedbackList(BaseModel):
    """Newest first. `next` is the `after` of the following page, null on the last."""

    feedback: list[FeedbackEntry]
    next: str | None


class FeedbackQuery(Page):
    """Which feedback to list; `since` and `until` are about when it was first given."""

    verdict: Verdict | None = None
    reason: list[Reason] = Field(default=[], max_length=len(Reason))
    since: Moment | None = None
    until: Moment | None = Field(default=None, description="before this moment")
