"""Models of questions and answers."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from shared.contracts.confidentiality import Confidentiality
from shared.contracts.questions import Citation, Evidence, Timings
from shared.http_api.duerp.fields import Name
from shared.http_api.paging import Moment, Page


class QuestionState(StrEnum):
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    ABSTAINED = "abstained"
    FAILED = "failed"
    CANCELLED = "cancelled"


class AnswerFormat(StrEnum):
    """What an answer is written as: Markdown, a Word document."""

    MD = "md"
    DOCX = "docx"


class QuestionBody(BaseModel):
    """A question. `evidence`: how many passages to bring back; `passages`: how many of them to answer from."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(json_schema_extra={"minLength": 1})
    language: str | None = Field(
        default=None,
        pattern=r"^[a-z]{2}(-[A-Za-z]{2,8})?$",
        description="of the answer; default: the question's where it can be told, else French",
    )
    conversation: UUID | None = Field(
        default=None,
        description="that the question goes on: `conversation` of an earlier answer, or an id of one's own; what the "
        "question leaves out is completed from one's own questions in it",
    )
    evidence: StrictInt = Field(default=10, ge=1, le=500)
    passages: StrictInt = Field(default=8, ge=1, le=50)
    backend: str | None = Field(
        default=None, max_length=100, description="who writes, of GET /v1/backends; default: the deployment's"
    )
    confidentiality: Confidentiality = Field(
        default=Confidentiality.CONFIDENTIAL,
        description="of the question; passages of a unit or a delegation make it confidential anyway",
    )


class QuestionQuery(Page):
    """Which of one's own questions to list."""

    state: list[QuestionState] = Field(default=[], max_length=20)
    search: str = Field(
        default="", max_length=200, description="words of the question, in any case, with or without accents"
    )
    conversation: UUID | None = None
    since: Moment | None = None
    until: Moment | None = Field(default=None, description="before this moment")


class NoticeView(BaseModel):
    """Such as a model that does not answer, and quotes in its place. `text` is in the reader's language."""

    code: str
    params: dict[str, str | int]
    text: str


class AnswerView(BaseModel):
    """A question and how it ended, or that it has not yet (`state` accepted, no answer)."""

    id: UUID
    question: str
    completed: str | None = Field(
        default=None, description="what was searched for, where the question does not stand alone"
    )
    conversation: UUID | None = Field(
        default=None, description="to go on with; null for questions from before there were any"
    )
    state: QuestionState
    answer: str | None
    abstained: bool
    mode: str = Field(
        description="extractive: every word is quoted; generated: a language model wrote; "
        "conversation: Vigie's own words, nothing was searched for"
    )
    backend: str
    model: str | None = Field(description="of the backend, when a model wrote")
    prompt: str | None = Field(description="version of the instructions, when a model wrote")
    confidentiality: Confidentiality | None = Field(description="of the question with its passages, once answered")
    notice: NoticeView | None = Field(description="why the answer is not what was asked for")
    citations: list[Citation]
    evidence: list[Evidence]
    removed: int = Field(description="sentences that did not leave, because they failed a check")
    timings_ms: Timings
    failure: dict[str, Any] | None
    language: str
    created_at: datetime
    url: str


class QuestionView(BaseModel):
    """A question in a list; `url` has its citations and the rest."""

    id: UUID
    question: str
    completed: str | None = None
    conversation: UUID | None = None
    title: str | None = Field(default=None, description="what the person calls the conversation")
    state: QuestionState
    answer: str | None
    language: str
    created_at: datetime
    url: str


class ConversationEdit(BaseModel):
    """What to change of a conversation of one's own. Without a title it is called by its first question."""

    model_config = ConfigDict(extra="forbid")

    title: Name | None


class QuestionList(BaseModel):
    """Newest first. `next` is the `after` of the following page, null on the last."""

    questions: list[QuestionView]
    next: str | None
