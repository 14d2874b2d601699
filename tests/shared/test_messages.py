"""What travels: each message arrives as it left, from older and newer senders alike."""

from datetime import UTC, datetime
from types import NoneType
from typing import Any, get_args
from uuid import uuid4

import pytest
from pydantic import ValidationError

from shared.contracts.base import Event, Failure
from shared.contracts.clauses import ClausesEmbedded
from shared.contracts.dead_letters import DeadLetter
from shared.contracts.descriptions import DescriptionRead
from shared.contracts.documents import DocumentProgressed, DocumentSubmitted
from shared.contracts.duerp_files import DuerpFileRead
from shared.contracts.failures import terminal_events
from shared.contracts.index import EmbeddingModel
from shared.contracts.questions import AnswerCompleted, Evidence, Outcome, QuestionAsked
from shared.contracts.topics import TOPICS, Topic, all_names, find_topic, topic_of
from shared.errors import EmptyDocument

_VALUES: dict[str, Any] = {
    "document_id": uuid4(),
    "request_id": uuid4(),
    "texts": ["on taille la pierre"],
    "version_id": uuid4(),
    "question_id": uuid4(),
    "model_id": uuid4(),
    "sequence": 3,
    "scope": "unit:UMR5219",
    "grant": "a.b.c",
    "source": {"key": "sources/1", "sha256": "0" * 64, "size": 12},
    "passages": {"key": "passages/1", "sha256": "0" * 64, "size": 12},
    "vectors": {"key": "vectors/1", "sha256": "0" * 64, "size": 12},
    "model": EmbeddingModel(name="small", dimension=4, normalised=True).model_dump(),
    "import_id": uuid4(),
    "reading": 2,
    "page": 4,
    "media_type": "text/plain",
    "title": "Consignes “été”",
    "file_name": "consignes.txt",
    "batch": 0,
    "batches": 2,
    "first_ordinal": 0,
    "count": 64,
    "total": 70,
    "stage": "failed",
    "failure": Failure(code="empty-document", params={"name": "x", "limit": 3}).model_dump(),
    "text": "Quels gants ?",
    "backend": "ours",
    "confidentiality": "confidential",
    "language": "fr",
    "clauses": ("on porte des sacs", "il fait froid"),
    "risks": [{"clause": 1, "family": "manual_handling_msd", "hazard": "port de sacs"}],
    "deadline": datetime(2026, 1, 2, tzinfo=UTC),
    "vector": "AAAA",
    "evidence": [Evidence(rank=1, score=0.5, passage="p", document=uuid4(), dense=0.9).model_dump()],
    "frame": 2,
    "sentence": {"text": "Des gants.", "citations": []},
    "outcome": Outcome(answer="Des gants.", removed=1).model_dump(),
    "service": "ingest",
    "topic": "documents.submitted",
    "partition": 1,
    "offset": 7,
    "code": "invalid-message",
    "error_class": "ValidationError",
    "size": 5,
    "sha256": "0" * 64,
}
KINDS = [topic.message for topic in TOPICS] + [DeadLetter]


def example(kind: type[Event]) -> Event:
    values = {name: _VALUES[name] for name in kind.model_fields if name in _VALUES}
    if kind.__name__ == "DocumentIndexed":
        values["passages"] = 70
    if kind is ClausesEmbedded:
        values["vectors"] = "AAAA"
    return kind.model_validate(values)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_message_arrives_as_it_left(kind: type[Event]) -> None:
    event = example(kind)
    assert kind.model_validate_json(event.model_dump_json()) == event


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_field_of_a_newer_sender_is_left_alone(kind: type[Event]) -> None:
    event = example(kind)
    assert kind.model_validate(event.model_dump() | {"priority": "high"}) == event


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_another_schema_version_is_refused(kind: type[Event]) -> None:
    with pytest.raises(ValidationError):
        kind.model_validate(example(kind).model_dump() | {"schema_version": 2})


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_was_said_stays_said(kind: type[Event]) -> None:
    with pytest.raises(ValidationError):
        example(kind).id = uuid4()  # type: ignore[misc]  # what mypy forbids is what the test attempts


def test_no_message_carries_bytes() -> None:
    for kind in KINDS:
        for name, field in kind.model_fields.items():
            types = {field.annotation, *get_args(field.annotation)} - {NoneType}
            assert bytes not in types, (kind, name)


def test_every_topic_is_found_by_its_name_and_its_message() -> None:
    for topic in TOPICS:
        event = example(topic.message)
        assert topic_of(event) is topic
        assert find_topic(topic.name) is topic
        assert topic.key_of(event) == str(getattr(event, topic.key)).encode()
    assert find_topic("documents.submitted.dlq") is None
    assert len(set(all_names())) == 2 * len(TOPICS)


def test_all_that_a_person_waits_for_is_in_the_lane_of_questions() -> None:
    """The embedded broker lets the other lane wait a tenth of a second at each hop."""
    on_the_way = {topic.name for topic in TOPICS if topic.key in {"question_id", "request_id"}} - {
        "questions.cancelled"
    }
    assert {topic.name for topic in TOPICS if topic.lane == "questions"} == on_the_way


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_what_ends_when_a_message_cannot_be_handled(topic: Topic) -> None:
    """The document or the question of a step; a mere report, and what is about no job, end nothing."""
    event = example(topic.message)
    ends = terminal_events(event, EmptyDocument(name="x"))
    kinds = {type(end) for end in ends}
    if topic.name in {"documents.progressed", "documents.indexed", "answers.streamed", "answers.completed",
                      "questions.cancelled", "indexes.retired", "indexes.dropped", "duerp-files.read",
                      "pages.requested", "clauses.embedded", "descriptions.read"}:  # fmt: skip
        assert kinds == set()
    elif topic.key == "document_id":
        assert kinds == {DocumentProgressed}
        assert isinstance(ends[0], DocumentProgressed)
        assert ends[0].stage == "failed"
    elif topic.key == "request_id":
        assert kinds == {DescriptionRead if topic.name == "descriptions.submitted" else ClausesEmbedded}
        assert [end.failure for end in ends if isinstance(end, ClausesEmbedded | DescriptionRead)] != [None]
    elif topic.key == "import_id":
        assert kinds == {DuerpFileRead}
    else:
        assert kinds == {AnswerCompleted}
        failures = [end.outcome.failure for end in ends if isinstance(end, AnswerCompleted)]
        assert {failure and failure.code for failure in failures} == {"empty-document"}


def test_times_have_a_zone() -> None:
    naive = example(QuestionAsked).model_dump() | {"deadline": datetime(2026, 1, 2)}  # noqa: DTZ001
    with pytest.raises(ValidationError):
        QuestionAsked.model_validate(naive)
    assert example(DocumentSubmitted).occurred_at.tzinfo is not None
