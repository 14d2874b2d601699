"""Bodies of messages pass the sealer: the seam for encryption, shown with a sealer that changes every byte."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest

from services.standalone.embedded_broker import EmbeddedBroker
from shared.contracts.base import ObjectRef
from shared.contracts.documents import DocumentProgressed, DocumentSubmitted
from shared.contracts.topics import DOCUMENTS_PROGRESSED, DOCUMENTS_SUBMITTED
from shared.errors import EmptyDocument
from shared.kafka.broker import Broker, BrokerEvents, create_broker, start_broker, subscription
from shared.settings import BrokerSettings, TelemetrySettings
from shared.telemetry.setup import Telemetry
from tests.fakes.sealing import FlippingSealer
from tests.support.topic_records import records_of

SECRET = "Zyklotron"
UNIT = "unit:UMR5219"


@pytest.fixture
def address() -> Iterator[str]:
    broker = EmbeddedBroker()
    yield broker.open()
    broker.close()


@pytest.fixture
async def sealed(address: str) -> AsyncIterator[tuple[Broker, BrokerEvents, FlippingSealer, BrokerSettings]]:
    telemetry, sealer = Telemetry(TelemetrySettings(), service="test"), FlippingSealer()
    kafka = BrokerSettings(bootstrap_servers=address, question_fetch_wait_ms=10, document_fetch_wait_ms=10)
    broker, events = create_broker(kafka, service="test", telemetry=telemetry, sealer=sealer)
    yield broker, events, sealer, kafka
    await broker.stop()
    telemetry.close()


def submitted() -> DocumentSubmitted:
    return DocumentSubmitted(
        document_id=uuid4(), version_id=uuid4(), sequence=1, scope=UNIT, grant="g", media_type="text/plain",
        source=ObjectRef(key="sources/x", sha256="0", size=1), title=SECRET, file_name="x.txt",
    )  # fmt: skip


async def test_body_is_sealed_for_its_scope_and_read_by_the_handler(
    sealed: tuple[Broker, BrokerEvents, FlippingSealer, BrokerSettings], address: str
) -> None:
    broker, events, sealer, kafka = sealed
    heard: asyncio.Queue[DocumentSubmitted] = asyncio.Queue()

    @subscription(broker, DOCUMENTS_SUBMITTED, group="test", kafka=kafka)
    async def handle(event: DocumentSubmitted) -> None:
        heard.put_nowait(event)

    await start_broker(broker)
    event = submitted()
    await events.publish(event)
    async with asyncio.timeout(30):
        assert await heard.get() == event
    [record] = await records_of(address, DOCUMENTS_SUBMITTED.name)
    assert SECRET.encode() not in record.value
    assert sealer.scopes[DOCUMENTS_SUBMITTED.name] == UNIT


async def test_job_of_a_sealed_message_that_cannot_be_handled_ends(
    sealed: tuple[Broker, BrokerEvents, FlippingSealer, BrokerSettings], address: str
) -> None:
    broker, events, sealer, kafka = sealed

    @subscription(broker, DOCUMENTS_SUBMITTED, group="test", kafka=kafka)
    async def refuse(_event: DocumentSubmitted) -> None:
        raise EmptyDocument(name="x.txt")

    ended: asyncio.Queue[DocumentProgressed] = asyncio.Queue()

    @subscription(broker, DOCUMENTS_PROGRESSED, group="test", kafka=kafka)
    async def follow(event: DocumentProgressed) -> None:
        ended.put_nowait(event)

    await start_broker(broker)
    event = submitted()
    await events.publish(event)
    async with asyncio.timeout(30):
        end = await ended.get()
    assert (end.document_id, end.stage) == (event.document_id, "failed")
    assert DOCUMENTS_PROGRESSED.name in sealer.scopes
