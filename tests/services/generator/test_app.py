from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from faststream.kafka import TestKafkaBroker

from services.generator.app import ADAPTERS, create_worker
from services.generator.consumer import follow_withdrawals, register
from services.generator.grounding.passage_cache import BatchPlace, PassageCache
from services.generator.service import GeneratorService
from services.generator.settings import GeneratorSettings
from shared.contracts.backends import DIALECTS
from shared.contracts.documents import DocumentWithdrawn
from shared.contracts.questions import GenerationRequested
from shared.contracts.topics import DOCUMENTS_WITHDRAWN, GENERATION_REQUESTED
from shared.kafka.broker import create_broker
from shared.settings import BackendSettings, BrokerSettings, GrantSettings, ObjectStoreSettings, TelemetrySettings
from shared.telemetry.setup import Telemetry
from shared.worker.context import WorkerContext
from tests.fakes.generator import CALIBRATION, passage
from tests.support.subscribers import subscribers_of


class Recorder(GeneratorService):
    """A service that remembers what it was asked."""

    def __init__(self) -> None:
        self.requests: list[GenerationRequested] = []

    async def answer(self, request: GenerationRequested) -> None:
        self.requests.append(request)


async def test_the_consumer_hands_requests_to_the_service() -> None:
    from datetime import UTC, datetime
    from uuid import uuid4

    telemetry = Telemetry(TelemetrySettings(), service="generator")
    broker, _ = create_broker(BrokerSettings(), service="generator", telemetry=telemetry)
    recorder = Recorder()
    register(broker, recorder, BrokerSettings(), max_concurrency=2)
    request = GenerationRequested(question_id=uuid4(), text="?", grant="g", deadline=datetime.now(UTC))
    async with TestKafkaBroker(broker) as test_broker:
        await test_broker.publish(request, topic=GENERATION_REQUESTED.name)
    assert recorder.requests == [request]
    telemetry.close()


async def test_every_replica_forgets_a_withdrawn_document() -> None:
    telemetry = Telemetry(TelemetrySettings(), service="generator")
    broker, _ = create_broker(BrokerSettings(), service="generator", telemetry=telemetry)
    cache = PassageCache()
    follow_withdrawals(broker, cache, BrokerSettings())
    (subscriber,) = subscribers_of(broker)
    item = passage(0, "Un.")
    cache.keep(BatchPlace(item.version_id, 0), {item.id: item})
    withdrawn = DocumentWithdrawn(
        document_id=item.document_id, version_id=item.version_id, sequence=1, scope="public", grant="g"
    )
    async with TestKafkaBroker(broker) as test_broker:
        await test_broker.publish(withdrawn, topic=DOCUMENTS_WITHDRAWN.name)
    assert subscriber.group_id is None
    assert len(cache) == 0
    telemetry.close()


@pytest.mark.parametrize("own", [True, False])
def test_a_worker_is_built_without_connecting(tmp_path: Path, own: bool) -> None:
    key, calibration = tmp_path / "grant.pub.pem", tmp_path / "calibration.json"
    public = Ed25519PrivateKey.generate().public_key()
    key.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    calibration.write_text(CALIBRATION.model_dump_json(), encoding="utf-8")
    worker = create_worker(
        GeneratorSettings(calibration_files=(calibration,) if own else (), abstain_below=0.2 if own else None),
        WorkerContext(objects=ObjectStoreSettings(folder=tmp_path), grants=GrantSettings(public_key_file=key)),
    )
    assert worker.name == "generator"
    assert not worker.ready()
    assert len(list(worker.broker.subscribers)) == 4
    worker.telemetry.close()


def test_every_kind_of_backend_that_generates_has_its_adapter() -> None:
    assert ADAPTERS.keys() == DIALECTS.keys()


async def test_models_that_are_down_stop_no_start(tmp_path: Path) -> None:
    key, declared = tmp_path / "grant.pub.pem", tmp_path / "backends.toml"
    public = Ed25519PrivateKey.generate().public_key()
    key.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    kinds = "".join(
        f'[backends.{kind}]\nkind = "{kind}"\naddress = "http://127.0.0.1:9"\nmodel = "m"\n' for kind in DIALECTS
    )
    declared.write_text(kinds, encoding="utf-8")
    worker = create_worker(
        GeneratorSettings(backends=BackendSettings(file=declared, default="openai")),
        WorkerContext(objects=ObjectStoreSettings(folder=tmp_path), grants=GrantSettings(public_key_file=key)),
    )
    async with worker.parts():
        assert worker.telemetry.registry.get_sample_value("vigie_model_queue", {"backend": "ollama"}) == 0
    worker.telemetry.close()
