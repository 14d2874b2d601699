"""Every topic, in flow order: its name, its message, its key, and the lane whose latency it needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from shared.contracts.base import Event
from shared.contracts.documents import (
    DocumentIndexed,
    DocumentProgressed,
    DocumentSubmitted,
    DocumentWithdrawn,
    PassagesEmbedded,
    PassagesExtracted,
    PassagesReplayed,
)
from shared.contracts.index import IndexDropped, IndexRetired
from shared.contracts.questions import (
    AnswerCompleted,
    AnswerStreamed,
    GenerationRequested,
    QuestionAsked,
    QuestionCancelled,
    QuestionEmbedded,
)

Lane = Literal["documents", "questions"]


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic and its contract.

    Attributes:
        key: the message's field whose value is the record's key, so that one document or question keeps its order.
        lane: `questions` are waited for by a person, `documents` are not; the broker's polling follows.
    """

    name: str
    message: type[Event]
    key: Literal["document_id", "model_id", "question_id"]
    lane: Lane

    @property
    def dead_letters(self) -> str:
        return f"{self.name}.dlq"

    def key_of(self, event: Event) -> bytes:
        return str(getattr(event, self.key)).encode()


DOCUMENTS_SUBMITTED = Topic("documents.submitted", DocumentSubmitted, "document_id", "documents")
PASSAGES_EXTRACTED = Topic("passages.extracted", PassagesExtracted, "document_id", "documents")
PASSAGES_REPLAYED = Topic("passages.replayed", PassagesReplayed, "document_id", "documents")
PASSAGES_EMBEDDED = Topic("passages.embedded", PassagesEmbedded, "document_id", "documents")
DOCUMENTS_INDEXED = Topic("documents.indexed", DocumentIndexed, "document_id", "documents")
DOCUMENTS_PROGRESSED = Topic("documents.progressed", DocumentProgressed, "document_id", "documents")
DOCUMENTS_WITHDRAWN = Topic("documents.withdrawn", DocumentWithdrawn, "document_id", "documents")

INDEXES_RETIRED = Topic("indexes.retired", IndexRetired, "model_id", "documents")
INDEXES_DROPPED = Topic("indexes.dropped", IndexDropped, "model_id", "documents")

QUESTIONS_ASKED = Topic("questions.asked", QuestionAsked, "question_id", "questions")
QUESTIONS_EMBEDDED = Topic("questions.embedded", QuestionEmbedded, "question_id", "questions")
GENERATION_REQUESTED = Topic("generation.requested", GenerationRequested, "question_id", "questions")
ANSWERS_STREAMED = Topic("answers.streamed", AnswerStreamed, "question_id", "questions")
ANSWERS_COMPLETED = Topic("answers.completed", AnswerCompleted, "question_id", "questions")
QUESTIONS_CANCELLED = Topic("questions.cancelled", QuestionCancelled, "question_id", "documents")

TOPICS: tuple[Topic, ...] = (
    DOCUMENTS_SUBMITTED,
    PASSAGES_EXTRACTED,
    PASSAGES_REPLAYED,
    PASSAGES_EMBEDDED,
    DOCUMENTS_INDEXED,
    DOCUMENTS_PROGRESSED,
    DOCUMENTS_WITHDRAWN,
    INDEXES_RETIRED,
    INDEXES_DROPPED,
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


def all_names() -> Iterator[str]:
    """Every topic's name and its dead letters' name."""
    for topic in TOPICS:
        yield topic.name
        yield topic.dead_letters
