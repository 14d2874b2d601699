"""What the API says and hears: the JSON of documents, questions, answers and passages."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.gateway.ports import DocumentRecord, QuestionRecord, QuestionState
from services.gateway.problems import problem, status_of
from services.gateway.service import OpenedPassage
from shared.messages import Citation, Evidence, GenerationPlan, Outcome, Plan, RetrievalPlan, Timings
from shared.passages import Passage


class DocumentView(BaseModel):
    """A document's latest version and how far it got: `embedded` and `indexed` of `passages`."""

    id: UUID
    version: UUID
    sequence: int
    scope: str
    key: str
    title: str
    file_name: str
    media_type: str
    size: int = Field(description="bytes")
    state: str
    passages: int
    embedded: int
    indexed: int
    failure: dict[str, Any] | None = Field(description="a problem (RFC 9457), when the state is failed")
    created_at: datetime
    updated_at: datetime
    url: str
    events: str

    @classmethod
    def of(cls, record: DocumentRecord, language: str) -> "DocumentView":
        failure = record.failure
        return cls(
            id=record.document_id,
            version=record.version_id,
            sequence=record.sequence,
            scope=record.scope,
            key=record.key,
            title=record.title,
            file_name=record.file_name,
            media_type=record.media_type,
            size=record.size,
            state=record.state,
            passages=record.passages,
            embedded=record.embedded,
            indexed=record.indexed,
            failure=problem(failure, status_of(failure.code), language) if failure else None,
            created_at=record.created_at,
            updated_at=record.updated_at,
            url=f"/v1/documents/{record.document_id}",
            events=f"/v1/documents/{record.document_id}/events",
        )


class DocumentList(BaseModel):
    """`next` is the `after` of the following page, null on the last."""

    documents: list[DocumentView]
    next: UUID | None


class QuestionBody(BaseModel):
    """A question. `evidence`: how many passages to bring back; `passages`: how many of them to answer from."""

    model_config = ConfigDict(extra="forbid")

    question: str
    language: str = Field(default="fr", pattern=r"^[a-z]{2}(-[A-Za-z]{2,8})?$")
    evidence: int = Field(default=10, ge=1, le=500)
    passages: int = Field(default=8, ge=1, le=50)
    backend: str = Field(default="extractive", max_length=100)

    def plan(self) -> Plan:
        return Plan(
            retrieval=RetrievalPlan(evidence=self.evidence),
            generation=GenerationPlan(backend=self.backend, passages=self.passages),
        )


class AnswerView(BaseModel):
    """A question and how it ended, or that it has not yet (`state` accepted, no answer)."""

    id: UUID
    question: str
    state: str
    answer: str | None
    abstained: bool
    mode: str
    citations: list[Citation]
    evidence: list[Evidence]
    removed: int = Field(description="sentences that did not leave, because their citations failed")
    timings_ms: Timings
    failure: dict[str, Any] | None
    url: str

    @classmethod
    def of(cls, record: QuestionRecord, language: str) -> "AnswerView":
        outcome = record.outcome or Outcome()
        failure = outcome.failure
        written = record.state in {QuestionState.ANSWERED, QuestionState.ABSTAINED}
        return cls(
            id=record.question_id,
            question=record.text,
            state=record.state,
            answer=outcome.answer if written else None,
            abstained=outcome.abstained,
            mode=outcome.mode,
            citations=outcome.citations,
            evidence=outcome.evidence,
            removed=outcome.removed,
            timings_ms=outcome.timings,
            failure=problem(failure, status_of(failure.code), language) if failure else None,
            url=f"/v1/questions/{record.question_id}",
        )


class PassageView(BaseModel):
    """A piece of a document's text. `start` and `end`: characters in the extracted text."""

    id: str
    document: UUID
    version: UUID
    scope: str
    ordinal: int
    title: str
    headings: list[str]
    text: str
    start: int
    end: int
    language: str
    article: str | None
    version_id: str | None = Field(description="the article's version, as its publisher names it")
    in_force_from: date | None
    in_force_to: date | None
    page: int | None
    sheet: str | None
    row: int | None
    source_url: str | None
    url: str

    @classmethod
    def of(cls, passage: Passage, **more: Any) -> Self:
        fields = passage.model_dump()
        return cls(
            document=fields.pop("document_id"),
            version=fields.pop("version_id"),
            version_id=fields.pop("article_version"),
            url=_url(passage),
            **fields,
            **more,
        )


class PassageList(BaseModel):
    """`next` is the `after` of the following page, null on the last."""

    passages: list[PassageView]
    next: int | None


class OpenedPassageView(PassageView):
    """A passage as its citation opens it."""

    superseded: bool = Field(description="a newer version of the document has replaced this one")
    previous: str | None = Field(description="text of the passage before")
    previous_url: str | None
    next: str | None = Field(description="text of the passage behind")
    next_url: str | None

    @classmethod
    def of_opened(cls, opened: OpenedPassage) -> Self:
        return cls.of(
            opened.passage,
            superseded=opened.document.state == "replaced",
            previous=opened.previous.text if opened.previous else None,
            previous_url=_url(opened.previous) if opened.previous else None,
            next=opened.following.text if opened.following else None,
            next_url=_url(opened.following) if opened.following else None,
        )


class StatusView(BaseModel):
    """How much there is: documents and questions by state, passages that can be found."""

    documents: dict[str, int]
    questions: dict[str, int]
    passages: int


def _url(passage: Passage) -> str:
    return f"/v1/passages/{passage.id}"
