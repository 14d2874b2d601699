"""The fetch wait of running consumers: a private name of aiokafka, watched here."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from faststream.kafka import KafkaBroker
from starlette.types import Message, Receive, Scope, Send

from services.standalone import adaptive_polling
from services.standalone.adaptive_polling import ASLEEP_MS, AWAKE_MS, AdaptivePolling, WakeOnRequest
from services.standalone.embedded_broker import EmbeddedBroker
from shared.contracts.documents import DocumentProgressed
from shared.contracts.questions import AnswerStreamed
from shared.contracts.topics import ANSWERS_STREAMED, DOCUMENTS_PROGRESSED, Lane
from shared.kafka.broker import create_broker, start_broker, subscription
from shared.settings import BrokerSettings, TelemetrySettings
from shared.telemetry.setup import Telemetry
from tests.support.subscribers import subscribers_of

START_MS = 21
DOCUMENTS_MS = 123
AWAKE: dict[Lane, int] = {"questions": AWAKE_MS, "documents": 45}


@pytest.fixture
def address() -> Iterator[str]:
    broker = EmbeddedBroker()
    yield broker.open()
    broker.close()


@dataclass
class Consuming:
    broker: KafkaBroker

    def waits(self) -> dict[str, int]:
        """Each topic's fetch wait as its running consumer has it."""
        waits: dict[str, int] = {}
        for subscriber in subscribers_of(self.broker):
            assert subscriber.consumer is not None
            waits[subscriber.topic_names[0]] = subscriber.consumer._fetcher._fetch_max_wait_ms
        return waits


@pytest.fixture
async def consuming(address: str) -> AsyncIterator[Consuming]:
    kafka = BrokerSettings(
        bootstrap_servers=address, question_fetch_wait_ms=START_MS, document_fetch_wait_ms=DOCUMENTS_MS
    )
    telemetry = Telemetry(TelemetrySettings(), service="test")
    broker, _ = create_broker(kafka, service="test", telemetry=telemetry)

    @subscription(broker, ANSWERS_STREAMED, group=None, kafka=kafka)
    async def answer_streamed(_event: AnswerStreamed) -> None: ...

    @subscription(broker, DOCUMENTS_PROGRESSED, group=None, kafka=kafka)
    async def document_progressed(_event: DocumentProgressed) -> None: ...

    await start_broker(broker)
    yield Consuming(broker)
    await broker.stop()
    telemetry.close()


async def test_who_asks_is_polled_for_quickly_and_silence_seldom(
    consuming: Consuming, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert consuming.waits() == {"answers.streamed": START_MS, "documents.progressed": DOCUMENTS_MS}
    monkeypatch.setattr(adaptive_polling, "PAUSE_S", 0.2)
    adaptive = AdaptivePolling([consuming.broker], AWAKE)
    adaptive.wake("questions")
    assert consuming.waits() == {"answers.streamed": AWAKE_MS, "documents.progressed": DOCUMENTS_MS}
    await asleep(consuming, "answers.streamed", ASLEEP_MS["questions"])
    assert consuming.waits()["documents.progressed"] == DOCUMENTS_MS
    adaptive.wake("documents")
    assert consuming.waits()["documents.progressed"] == AWAKE["documents"]
    await asleep(consuming, "documents.progressed", ASLEEP_MS["documents"])
    adaptive.wake("questions")
    assert consuming.waits()["answers.streamed"] == AWAKE_MS
    adaptive.close()


async def test_a_lane_stays_awake_while_something_is_published(
    consuming: Consuming, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long answer, or a document that takes minutes: nobody sends a request meanwhile."""
    monkeypatch.setattr(adaptive_polling, "PAUSE_S", 0.5)
    adaptive = AdaptivePolling([consuming.broker], AWAKE)
    adaptive.wake("documents")
    for _ in range(12):
        progressed = DocumentProgressed(document_id=uuid4(), version_id=uuid4(), sequence=1, stage="embedded")
        await consuming.broker.publish(progressed, DOCUMENTS_PROGRESSED.name)
        await asyncio.sleep(0.2)
        assert consuming.waits()["documents.progressed"] == AWAKE["documents"]
    await asleep(consuming, "documents.progressed", ASLEEP_MS["documents"])
    adaptive.close()


async def asleep(consuming: Consuming, topic: str, wait_ms: int) -> None:
    async with asyncio.timeout(30):
        while consuming.waits()[topic] != wait_ms:
            await asyncio.sleep(0.02)


async def test_who_is_not_connected_yet_is_left_alone() -> None:
    telemetry = Telemetry(TelemetrySettings(), service="test")
    broker, _ = create_broker(BrokerSettings(), service="test", telemetry=telemetry)
    subscription(broker, ANSWERS_STREAMED, group=None, kafka=BrokerSettings())(_nothing)
    adaptive = AdaptivePolling([broker], AWAKE)
    adaptive.wake("questions")
    adaptive.close()
    telemetry.close()


async def _nothing(_event: AnswerStreamed) -> None: ...


@pytest.mark.parametrize(
    ("method", "path", "wakes"),
    [
        ("POST", "/v1/questions", ["questions"]),
        ("GET", "/v1/questions/1", ["questions"]),
        ("POST", "/v1/chat/completions", ["questions"]),
        ("POST", "/v1/documents", ["documents"]),
        ("DELETE", "/v1/documents/1", ["documents"]),
        ("PATCH", "/v1/documents/1", ["documents"]),
        ("GET", "/v1/documents", []),
        ("GET", "/v1/models", []),
        ("GET", "/readyz", []),
    ],
)
async def test_a_request_wakes_its_lane_before_it_is_served(method: str, path: str, wakes: list[str]) -> None:
    assert await _order({"type": "http", "method": method, "path": path}) == [*wakes, "served"]


async def test_what_is_no_request_wakes_nobody() -> None:
    assert await _order({"type": "lifespan"}) == ["served"]


async def _order(scope: Scope) -> list[str]:
    order: list[str] = []

    class Noting(AdaptivePolling):
        def wake(self, lane: Lane) -> None:
            order.append(lane)

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        order.append("served")

    async def receive() -> Message:
        raise AssertionError("nothing is read")

    async def send(_message: Message) -> None:
        raise AssertionError("nothing is sent")

    await WakeOnRequest(app, Noting([], AWAKE))(scope, receive, send)
    return order
