"""The messages of a question's way to its answer."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.base import Event, Failure, Frozen
from shared.contracts.confidentiality import Confidentiality
from shared.contracts.index import Embedding, EmbeddingModel
from shared.contracts.passages import Origin


class Timings(Frozen):
    """Milliseconds spent in each step; `queue` is what is left of the total: brokers, databases and waiting."""

    queue: float | None = None
    embed: float | None = None
    retrieve: float | None = None
    generate: float | None = None
    total: float | None = None


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
    """`vector`: base64 of little-endian float32, shape (model.dimension,).

    `premise`: likewise, of what the question takes for granted; "" where that is nothing or the sender is older.
    """

    vector: str
    premise: str = ""
    model: EmbeddingModel


class Evidence(Frozen):
    """A passage that was found. Scores are comparable within one question only, cosines beyond it.

    `dense` is the cosine of its text, `question` that of the nearest question that it is known to answer; None where it
    has none. `granted` is its rank for what the question takes for granted alone; None where it is none of the first.
    """

    rank: int = Field(ge=1)
    score: float
    passage: str
    document: UUID
    article: str | None = None
    dense: float | None = None
    sparse: float | None = None
    question: float | None = None
    exact: bool = Field(default=False, description="found by its article number, not by likeness")
    granted: int | None = Field(default=None, ge=1)


class GenerationRequested(QuestionStep):
    """A question with the passages that were found for it, best first."""

    evidence: list[Evidence] = []


class Citation(Frozen):
    """A marker's target. `quote` stands word for word in the passage; `url` opens the passage on the gateway.

    `n` numbers passages, as they first appear: two quotes of one passage have the same.
    `page_label` is what is printed on the page, where that is not its number.
    `row` is the row that the quote stands in, `cells` (`B6:E6`) what to type into a spreadsheet's name box to see it.
    `scope` and `origin` say whose document it is; null in answers from before they were recorded. A version, a date and
    a publisher's address are of the public corpus alone.
    """

    n: int = Field(ge=1)
    passage: str
    document: UUID
    title: str
    scope: str | None = None
    origin: Origin | None = None
    article: str | None = None
    version_id: str | None = None
    in_force_from: str | None = None
    page: int | None = None
    page_label: str | None = None
    sheet: str | None = None
    row: int | None = None
    cells: str | None = None
    quote: str
    url: str
    source_url: str | None = None


class Writer(Frozen):
    """Who wrote, where a model did: the backend that a plan names, its model, the version of its instructions."""

    backend: str
    model: str | None
    prompt: str | None


class Sentence(Frozen):
    """One sentence of an answer with its markers, ready to show: it left after its citations passed.

    `writer` is the model that wrote it; None where every word is quoted, or Vigie's own.
    """

    text: str
    citations: list[Citation]
    writer: Writer | None = None


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
