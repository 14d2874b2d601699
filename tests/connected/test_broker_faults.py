"""Brokers that stop, are killed and come back under load, with five processes on them (faults 2 and 5)."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count, takewhile
from pathlib import Path

import pytest

from shared.client import VigieClient
from shared.contracts.documents import DocumentSubmitted
from shared.contracts.topics import DOCUMENTS_SUBMITTED, all_names
from shared.http_api.documents import DocumentView
from shared.http_api.questions import AnswerView
from tests.e2e.conftest import ask_until_ended, assert_index_holds, ended, long_note
from tests.support.kafka import own_topics
from tests.support.own_kafka import REASON, SERVERS, OwnKafka, own_kafka
from tests.support.processes import Processes
from tests.support.topic_records import end_of, records_of

pytestmark = [
    pytest.mark.connected,
    pytest.mark.processes,
    pytest.mark.skipif(not SERVERS, reason=REASON),
    pytest.mark.timeout(600),
]

RESUMED_WITHIN_S = 60
PASSAGES = 20
PAUSE_S = 0.5


class Load:
    """Documents and questions without a pause that means anything, each accepted one remembered."""

    def __init__(self, running: Processes) -> None:
        self._running = running
        self.documents: list[DocumentView] = []
        self.questions: list[asyncio.Task[AnswerView]] = []
        self._enough = False

    @asynccontextmanager
    async def on(self) -> AsyncIterator[None]:
        self._enough = False
        giving = asyncio.create_task(self._give())
        try:
            yield
        finally:
            self._enough = True  # not cancelled: what was accepted in that moment would not be remembered
            await giving

    async def _give(self) -> None:
        async with self._running.client() as client:
            for number in takewhile(lambda _: not self._enough, count(len(self.questions))):
                self.questions.append(asyncio.create_task(ask_until_ended(self._running.client, number)))
                self.documents.append(await client.submit(f"{number}.md", long_note(number, PASSAGES).encode()))
                await asyncio.sleep(PAUSE_S)

    async def until(self, documents: int) -> None:
        """So many were accepted."""
        while len(self.documents) < documents:
            await asyncio.sleep(0.05)


@asynccontextmanager
async def five_processes(kafka: OwnKafka, folder: Path, *, replication: int = 1) -> AsyncIterator[Processes]:
    with own_topics(kafka.bootstrap_servers, replication=replication) as prefix:
        quick = {"VIGIE_KAFKA_MAX_BACKOFF_S": "1", "VIGIE_KAFKA_REQUEST_TIMEOUT_MS": "3000"}
        made = Processes(folder, kafka.bootstrap_servers, people=None, VIGIE_KAFKA_TOPIC_PREFIX=prefix, **quick)
        async with made.running() as running:
            yield running


async def all_ended(running: Processes, client: VigieClient, load: Load) -> list[DocumentView]:
    """Every accepted document and question has ended, once, and nothing became a dead letter."""
    ends = [await ended(client, each) for each in load.documents]
    answers = await asyncio.gather(*load.questions)
    assert [end.state for end in ends] == ["indexed"] * len(ends)
    assert len({answer.id for answer in answers}) == len(answers)
    counted = (await client.status()).questions
    assert counted.keys() <= {"answered", "abstained", "failed"}
    assert sum(counted.values()) == len(answers)
    for name in all_names():
        if name.endswith(".dlq"):
            assert await end_of(running.broker, running.topic(name)) == 0, name
    return ends


async def resumed(client: VigieClient, load: Load) -> float:
    """Seconds until a document that was accepted now is in the index."""
    since = time.monotonic()
    number = 1000 + len(load.documents)
    document = await client.submit(f"{number}.md", long_note(number, 3).encode())
    load.documents.append(document)
    assert (await ended(client, document)).state == "indexed"
    return time.monotonic() - since


async def test_fault_5_a_broker_that_is_stopped_and_one_that_is_killed_lose_nothing_of_what_was_accepted(
    tmp_path: Path,
) -> None:
    with own_kafka() as kafka:
        async with five_processes(kafka, tmp_path) as running, running.client() as client:
            load = Load(running)
            for kill in (False, True):
                accepted = len(load.documents)
                async with load.on():
                    await load.until(accepted + 4)
                    await asyncio.to_thread(kafka.stop, kill=kill)
                    await load.until(len(load.documents) + 4)  # the gateway goes on accepting
                    await asyncio.to_thread(kafka.restart)
                    assert await resumed(client, load) < RESUMED_WITHIN_S
            ends = await all_ended(running, client, load)
            running.stop()
        await assert_index_holds(tmp_path / "index", ends)


async def test_fault_2_what_a_killed_gateway_had_accepted_and_not_published_goes_out_at_its_restart(
    tmp_path: Path,
) -> None:
    """The broker is away: the event can be nowhere but in the outbox when the gateway is killed."""
    with own_kafka() as kafka:
        async with five_processes(kafka, tmp_path) as running, running.client() as client:
            await asyncio.to_thread(kafka.stop, kill=True)
            documents = [await client.submit(f"{n}.md", long_note(n, 3).encode()) for n in range(5)]
            running.kill("gateway")
            await asyncio.to_thread(kafka.restart)
            running.start("gateway")
            await running.ready("gateway")
            ends = [await ended(client, each) for each in documents]
            records = await records_of(running.broker, running.topic(DOCUMENTS_SUBMITTED.name))
            events = [DocumentSubmitted.model_validate_json(record.value) for record in records]
            assert {event.document_id for event in events} == {document.id for document in documents}
            assert len({event.id for event in events}) == len(documents), "sent again, it is the same event"
            assert [end.state for end in ends] == ["indexed"] * len(ends)


async def test_fault_5_one_of_three_nodes_killed_is_survived_and_taken_in_again(tmp_path: Path) -> None:
    """Every topic is on all three nodes, two of which must have a record: work goes on without the third."""
    with own_kafka(nodes=3) as kafka:
        async with five_processes(kafka, tmp_path, replication=3) as running, running.client() as client:
            load = Load(running)
            async with load.on():
                await load.until(4)
                await asyncio.to_thread(kafka.stop, 2, kill=True)
                assert await resumed(client, load) < RESUMED_WITHIN_S
                await load.until(len(load.documents) + 4)
                await asyncio.to_thread(kafka.restart, 2)
                assert await resumed(client, load) < RESUMED_WITHIN_S
            ends = await all_ended(running, client, load)
            running.stop()
        await assert_index_holds(tmp_path / "index", ends)
