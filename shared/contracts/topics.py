"""Every topic, in flow order: name, message, key, who publishes it, who consumes it, and whether a person waits."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from shared.contracts.base import Event
from shared.contracts.clauses import ClausesEmbedded, ClausesSubmitted
from shared.contracts.descriptions import DescriptionRead, DescriptionSubmitted
from shared.contracts.documents import (
    DocumentIndexed,
    DocumentProgressed,
    DocumentSubmitted,
    DocumentWithdrawn,
    PassagesEmbedded,
    PassagesExtracted,
    PassagesReplayed,
)
from shared.contracts.duerp_files import DuerpFileRead, DuerpFileSubmitted
from shared.contracts.index import IndexDropped, IndexRetired
from shared.contracts.page_pictures import PagePictureRequested
from shared.contracts.questions import (
    AnswerCompleted,
    AnswerStreamed,
    GenerationRequested,
    QuestionAsked,
    QuestionCancelled,
    QuestionEmbedded,
)
from shared.contracts.services import Service

Lane = Literal["documents", "questions"]

DEAD_LETTER_READER = Service.GATEWAY
"""The service that lists dead letters for those who look after the platform."""
DEAD_LETTER_GROUP = f"vigie-{DEAD_LETTER_READER}.dead-letters"
"""Its group on all topics of dead letters, without the deployment's prefix."""

_DEAD_LETTERS = ".dlq"


@dataclass(frozen=True, slots=True)
class Consumer:
    """A service that consumes a topic.

    Attributes:
        group: replicas of one group share the records, from the oldest on; without a group (None) each replica reads
            every new record for itself.
    """

    service: Service
    group: str | None


def _group(service: Service) -> Consumer:
    return Consumer(service, service.value)


