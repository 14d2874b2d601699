"""The messages that travel between services: frozen, small, past tense.

A message carries references (claim checks), never files, passages or their vectors. The one vector that travels is a
question's own: it is 2 KB, nobody else needs it, and storing it would cost more than carrying it.
"""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID, uuid4

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.confidentiality import Confidentiality

SCHEMA_VERSION: Literal[1] = 1
MAX_PASSAGE_CHARS = 4000
"""Longest passage that anybody may ask for, in characters."""


def _now() -> datetime:
    return datetime.now(UTC)


class Frozen(BaseModel):
    """A value object: frozen, and tolerant of fields that a newer sender added."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Event(Frozen):
    """What every message carries; `id` stays the same however often the message is published again."""

    id: UUID = Field(default_factory=uuid4)
    schema_version: Literal[1] = SCHEMA_VERSION
    occurred_at: AwareDatetime = Field(default_factory=_now)


class ObjectRef(Frozen):
    """A claim check: where the bytes are, and how to tell that they are the right ones."""

    key: str
    sha256: str
    size: int = Field(ge=0, description="bytes")


class EmbeddingModel(Frozen):
    """What makes two vectors comparable."""

    name: str
    dimension: int = Field(gt=0)
    normalised: bool

    def __str__(self) -> str:
        return f"{self.name} ({self.dimension}{'' if self.normalised else ', not normalised'})"


class Embedding(Frozen):
    """Which vectors are meant; nothing anywhere means the embedder's default.

    Attributes:
        id: of the model in the gateway's database.
        engine: that makes them, as shared/engines.py spells it.
        model: that the engine must turn out to have; it is filled in once the engine has told it.
        replay: whether a version that is in the index already gets the vectors of a further model.
    """

    id: UUID | None = None
    engine: str | None = None
    model: EmbeddingModel | None = None
    replay: bool = False


class Failure(Frozen):
    """Why a job ended without its result: an error's code and the values of its sentence."""

    code: str
    params: dict[str, str | int] = {}


class Timings(Frozen):
    """Milliseconds spent in each step; `queue` is what is left of the total: brokers, databases and waiting."""

    queue: float | None = None
    embed: float | None = None
    retrieve: float | None = None
    generate: float | None = None
    total: float | None = None


class Chunking(Frozen):
    """How to cut a document; None means that the document's type decides.

    `options` are the strategy's parameters, as shared/chunking.py names and checks them.
    """

    strategy: str | None = None
    max_chars: int | None = Field(default=None, ge=200, le=MAX_PASSAGE_CHARS)
    options: dict[str, int] = {}


class RetrievalPlan(Frozen):
    """How to search for a question; `evidence` is the number of passages to bring back."""

    evidence: int = Field(default=10, ge=1, le=500)


class GenerationPlan(Frozen):
    """How the answer is written.

    Attributes:
        backend: which one writes.
        passages: how many it reads at most.
        confidentiality: the least that the text is.
        streamed: whether somebody listens to the sentences as they come.
    """

    backend: str = "extractive"
    passages: int = Field(default=8, ge=1, le=50)
    confidentiality: Confidentiality = Confidentiality.CONFIDENTIAL
    streamed: bool = True


class Plan(Frozen):
    retrieval: RetrievalPlan = RetrievalPlan()
    generation: GenerationPlan = GenerationPlan()


# --- documents -------------------------------------------------------------------------------------------------------


class DocumentEvent(Event):
    """About one version of a document. `sequence` counts a document's versions from 1 and decides which is newer."""

    document_id: UUID
    version_id: UUID
    sequence: int = Field(ge=1)


class DocumentSubmitted(DocumentEvent):
    """A version was accepted; `source` is the file as it was sent."""

    scope: str
    grant: str
    source: ObjectRef
    media_type: str
    title: str
    file_name: str
    language: str = "fr"
    chunking: Chunking = Chunking()
    embedding: Embedding = Embedding()


class PassageBatch(DocumentEvent):
    """One batch of a version's passages; `total` and `batches` are the same in all of a version's messages."""

    scope: str
    grant: str
    batch: int = Field(ge=0)
    batches: int = Field(ge=1)
    first_ordinal: int = Field(ge=0)
    count: int = Field(ge=1)
    total: int = Field(ge=1)
    passages: ObjectRef
    embedding: Embedding = Embedding()

    @property
    def done(self) -> int:
        """Passages up to this batch and with it."""
        return self.first_ordinal + self.count


class PassagesExtracted(PassageBatch):
    """A batch of passages was cut out of a version, and stored."""


class PassagesReplayed(PassageBatch):
    """A batch of a version that was extracted before is wanted in the vectors of another model."""


class PassagesEmbedded(PassageBatch):
    """`vectors`: little-endian float32, shape (count, model.dimension)."""

    vectors: ObjectRef
    model: EmbeddingModel


