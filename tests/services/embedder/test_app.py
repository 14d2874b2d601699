from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from faststream.kafka import TestKafkaBroker
from pydantic import ValidationError

from services.embedder import app as embedder_app
from services.embedder.adapters.hashing import HashingEngine
from services.embedder.app import BACKENDS, build_engine, create_worker
from services.embedder.settings import EmbedderSettings
from shared.access import Grant, GrantSigner
from shared.contracts.engines import EngineKind
from shared.contracts.questions import QuestionAsked, QuestionEmbedded
from shared.contracts.topics import (
    CLAUSES_SUBMITTED,
    DOCUMENTS_WITHDRAWN,
    INDEXES_RETIRED,
    PASSAGES_EXTRACTED,
    PASSAGES_REPLAYED,
    QUESTIONS_ASKED,
    QUESTIONS_CANCELLED,
    QUESTIONS_EMBEDDED,
)
from shared.errors import EmbeddingFailed
from shared.settings import GrantSettings, ObjectStoreSettings
from shared.worker.context import WorkerContext
from shared.worker.worker import Worker
from tests.support.subscribers import subscribers_of


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@pytest.fixture
def worker(tmp_path: Path, key: Ed25519PrivateKey) -> Worker:
    public = tmp_path / "grant.pub.pem"
    public.write_bytes(
        key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return create_worker(
        EmbedderSettings(backend="hashing"),
        WorkerContext(
            objects=ObjectStoreSettings(folder=tmp_path / "objects"), grants=GrantSettings(public_key_file=public)
        ),
    )


@pytest.mark.parametrize(
    ("spec", "engine"),
    [
        ("onnx", "OnnxEngine"),
        ("openvino", "OpenVinoEngine"),
        ("hashing", "HashingEngine"),
        ("hashing:128", "HashingEngine"),
        ("st:/srv/models/large", "SentenceTransformersEngine"),
        ("openai:bge-m3@http://127.0.0.1:8000/v1", "OpenAiEngine"),
    ],
)
def test_every_backend_of_the_settings_can_be_built(spec: str, engine: str) -> None:
    assert set(get_args(EngineKind)) == BACKENDS.keys()
    settings = EmbedderSettings(backend=spec)
    assert type(build_engine(settings.backend, settings)).__name__ == engine


def test_a_backend_that_nobody_knows_is_told_at_the_start() -> None:
    with pytest.raises(ValidationError, match="spelled"):
        EmbedderSettings(backend="bert")


def test_a_model_of_a_library_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedder_app, "find_spec", lambda name: None)
    with pytest.raises(EmbeddingFailed) as refused:
        build_engine("openvino", EmbedderSettings(backend="onnx"))
    assert refused.value.params["reason"] == "no-openvino"


def test_texts_are_sent_to_no_host_that_the_operator_has_not_named() -> None:
    spec = "openai:bge-m3@https://api.example.org/v1"
    with pytest.raises(EmbeddingFailed) as refused:
        build_engine(spec, EmbedderSettings())
    assert refused.value.params["reason"] == "host-not-allowed"
    assert build_engine(spec, EmbedderSettings(openai_hosts=("api.example.org",)))


def test_the_worker_listens_to_passages_questions_and_cancellations(worker: Worker) -> None:
    topics = {topic.name for subscriber in subscribers_of(worker.broker) for topic in subscriber.topics}
    assert topics == {
        CLAUSES_SUBMITTED.name,
        DOCUMENTS_WITHDRAWN.name,
        INDEXES_RETIRED.name,
        PASSAGES_EXTRACTED.name,
        PASSAGES_REPLAYED.name,
        QUESTIONS_ASKED.name,
        QUESTIONS_CANCELLED.name,
    }


async def test_a_question_asked_on_its_topic_comes_out_embedded(worker: Worker, key: Ed25519PrivateKey) -> None:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    question = uuid4()
    grant = GrantSigner(private).sign(Grant("anna", frozenset({"public"}), "read", question))
    asked = QuestionAsked(
        question_id=question,
        text="Où ranger les acides ?",
        grant=grant,
        deadline=datetime.now(UTC) + timedelta(hours=1),
    )
    received: list[QuestionEmbedded] = []

    @worker.broker.subscriber(QUESTIONS_EMBEDDED.name)
    async def embedded(event: dict[str, Any]) -> None:
        received.append(QuestionEmbedded.model_validate(event))

    async with worker.parts(), TestKafkaBroker(worker.broker) as broker:
        await broker.publish(asked, topic=QUESTIONS_ASKED.name)
    assert [event.question_id for event in received] == [question]
    assert received[0].model == HashingEngine().model
