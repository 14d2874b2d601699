"""Consumers on the embedded broker rest while nothing is asked and nothing sent."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import get_args
from uuid import UUID, uuid4

import pytest
from faststream.kafka import KafkaBroker
from starlette.types import Message, Receive, Scope, Send

from services.standalone import adaptive_polling
from services.standalone.adaptive_polling import AWAKE_MS, AdaptivePolling, WakeOnRequest
from services.standalone.embedded_broker import EmbeddedBroker
from shared.contracts.documents import DocumentProgressed
from shared.contracts.questions import AnswerStreamed
from shared.contracts.topics import ANSWERS_STREAMED, DOCUMENTS_PROGRESSED, QUESTIONS_ASKED, Lane, lane_of
from shared.kafka.broker import create_broker, start_broker, subscription
from shared.settings import BrokerSettings, TelemetrySettings
from shared.telemetry.setup import Telemetry
from tests.support.subscribers import subscribers_of

LANES: dict[str, Lane] = {ANSWERS_STREAMED.name: "questions", DOCUMENTS_PROGRESSED.name: "documents"}


@pytest.fixture
def address() -> Iterator[str]:
    broker = EmbeddedBroker()
    yield broker.open()
    broker.close()


@dataclass
class Consuming:
    broker: KafkaBroker
    heard: list[UUID]

    def resting(self) -> set[Lane]:
        """The lanes whose running consumer is paused."""
        consumers = {each.topic_names[0]: each.consumer for each in subscribers_of(self.broker)}
        return {lane for topic, lane in LANES.items() if (consumer := consumers[topic]) and consumer.paused()}

    async def until_resting(self, *lanes: Lane) -> None:
        async with asyncio.timeout(30):
            while self.resting() != set(lanes):
                await asyncio.sleep(0.01)

    async def publish(self) -> UUID:
        progressed = DocumentProgressed(document_id=uuid4(), version_id=uuid4(), sequence=1, stage="embedded")
        await self.broker.publish(progressed, DOCUMENTS_PROGRESSED.name)
        return progressed.document_id

    async def until_heard(self, document_id: UUID) -> None:
        async with asyncio.timeout(30):
            while document_id not in self.heard:
                await asyncio.sleep(0.01)


@pytest.fixture
async def consuming(address: str) -> AsyncIterator[Consuming]:
    kafka = BrokerSettings(bootstrap_servers=address, question_fetch_wait_ms=AWAKE_MS, document_fetch_wait_ms=AWAKE_MS)
    telemetry = Telemetry(TelemetrySettings(), service="test")
    broker, _ = create_broker(kafka, service="test", telemetry=telemetry)
    heard: list[UUID] = []

    @subscription(broker, ANSWERS_STREAMED, group=None, kafka=kafka)
    async def answer_streamed(_event: AnswerStreamed) -> None: ...

    @subscription(broker, DOCUMENTS_PROGRESSED, group=None, kafka=kafka)
    async def document_progressed(event: DocumentProgressed) -> None:
        heard.append(event.document_id)

    await start_broker(broker)
    yield Consuming(broker, heard)
    await broker.stop()
    telemetry.close()


@pytest.fixture
def polling(consuming: Consuming, monkeypatch: pytest.MonkeyPatch) -> Iterator[AdaptivePolling]:
    monkeypatch.setattr(adaptive_polling, "PAUSE_S", 0.2)
    adaptive = AdaptivePolling([consuming.broker])
    yield adaptive
    adaptive.close()


async def test_consumers_rest_in_silence_and_a_request_wakes_those_of_its_lane(
    consuming: Consuming, polling: AdaptivePolling
) -> None:
    polling.wake("questions")
    assert consuming.resting() == set()
    await consuming.until_resting("questions")
    polling.wake("documents")
    await consuming.until_resting("questions", "documents")
    polling.wake("questions")
    assert consuming.resting() == {"documents"}


async def test_a_lane_stays_awake_while_something_is_published(consuming: Consuming, polling: AdaptivePolling) -> None:
    """A long answer, or a document that takes minutes: nobody sends a request meanwhile."""
    polling.wake("documents")
    for _ in range(12):
        await consuming.publish()
        await asyncio.sleep(0.08)
        assert consuming.resting() == set()
    await consuming.until_resting("documents")


async def test_what_is_published_wakes_its_lane_and_is_read_at_once(
    consuming: Consuming, polling: AdaptivePolling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adaptive_polling, "REST_S", 60)
    for lane in get_args(Lane):
        polling.wake(lane)
    await consuming.until_resting("questions", "documents")
    document = await consuming.publish()
    assert consuming.resting() == {"questions"}
    await consuming.until_heard(document)
    assert consuming.heard == [document]


async def test_a_record_that_nobody_told_of_is_found_while_the_lane_rests(
    address: str, consuming: Consuming, polling: AdaptivePolling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adaptive_polling, "REST_S", 0.1)
    polling.wake("documents")
    await consuming.until_resting("documents")
    event = DocumentProgressed(document_id=uuid4(), version_id=uuid4(), sequence=1, stage="embedded")
    async with KafkaBroker(address) as elsewhere:
        await elsewhere.publish(event, DOCUMENTS_PROGRESSED.name)
    await consuming.until_heard(event.document_id)
    await consuming.until_resting("documents")


async def test_who_is_not_connected_yet_is_left_alone() -> None:
    telemetry = Telemetry(TelemetrySettings(), service="test")
    broker, _ = create_broker(BrokerSettings(), service="test", telemetry=telemetry)
    subscription(broker, ANSWERS_STREAMED, group=None, kafka=BrokerSettings())(_nothing)
    adaptive = AdaptivePolling([broker])
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

    await WakeOnRequest(app, Noting([]))(scope, receive, send)
    return order


def test_the_consumer_of_dead_letters_rests_with_those_that_nobody_waits_for() -> None:
    assert lane_of(QUESTIONS_ASKED.name) == "questions"
    assert lane_of(QUESTIONS_ASKED.dead_letters) == lane_of(DOCUMENTS_PROGRESSED.name) == "documents"
    assert lane_of("of.another.version") is None