class DocumentIndexed(DocumentEvent):
    """All of a version's passages are in the index with a model's vectors, and older versions are out of it."""

    passages: int = Field(ge=1)
    embedding: Embedding = Embedding()


Stage = Literal["parsed", "embedded", "indexed", "withdrawn", "failed"]


class DocumentProgressed(DocumentEvent):
    """`done` of `total` passages went through `stage`; `failure` only with the stage failed."""

    stage: Stage
    done: int = Field(default=0, ge=0)
    total: int = Field(default=0, ge=0)
    failure: Failure | None = None
    embedding: Embedding = Embedding()


class DocumentWithdrawn(DocumentEvent):
    """All versions up to `sequence` leave the index."""

    scope: str
    grant: str


# --- the index -------------------------------------------------------------------------------------------------------


class IndexEvent(Event):
    """About the vectors of one model in the index; `model_id` is the model's in the gateway's database."""

    model_id: UUID


class IndexRetired(IndexEvent):
    """Nobody will search with this model any more: its vectors may go, and what waits for it need not.

    `model` is None where nothing has its vectors yet, or another name has them too.
    """

    model: EmbeddingModel | None
    grant: str


class IndexDropped(IndexEvent):
    """The vectors of a retired model are gone."""


# --- questions -------------------------------------------------------------------------------------------------------


class QuestionEvent(Event):
    question_id: UUID


class QuestionStep(QuestionEvent):
    """What a question carries along the chain until it is answered."""

    text: str
    language: str = "fr"
    grant: str
    deadline: AwareDatetime
    plan: Plan = Plan()
    timings: Timings = Timings()
    embedding: Embedding = Embedding()


class QuestionAsked(QuestionStep):
    """A question was accepted."""


class QuestionEmbedded(QuestionStep):
    """`vector`: base64 of little-endian float32, shape (model.dimension,)."""

    vector: str
    model: EmbeddingModel


class Evidence(Frozen):
    """A passage that was found. Scores are comparable within one question only, `dense` (cosine) beyond it."""

    rank: int = Field(ge=1)
    score: float
    passage: str
    document: UUID
    article: str | None = None
    dense: float | None = None
    sparse: float | None = None
    exact: bool = Field(default=False, description="found by its article number, not by likeness")


class GenerationRequested(QuestionStep):
    """A question with the passages that were found for it, best first."""

    evidence: list[Evidence] = []


class Citation(Frozen):
    """A marker's target. `quote` stands word for word in the passage; `url` opens the passage on the gateway.

    `row` is the row that the quote stands in, `cells` (`B6:E6`) what to type into a spreadsheet's name box to see it.
    """

    n: int = Field(ge=1)
    passage: str
    document: UUID
    title: str
    article: str | None = None
    version_id: str | None = None
    in_force_from: str | None = None
    page: int | None = None
    sheet: str | None = None
    row: int | None = None
    cells: str | None = None
    quote: str
    url: str
    source_url: str | None = None


class Sentence(Frozen):
    """One sentence of an answer with its markers, ready to show: it left after its citations passed."""

    text: str
    citations: list[Citation]


class Notice(Frozen):
    """What a person must know of how an answer came about: a code and the values of its sentence."""

    code: str
    params: dict[str, str | int] = {}


class Outcome(Frozen):
    """How a question ended: answer, abstention or failure.

    `removed` counts sentences that failed their checks. `mode` is `generated` as soon as a model wrote, then with
    `backend`, `model` and the version of the `prompt`; `notice` says why it is not what was asked for.
    """

    answer: str = ""
    abstained: bool = False
    mode: str = "extractive"
    backend: str = "extractive"
    model: str | None = None
    prompt: str | None = None
    notice: Notice | None = None
    confidentiality: Confidentiality | None = None
    citations: list[Citation] = []
    evidence: list[Evidence] = []
    removed: int = 0
    timings: Timings = Timings()
    failure: Failure | None = None


class AnswerStreamed(QuestionEvent):
    """A frame of an answer: a sentence; or the end, from the gateway that recorded it to the one that is waited at."""

    frame: int = Field(ge=0)
    sentence: Sentence | None = None
    outcome: Outcome | None = None


class AnswerCompleted(QuestionEvent):
    """The end of a question, for whoever records it; `sentences` have left in frames before."""

    outcome: Outcome
    sentences: int = Field(default=0, ge=0)


class QuestionCancelled(QuestionEvent):
    """Nobody waits for the answer any more."""


# --- dead letters ----------------------------------------------------------------------------------------------------


class DeadLetter(Event):
    """A record that cannot be handled: where it lies and why, never what it says."""

    service: str
    topic: str
    partition: int
    offset: int
    code: str
    error_class: str
    size: Annotated[int, Field(ge=0, description="bytes")]
    sha256: str
