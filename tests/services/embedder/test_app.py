from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from faststream.kafka import TestKafkaBroker

from services.embedder.adapters.hashing import HashingEngine
from services.embedder.app import BACKENDS, create_worker
from services.embedder.settings import EmbedderSettings
from shared.access import Grant, GrantSigner
from shared.messages import QuestionAsked, QuestionEmbedded
from shared.platform import Platform
from shared.settings import GrantSettings, ObjectStoreSettings
from shared.topics import PASSAGES_EXTRACTED, QUESTIONS_ASKED, QUESTIONS_CANCELLED, QUESTIONS_EMBEDDED
from shared.worker import Worker


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
        Platform(
            objects=ObjectStoreSettings(folder=tmp_path / "objects"), grants=GrantSettings(public_key_file=public)
        ),
    )


def test_every_backend_of_the_settings_can_be_built() -> None:
    choices = EmbedderSettings.model_json_schema()["properties"]["backend"]["enum"]
    assert set(choices) == BACKENDS.keys()
    for name in choices:
        engine = BACKENDS[name](EmbedderSettings(backend=name))
        assert engine.model.dimension > 0


def test_the_worker_listens_to_passages_questions_and_cancellations(worker: Worker) -> None:
    topics = {topic.name for subscriber in worker.broker.subscribers for topic in subscriber.topics}
    assert topics == {PASSAGES_EXTRACTED.name, QUESTIONS_ASKED.name, QUESTIONS_CANCELLED.name}


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
    async def embedded(event: QuestionEmbedded) -> None:
        received.append(event)

    async with worker.parts(), TestKafkaBroker(worker.broker) as broker:
        await broker.publish(asked, topic=QUESTIONS_ASKED.name)
    assert [event.question_id for event in received] == [question]
    assert received[0].model == HashingEngine().model
