"""What the HTTP API says and hears: the JSON of documents, questions, answers and passages.

The gateway fills these models (services/gateway/routes/views.py), a client reads them: a field stands here or nowhere.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.confidentiality import Confidentiality
from shared.messages import Chunking, Citation, Evidence, Timings


class DocumentState(StrEnum):
    """Where the latest version of a document is; the last four are ends."""

    ACCEPTED = "accepted"
    PARSED = "parsed"
    EMBEDDED = "embedded"
    INDEXED = "indexed"
    FAILED = "failed"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


ENDED = frozenset({DocumentState.INDEXED, DocumentState.FAILED, DocumentState.REPLACED, DocumentState.WITHDRAWN})
"""States that a version stays in, until somebody acts on its document."""


class QuestionState(StrEnum):
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    ABSTAINED = "abstained"
    FAILED = "failed"
    CANCELLED = "cancelled"


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
    sha256: str
    language: str
    chunking: Chunking
    metadata: dict[str, str]
    state: DocumentState
    passages: int
    embedded: int
    indexed: int
    failure: dict[str, Any] | None = Field(description="a problem (RFC 9457), when the state is failed")
    created_at: datetime
    updated_at: datetime
    url: str
    events: str


class DocumentList(BaseModel):
    """`next` is the `after` of the following page, null on the last."""

    documents: list[DocumentView]
    next: str | None


class Page(BaseModel):
    """Which part of a list to read: at most `limit` entries behind `after`."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=100, ge=1, le=1000)
    after: str | None = Field(default=None, max_length=1000, description="`next` of the page before")


class DocumentOrder(StrEnum):
    """By key, or by when the latest version was submitted."""

    KEY = "key"
    NEWEST = "newest"
    OLDEST = "oldest"


class DocumentQuery(Page):
    """Which documents to list; one of several states, scopes or types is enough, else all that is given must hold."""

    state: list[DocumentState] = Field(default=[], max_length=20)
    scope: list[str] = Field(default=[], max_length=100)
    media_type: list[str] = Field(default=[], max_length=50)
    search: str = Field(
        default="", max_length=200, description="words of title, key or file name, in any case, with or without accents"
    )
    since: datetime | None = Field(default=None, description="when the latest version was submitted")
    until: datetime | None = Field(default=None, description="before this moment")
    metadata: list[str] = Field(default=[], max_length=20, description="`name=value`, may be repeated")
    order: DocumentOrder = DocumentOrder.KEY


class DocumentEdit(BaseModel):
    """What to change of a document; what is left out stays. A `null` in `metadata` takes that name out."""

    model_config = ConfigDict(extra="forbid")

    title: str | None = Field(default=None, min_length=1, max_length=500)
    language: str | None = Field(default=None, pattern=r"^[a-z]{2}$")
    metadata: dict[str, str | None] = {}


class QuestionBody(BaseModel):
    """A question. `evidence`: how many passages to bring back; `passages`: how many of them to answer from."""

    model_config = ConfigDict(extra="forbid")

    question: str
    language: str = Field(default="fr", pattern=r"^[a-z]{2}(-[A-Za-z]{2,8})?$")
    evidence: int = Field(default=10, ge=1, le=500)
    passages: int = Field(default=8, ge=1, le=50)
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
    since: datetime | None = None
    until: datetime | None = Field(default=None, description="before this moment")


class NoticeView(BaseModel):
    """Such as a model that does not answer, and quotes in its place. `text` is in the reader's language."""

    code: str
    params: dict[str, str | int]
    text: str


class AnswerView(BaseModel):
    """A question and how it ended, or that it has not yet (`state` accepted, no answer)."""

    id: UUID
    question: str
    state: QuestionState
    answer: str | None
    abstained: bool
    mode: str = Field(description="extractive: every word is quoted; generated: a language model wrote")
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
    state: QuestionState
    answer: str | None
    language: str
    created_at: datetime
    url: str


class QuestionList(BaseModel):
    """Newest first. `next` is the `after` of the following page, null on the last."""

    questions: list[QuestionView]
    next: str | None


class PassageView(BaseModel):
    """A piece of a document's text. `start` and `end`: characters in the extracted text.

    In a later part of a table, the first `repeated` characters of `text` say the table's header again: `start` and
    `end` leave them out. Of a sheet, `rows` has the row of each line of `text`, `columns` the columns of its cells.
    """

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
    repeated: int
    language: str
    article: str | None
    version_id: str | None = Field(description="the article's version, as its publisher names it")
    in_force_from: date | None
    in_force_to: date | None
    page: int | None
    sheet: str | None
    row: int | None
    rows: list[int]
    columns: list[str]
    cells: str | None = Field(description="range in the sheet, as a spreadsheet's name box takes it")
    source_url: str | None
    url: str


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


class BackendView(BaseModel):
    """A generation backend as it is configured: the gateway does not call models, and knows nothing of their health."""

    name: str
    kind: str = Field(description="extractive, openai or ollama")
    model: str | None
    mode: str = Field(description="of its answers: extractive or generated")
    context_tokens: int | None
    max_output_tokens: int | None
    classes: list[Confidentiality] = Field(description="what it may see")
    default: bool = Field(description="writes where nobody is named")


class BackendList(BaseModel):
    backends: list[BackendView]


class StatusView(BaseModel):
    """How much there is: documents and questions by state, passages that can be found."""

    documents: dict[str, int]
    questions: dict[str, int]
    passages: int


class EmbeddingBody(BaseModel):
    """Which model to embed with: `onnx`, `st:FOLDER`, `openai:NAME@URL`, ..."""

    model_config = ConfigDict(extra="forbid")

    model: str = Field(min_length=1, max_length=300)


class EmbeddingModelView(BaseModel):
    """An embedding model of the index: `passages` of the `of` that can be found have its vectors.

    `name` and `dimension` are null until the first passages have them; with a `failure` nothing more is sent to it.
    """

    engine: str
    name: str | None
    dimension: int | None
    passages: int
    of: int
    failure: dict[str, Any] | None
    started_at: datetime
    used_since: datetime | None


class EmbeddingView(BaseModel):
    """The model that questions are asked with, the one in the making, and the one that is kept for the way back."""

    active: EmbeddingModelView | None
    next: EmbeddingModelView | None
    previous: EmbeddingModelView | None
