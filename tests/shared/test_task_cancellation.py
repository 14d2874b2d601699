"""A start that is cancelled ends first, and leaves no connection behind; a swallowed cancellation counts."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress

import aiokafka.client
import pytest

from services.standalone.embedded_broker import EmbeddedBroker
from shared.kafka.cancellation_safety import raise_if_cancelled, shield_until_done
from shared.settings import BrokerSettings
from tests.support.listening import PATIENCE_S, Listening


class Step:
    """One that begins, and ends when the test says so."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.free = asyncio.Event()
        self.ended = False
        self.broken = False

    async def run(self) -> str:
        self.begun.set()
        try:
            await self.free.wait()
        except asyncio.CancelledError:
            self.broken = True
            raise
        self.ended = True
        return "ended"


async def test_a_step_returns_what_it_returns() -> None:
    step = Step()
    step.free.set()
    assert await shield_until_done(step.run()) == "ended"


async def test_a_step_raises_what_it_raises() -> None:
    async def fail() -> None:
        raise OSError("away")

    with pytest.raises(OSError, match="away"):
        await shield_until_done(fail())


async def test_a_cancellation_waits_for_the_step() -> None:
    step = Step()
    caller = asyncio.create_task(shield_until_done(step.run()))
    await step.begun.wait()
    caller.cancel()
    await asyncio.wait([caller], timeout=0.05)
    assert not caller.done()
    step.free.set()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert step.ended


async def test_a_timeout_waits_for_the_step_and_is_still_one() -> None:
    step = Step()
    asyncio.get_running_loop().call_later(0.05, step.free.set)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await shield_until_done(step.run())
    assert step.ended


@pytest.mark.parametrize("again", [False, True], ids=["patience ends", "cancelled again"])
async def test_a_step_that_does_not_end_is_broken_after_all(again: bool) -> None:
    step = Step()
    caller = asyncio.create_task(shield_until_done(step.run(), timeout_s=PATIENCE_S if again else 0.01))
    await step.begun.wait()
    caller.cancel()
    if again:
        await asyncio.sleep(0)
        caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert step.broken


async def test_a_cancellation_that_was_swallowed_is_heeded() -> None:
    begun = asyncio.Event()

    async def swallow() -> None:
        while True:
            raise_if_cancelled()
            begun.set()
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(PATIENCE_S)

    swallowing = asyncio.create_task(swallow())
    await begun.wait()
    swallowing.cancel()
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.wait([swallowing])
    assert swallowing.cancelled()


async def test_a_timeout_within_is_no_cancellation() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await asyncio.sleep(PATIENCE_S)
    raise_if_cancelled()


@pytest.fixture
def kafka() -> Iterator[BrokerSettings]:
    broker = EmbeddedBroker()
    yield BrokerSettings(bootstrap_servers=broker.open(), watch_period_s=0.05)
    broker.close()


class Clients:
    """Kafka clients of a test: their connections, and when each asks for the nodes of its cluster."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.connections: list[aiokafka.client.AIOKafkaConnection] = []
        self.asked: asyncio.Queue[None] = asyncio.Queue()
        self._create, self._request = aiokafka.client.create_conn, aiokafka.client.MetadataRequest
        monkeypatch.setattr(aiokafka.client, "create_conn", self.create_conn)
        monkeypatch.setattr(aiokafka.client, "MetadataRequest", self.metadata_request)

    async def create_conn(self, *args: object, **options: object) -> "aiokafka.client.AIOKafkaConnection":
        self.connections.append(made := await self._create(*args, **options))
        return made

    def metadata_request(self, topics: list[str] | None) -> object:
        if topics == []:  # of a client that starts; later it asks for the topics that it uses
            self.asked.put_nowait(None)
        return self._request(topics)


@pytest.mark.parametrize("client", range(5), ids=["reachable", "producer", "admin", "consumer", "watchdog"])
async def test_a_worker_that_stops_while_a_client_starts_leaves_no_connection(
    kafka: BrokerSettings, client: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients = Clients(monkeypatch)
    made = Listening(kafka)

    async def work() -> None:
        async with made.worker.running():
            await asyncio.sleep(PATIENCE_S)

    working = asyncio.create_task(work())
    async with asyncio.timeout(PATIENCE_S):
        for _ in range(client + 1):
            await clients.asked.get()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    made.telemetry.close()
    assert clients.connections
    assert not [each for each in clients.connections if each.connected()]
