"""Consumers that do not move are replaced; workers start before their broker does."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest
from aiokafka.errors import KafkaConnectionError

import shared.kafka.watchdog
import shared.worker.worker
from services.standalone.embedded_broker import EmbeddedBroker
from shared.contracts.questions import QuestionCancelled
from shared.errors import Unavailable
from shared.kafka.subscriber import ManagedSubscriber
from shared.settings import BrokerSettings
from tests.support.listening import PATIENCE_S, Listening

QUESTION = uuid4()


@pytest.fixture
def kafka() -> Iterator[BrokerSettings]:
    broker = EmbeddedBroker()
    yield BrokerSettings(
        bootstrap_servers=broker.open(),
        document_fetch_wait_ms=10,
        commit_interval_ms=20,
        max_backoff_s=0.1,
        watch_period_s=0.05,
        stuck_after_s=0.3,
        session_timeout_ms=6000,  # for so long the embedded broker lets nobody in the place of one that is replaced
    )
    broker.close()


@pytest.fixture
async def listening(kafka: BrokerSettings, request: pytest.FixtureRequest) -> AsyncIterator[Listening]:
    made = Listening(kafka, getattr(request, "param", "test"))
    yield made
    made.telemetry.close()


@pytest.mark.parametrize("listening", ["test", None], indirect=True, ids=["of a group", "without a group"])
async def test_a_consumer_that_does_not_move_is_replaced_and_goes_on_where_it_stood(listening: Listening) -> None:
    async with listening.worker.running():
        await listening.hears()
        [consumption] = listening.broker.subscribers
        assert isinstance(consumption, ManagedSubscriber)
        assert consumption.consumer is not None
        consumption.consumer.pause(*consumption.consumer.assignment())  # as one whose fetcher hangs
        await listening.hears()
        await listening.hears()
        assert listening.figure("vigie_consumer_restarts_total") == 1
        assert listening.worker.in_reach()
    assert listening.heard.empty(), "what was handled and committed before is not handed out again"


async def test_the_lag_is_what_is_not_handled_yet(listening: Listening) -> None:
    async with listening.worker.running():
        async with listening.holding():
            for _ in range(3):
                await listening.events.publish(QuestionCancelled(question_id=QUESTION))
            await listening.until_lag(3)
        await listening.until_lag(0)
    assert listening.figure("vigie_consumer_restarts_total") == 0, "a handler at work is no consumer that hangs"


async def test_a_worker_starts_before_its_broker_and_consumes_once_that_is_up(
    listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    up = asyncio.Event()
    reachable = shared.kafka.watchdog.reachable

    async def not_yet(settings: BrokerSettings) -> None:
        if not up.is_set():
            raise KafkaConnectionError
        await reachable(settings)

    monkeypatch.setattr(shared.worker.worker, "reachable", not_yet)
    async with listening.worker.running():
        assert not listening.worker.ready()
        with pytest.raises(Unavailable):
            await listening.events.publish(QuestionCancelled(question_id=uuid4()))
        up.set()
        async with asyncio.timeout(PATIENCE_S):
            while not listening.worker.ready():
                await asyncio.sleep(0.02)
        await listening.hears()


async def test_a_worker_whose_kafka_is_away_for_long_is_not_ready(
    kafka: BrokerSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Listening(kafka.model_copy(update={"away_after_s": 0.2, "watch_period_s": 3600}))
    async with made.worker.running():
        assert made.worker.ready()
        async with asyncio.timeout(PATIENCE_S):
            while made.worker.in_reach():
                await asyncio.sleep(0.02)
        assert made.worker.ready(), "the gateway goes on: its outbox keeps what is accepted"
    made.telemetry.close()


async def test_a_watchdog_ends_when_it_is_cancelled_as_kafka_answers(
    listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = _Starting()
    monkeypatch.setattr(shared.kafka.watchdog, "AIOKafkaConsumer", lambda **_: client)
    watching = asyncio.create_task(shared.kafka.watchdog.Watchdog(listening.broker, listening.telemetry.registry).run())
    await client.asked.wait()
    client.answer.set_result(None)
    watching.cancel()  # the answer has come, and whoever waits for it has not gone on yet
    done, _ = await asyncio.wait([watching], timeout=5)
    assert done
    assert watching.cancelled()
    assert client.stopped


class _Starting:
    """A Kafka client whose start ends when the test says so."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.answer = asyncio.get_running_loop().create_future()
        self.stopped = False

    async def start(self) -> None:
        self.asked.set()
        await self.answer

    async def stop(self) -> None:
        self.stopped = True
