import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from faststream.kafka import TestKafkaBroker

from services.retriever.app import INDEXES, create_worker
from services.retriever.settings import RetrieverSettings
from shared.access import Grant, GrantSigner
from shared.contracts.questions import GenerationRequested, QuestionEmbedded
from shared.contracts.topics import (
    DOCUMENTS_WITHDRAWN,
    GENERATION_REQUESTED,
    INDEXES_RETIRED,
    PASSAGES_EMBEDDED,
    QUESTIONS_CANCELLED,
    QUESTIONS_EMBEDDED,
)
from shared.settings import GrantSettings, ObjectStoreSettings
from shared.worker.context import WorkerContext
from shared.worker.worker import Worker
from tests.fakes.retriever import MODEL
from tests.support.subscribers import subscribers_of


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@pytest.fixture(params=["edge", "qdrant"])
def worker(request: pytest.FixtureRequest, tmp_path: Path, key: Ed25519PrivateKey) -> Worker:
    public = tmp_path / "grant.pub.pem"
    public.write_bytes(
        key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return create_worker(
        RetrieverSettings(index=request.param, folder=tmp_path / "index", qdrant_location=":memory:"),
        WorkerContext(
            objects=ObjectStoreSettings(folder=tmp_path / "objects"), grants=GrantSettings(public_key_file=public)
        ),
    )


def test_every_index_of_the_settings_can_be_built() -> None:
    choices = RetrieverSettings.model_json_schema()["properties"]["index"]["enum"]
    assert set(choices) == INDEXES.keys()


def test_the_worker_listens_to_passages_withdrawals_retirements_questions_and_cancellations(worker: Worker) -> None:
    topics = {topic.name for subscriber in subscribers_of(worker.broker) for topic in subscriber.topics}
    listened = (PASSAGES_EMBEDDED, DOCUMENTS_WITHDRAWN, INDEXES_RETIRED, QUESTIONS_EMBEDDED, QUESTIONS_CANCELLED)
    assert topics == {topic.name for topic in listened}


async def test_a_question_on_an_empty_index_goes_on_without_evidence(worker: Worker, key: Ed25519PrivateKey) -> None:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    question = uuid4()
    embedded = QuestionEmbedded(
        question_id=question,
        text="Où ranger les acides ?",
        grant=GrantSigner(private).sign(Grant("anna", frozenset({"public"}), "read", question)),
        deadline=datetime.now(UTC) + timedelta(hours=1),
        vector=base64.b64encode(np.ones(4, "<f4").tobytes()).decode(),
        model=MODEL,
    )
    received: list[GenerationRequested] = []

    @worker.broker.subscriber(GENERATION_REQUESTED.name)
    async def requested(event: dict[str, Any]) -> None:
        received.append(GenerationRequested.model_validate(event))

    async with worker.parts(), TestKafkaBroker(worker.broker) as broker:
        await broker.publish(embedded, topic=QUESTIONS_EMBEDDED.name)
    assert [(event.question_id, event.evidence) for event in received] == [(question, [])]