def _each_replica(service: Service) -> Consumer:
    return Consumer(service, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic and its contract.

    Attributes:
        key: the message's field whose value is the record's key, so that one document, import, request or
            question keeps its order.
        lane: `questions` are waited for by a person, `documents` are not; the broker's polling follows.
        producers: the services that publish on it, those among them that only end a job whose record they cannot
            handle (shared/contracts/failures.py).
        consumers: the services that consume it. Each of them publishes on its dead letters.
    """

    name: str
    message: type[Event]
    key: Literal["document_id", "import_id", "model_id", "question_id", "request_id"]
    lane: Lane
    producers: tuple[Service, ...]
    consumers: tuple[Consumer, ...]

    @property
    def dead_letters(self) -> str:
        return f"{self.name}{_DEAD_LETTERS}"

    @property
    def group_ids(self) -> dict[Service, str]:
        """The consumer groups of the topic by their service, without the deployment's prefix."""
        return {each.service: self.group_id(each.group) for each in self.consumers if each.group is not None}

    def group_id(self, group: str) -> str:
        """The id of a group's consumers on this topic, without the deployment's prefix."""
        return f"vigie-{group}.{self.name}"

    def key_of(self, event: Event) -> bytes:
        return str(getattr(event, self.key)).encode()


DOCUMENTS_SUBMITTED = Topic(
    name="documents.submitted",
    message=DocumentSubmitted,
    key="document_id",
    lane="documents",
    producers=(Service.GATEWAY,),
    consumers=(_group(Service.INGEST),),
)
PASSAGES_EXTRACTED = Topic(
    name="passages.extracted",
    message=PassagesExtracted,
    key="document_id",
    lane="documents",
    producers=(Service.INGEST,),
    consumers=(_group(Service.EMBEDDER),),
)
PASSAGES_REPLAYED = Topic(
    name="passages.replayed",
    message=PassagesReplayed,
    key="document_id",
    lane="documents",
    producers=(Service.GATEWAY,),
    consumers=(_group(Service.EMBEDDER),),
)
PASSAGES_EMBEDDED = Topic(
    name="passages.embedded",
    message=PassagesEmbedded,
    key="document_id",
    lane="documents",
    producers=(Service.EMBEDDER,),
    consumers=(_group(Service.RETRIEVER),),
)
DOCUMENTS_WITHDRAWN = Topic(
    name="documents.withdrawn",
    message=DocumentWithdrawn,
    key="document_id",
    lane="documents",
    producers=(Service.GATEWAY,),
    consumers=(
        _group(Service.RETRIEVER),
        _each_replica(Service.INGEST),
        _each_replica(Service.EMBEDDER),
        _each_replica(Service.GENERATOR),
    ),
)
DOCUMENTS_INDEXED = Topic(
    name="documents.indexed",
    message=DocumentIndexed,
    key="document_id",
    lane="documents",
    producers=(Service.RETRIEVER,),
    consumers=(_group(Service.GATEWAY),),
)
DOCUMENTS_PROGRESSED = Topic(
    name="documents.progressed",
    message=DocumentProgressed,
    key="document_id",
    lane="documents",
    producers=(Service.INGEST, Service.EMBEDDER, Service.RETRIEVER, Service.GENERATOR),
    consumers=(_group(Service.GATEWAY), _each_replica(Service.INGEST)),
)
INDEXES_RETIRED = Topic(
    name="indexes.retired",
    message=IndexRetired,
    key="model_id",
    lane="documents",
    producers=(Service.GATEWAY,),
    consumers=(_group(Service.RETRIEVER), _each_replica(Service.EMBEDDER)),
)
INDEXES_DROPPED = Topic(
    name="indexes.dropped",
    message=IndexDropped,
    key="model_id",
    lane="documents",
    producers=(Service.RETRIEVER,),
    consumers=(_group(Service.GATEWAY),),
)
DUERP_FILES_SUBMITTED = Topic(
    name="duerp-files.submitted",
    message=DuerpFileSubmitted,
    key="import_id",
    lane="documents",
    producers=(Service.GATEWAY,),
    consumers=(_group(Service.INGEST),),
)
DUERP_FILES_READ = Topic(
    name="duerp-files.read",
    message=DuerpFileRead,
    key="import_id",
    lane="documents",
    producers=(Service.INGEST,),
    consumers=(_group(Service.GATEWAY),),
)
PAGES_REQUESTED = Topic(
    name="pages.requested",
    message=PagePictureRequested,
    key="document_id",
    lane="documents",
    producers=(Service.GATEWAY,),
    consumers=(_group(Service.INGEST),),
)
CLAUSES_SUBMITTED = Topic(
    name="clauses.submitted",
    message=ClausesSubmitted,
    key="request_id",
    lane="questions",
    producers=(Service.GATEWAY,),
    consumers=(_group(Service.EMBEDDER),),
)
CLAUSES_EMBEDDED = Topic(
    name="clauses.embedded",
    message=ClausesEmbedded,
    key="request_id",
    lane="questions",
    producers=(Service.EMBEDDER,),
    consumers=(_each_replica(Service.GATEWAY),),
)
DESCRIPTIONS_SUBMITTED = Topic(
    name="descriptions.submitted",
    message=DescriptionSubmitted,
    key="request_id",
    lane="questions",
    producers=(Service.GATEWAY,),
    consumers=(_group(Service.GENERATOR),),
)
DESCRIPTIONS_READ = Topic(
    name="descriptions.read",
    message=DescriptionRead,
    key="request_id",
    lane="questions",
    producers=(Service.GENERATOR,),
    consumers=(_each_replica(Service.GATEWAY),),
)
QUESTIONS_ASKED = Topic(
    name="questions.asked",
    message=QuestionAsked,
    key="question_id",
    lane="questions",
    producers=(Service.GATEWAY,),
    consumers=(_group(Service.EMBEDDER),),
)
QUESTIONS_EMBEDDED = Topic(
    name="questions.embedded",
    message=QuestionEmbedded,
    key="question_id",
    lane="questions",
    producers=(Service.EMBEDDER,),
    consumers=(_group(Service.RETRIEVER),),
)
GENERATION_REQUESTED = Topic(
    name="generation.requested",
    message=GenerationRequested,
    key="question_id",
    lane="questions",
    producers=(Service.RETRIEVER,),
    consumers=(_group(Service.GENERATOR),),
)
ANSWERS_STREAMED = Topic(
    name="answers.streamed",
    message=AnswerStreamed,
    key="question_id",
    lane="questions",
    producers=(Service.GENERATOR, Service.GATEWAY),
    consumers=(_each_replica(Service.GATEWAY),),
)
ANSWERS_COMPLETED = Topic(
    name="answers.completed",
    message=AnswerCompleted,
    key="question_id",
    lane="questions",
    producers=(Service.EMBEDDER, Service.RETRIEVER, Service.GENERATOR),
    consumers=(_group(Service.GATEWAY),),
)
QUESTIONS_CANCELLED = Topic(
    name="questions.cancelled",
    message=QuestionCancelled,
    key="question_id",
    lane="documents",
    producers=(Service.GATEWAY,),
    consumers=(_each_replica(Service.EMBEDDER), _each_replica(Service.RETRIEVER), _each_replica(Service.GENERATOR)),
)

TOPICS: tuple[Topic, ...] = (
    DOCUMENTS_SUBMITTED,
    PASSAGES_EXTRACTED,
    PASSAGES_REPLAYED,
    PASSAGES_EMBEDDED,
    DOCUMENTS_WITHDRAWN,
    DOCUMENTS_INDEXED,
    DOCUMENTS_PROGRESSED,
    INDEXES_RETIRED,
    INDEXES_DROPPED,
    DUERP_FILES_SUBMITTED,
    DUERP_FILES_READ,
    PAGES_REQUESTED,
    CLAUSES_SUBMITTED,
    CLAUSES_EMBEDDED,
    DESCRIPTIONS_SUBMITTED,
    DESCRIPTIONS_READ,
    QUESTIONS_ASKED,
    QUESTIONS_EMBEDDED,
    GENERATION_REQUESTED,
    ANSWERS_STREAMED,
    ANSWERS_COMPLETED,
    QUESTIONS_CANCELLED,
)

_BY_MESSAGE = {topic.message: topic for topic in TOPICS}
_BY_NAME = {topic.name: topic for topic in TOPICS}


def topic_of(event: Event) -> Topic:
    """The topic on which this event is published."""
    return _BY_MESSAGE[type(event)]


def find_topic(name: str) -> Topic | None:
    return _BY_NAME.get(name)


def lane_of(name: str) -> Lane | None:
    """Return the lane of a topic, without the deployment's prefix; nobody waits for dead letters."""
    if is_dead_letters(name):
        return "documents"
    topic = find_topic(name)
    return topic.lane if topic is not None else None


def is_dead_letters(name: str) -> bool:
    """Return whether a topic of this name, without the deployment's prefix, holds another one's dead letters."""
    return name.endswith(_DEAD_LETTERS)


def all_names() -> Iterator[str]:
    """Every topic's name and its dead letters' name."""
    for topic in TOPICS:
        yield topic.name
        yield topic.dead_letters
