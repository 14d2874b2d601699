"""The fetch wait of running consumers: a private name of aiokafka, watched here."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
from faststream.kafka import KafkaBroker

from services.standalone import adaptive_polling
from services.standalone.adaptive_polling import ASLEEP_MS, AWAKE_MS, AdaptivePolling, WakeOnQuestion
from services.standalone.embedded_broker import EmbeddedBroker
from shared.contracts.documents import DocumentProgressed
from shared.contracts.questions import AnswerStreamed
from shared.contracts.topics import ANSWERS_STREAMED, DOCUMENTS_PROGRESSED
from shared.kafka.broker import create_broker, start_broker, subscription
from shared.settings import BrokerSettings, TelemetrySettings
from shared.telemetry.setup import Telemetry

START_MS = 21
DOCUMENTS_MS = 123


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
        return {
            subscriber.topic_names[0]: subscriber.consumer._fetcher._fetch_max_wait_ms
            for subscriber in self.broker.subscribers
        }


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


async def test_questions_are_polled_quickly_while_somebody_asks(
    consuming: Consuming, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert consuming.waits() == {"answers.streamed": START_MS, "documents.progressed": DOCUMENTS_MS}
    monkeypatch.setattr(adaptive_polling, "PAUSE_S", 0.2)
    adaptive = AdaptivePolling([consuming.broker])
    adaptive.wake()
    assert consuming.waits() == {"answers.streamed": AWAKE_MS, "documents.progressed": DOCUMENTS_MS}
    async with asyncio.timeout(30):
        while consuming.waits()["answers.streamed"] != ASLEEP_MS:
            await asyncio.sleep(0.02)
    assert consuming.waits()["documents.progressed"] == DOCUMENTS_MS
    adaptive.wake()
    assert consuming.waits()["answers.streamed"] == AWAKE_MS
    adaptive.close()


async def test_who_is_not_connected_yet_is_left_alone() -> None:
    telemetry = Telemetry(TelemetrySettings(), service="test")
    broker, _ = create_broker(BrokerSettings(), service="test", telemetry=telemetry)
    subscription(broker, ANSWERS_STREAMED, group=None, kafka=BrokerSettings())(_nothing)
    adaptive = AdaptivePolling([broker])
    adaptive.wake()
    adaptive.close()
    telemetry.close()


async def _nothing(_event: AnswerStreamed) -> None: ...


@pytest.mark.parametrize(
    ("kind", "path", "wakes"),
    [
        ("http", "/v1/questions", 1),
        ("http", "/v1/questions/1", 1),
        ("http", "/v1/chat/completions", 1),
        ("http", "/v1/documents", 0),
        ("http", "/v1/models", 0),
        ("lifespan", "", 0),
    ],
)
async def test_a_request_for_questions_wakes_before_it_is_served(kind: str, path: str, wakes: int) -> None:
    order: list[str] = []

    class Counting(AdaptivePolling):
        def wake(self) -> None:
            order.append("woken")

    async def app(_scope, _receive, _send) -> None:
        order.append("served")

    scope = {"type": kind} | ({"path": path} if path else {})
    await WakeOnQuestion(app, Counting([]))(scope, None, None)
    assert order == ["woken"] * wakes + ["served"]
