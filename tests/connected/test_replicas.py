"""Two gateways on one PostgreSQL and a real Kafka, with all workers; the database stops in the middle (fault 19).

VIGIE_TEST_KAFKA names the broker: the embedded one refuses a second member in a group. The topics have a prefix.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import cycle
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from shared.client import VigieClient
from shared.contracts.services import Service
from shared.contracts.topics import all_names
from shared.http_api.questions import AnswerView
from tests.e2e.conftest import ask_until_ended, assert_index_holds, ended, long_note
from tests.support.postgres import PROGRAMS, REASON, OwnPostgres, own_postgres
from tests.support.processes import Processes
from tests.support.topic_records import end_of

KAFKA = os.environ.get("VIGIE_TEST_KAFKA", "")

pytestmark = [
    pytest.mark.connected,
    pytest.mark.processes,
    pytest.mark.skipif(PROGRAMS is None, reason=REASON),
    pytest.mark.skipif(not KAFKA, reason="replicas were not tested: VIGIE_TEST_KAFKA names no broker"),
]

AWAY_S = 60
PAUSE_S = 0.5

QUICK = {
    "VIGIE_GATEWAY_DATABASE_ACQUIRE_TIMEOUT_S": "2",
    "VIGIE_KAFKA_MAX_BACKOFF_S": "1",
    "VIGIE_EMBEDDER_HASHING_DELAY_MS": "5",
}


@pytest.fixture
def server() -> Iterator[OwnPostgres]:
    with own_postgres() as running:
        yield running


@pytest.fixture
def topics() -> Iterator[str]:
    """The prefix of topics that are a test's own."""
    prefix = f"test-{uuid4().hex[:8]}."
    admin = AdminClient({"bootstrap.servers": KAFKA})
    names = [f"{prefix}{name}" for name in all_names()]
    for made in admin.create_topics([NewTopic(name, 2, 1) for name in names]).values():
        made.result(30)
    yield prefix
    for gone in admin.delete_topics(names).values():
        gone.result(30)


class Replicas:
    """The first set of processes has the workers and a gateway, the second one more gateway on the same folder."""

    def __init__(self, folder: Path, topics: str, database: str) -> None:
        environment = QUICK | {"VIGIE_GATEWAY_DATABASE_URL": database, "VIGIE_KAFKA_TOPIC_PREFIX": topics}
        self.both = [Processes(folder, KAFKA, people=None, **environment) for _ in range(2)]

    def clients(self) -> tuple[VigieClient, VigieClient]:
        first, second = (each.client() for each in self.both)
        return first, second


@pytest.fixture
async def replicas(tmp_path: Path, topics: str, server: OwnPostgres) -> AsyncIterator[Replicas]:
    running = Replicas(tmp_path, topics, await server.database())
    try:
        running.both[0].start(*reversed(Service))
        running.both[1].start("gateway")  # both gateways at once, on an empty database
        await running.both[0].ready(*reversed(Service))
        await running.both[1].ready("gateway")
        yield running
    finally:
        for each in running.both:
            each.stop()


async def post(client: VigieClient, question: str, key: str) -> httpx.Response:
    return await client.http.post(
        "/v1/questions", json={"question": question}, headers={"idempotency-key": key}, timeout=90
    )


async def leader(server: OwnPostgres, database: str) -> UUID | None:
    found = await server.scalar("SELECT holder FROM leases WHERE until > now()", database)
    assert found is None or isinstance(found, UUID)
    return found


@asynccontextmanager
async def asking(replicas: Replicas) -> AsyncIterator[list[asyncio.Task[AnswerView]]]:
    """A question every `PAUSE_S`, at either replica by locks, each asked under its own key until it has ended."""
    asked: list[asyncio.Task[AnswerView]] = []

    async def ask() -> None:
        for number, replica in enumerate(cycle(replicas.both)):
            asked.append(asyncio.create_task(ask_until_ended(replica.client, number)))
            await asyncio.sleep(PAUSE_S)

    stream = asyncio.create_task(ask())
    try:
        yield asked
    finally:
        stream.cancel()
        await asyncio.gather(stream, return_exceptions=True)


async def until_accepted(client: VigieClient, questions: int) -> None:
    """So many are under way."""
    async with asyncio.timeout(60):
        while (await client.status()).questions.get("accepted", 0) < questions:
            await asyncio.sleep(0.1)


async def assert_ended_once(client: VigieClient, answers: list[AnswerView], before: int) -> None:
    """Each question has one end, and there are no others than these and those `before`."""
    assert len({answer.id for answer in answers}) == len(answers)
    for answer in answers:
        assert (await client.question(answer.id)).state == answer.state
    counted = (await client.status()).questions
    assert counted.keys() <= {"answered", "abstained", "failed"}
    assert sum(counted.values()) == before + len(answers)


async def test_replicas_share_questions_keys_and_the_relay_and_outlive_their_database(
    replicas: Replicas, server: OwnPostgres, topics: str, tmp_path: Path
) -> None:
    database = replicas.both[0].environment["VIGIE_GATEWAY_DATABASE_URL"]
    first, second = replicas.clients()
    async with first, second:
        documents = [await client.submit(f"{n}.md", long_note(n, 5).encode())
                     for n, client in enumerate((first, second))]  # fmt: skip
        assert [(await ended(second, each)).state for each in documents] == ["indexed"] * 2

        # One key at both replicas, at once and again: one question, the same answer.
        question = "Quelle consigne pour la machine 1 ?"
        answers = await asyncio.gather(*(post(each, question, "one") for each in (first, second, first, second)))
        bodies = [answer.json() for answer in answers if answer.is_success]
        assert bodies
        assert {answer.status_code for answer in answers} <= {200, 409}
        again = [(await post(each, question, "one")).json() for each in (first, second)]
        assert len({body["id"] for body in (*bodies, *again)}) == 1
        assert (await second.status()).questions == {"answered": 1}

        # Streams at either replica, of questions that the workers answer to both.
        streamed = await asyncio.gather(
            *(post(each, f"Quelle consigne pour le poste {n} ?", f"k{n}") for n, each in enumerate((first, second) * 5))
        )
        assert {answer.status_code for answer in streamed} == {200}

        # The relay goes over when its holder is killed.
        assert await leader(server, database) is not None
        replicas.both[0].kill("gateway")
        killed = time.monotonic()
        document = await second.submit("after.md", long_note(7, 3).encode())
        assert (await ended(second, document)).state == "indexed"
        assert time.monotonic() - killed < 30
        documents.append(document)
        replicas.both[0].start("gateway")
        await replicas.both[0].ready("gateway")

        # The database stops while documents and questions are under way; it is away when their answers come, and
        # for long enough that the workers have more to report than can be stored.
        before = sum((await first.status()).questions.values())
        replicas.both[0].kill("generator")
        async with asking(replicas) as asked:
            await until_accepted(first, 6)
            under_way = [await first.submit(f"way-{n}.md", long_note(20 + n, 60).encode()) for n in range(4)]
            documents += under_way
            await asyncio.to_thread(server.stop)
            replicas.both[0].start("generator")
            for client in (first, second):
                refused = await client.http.post("/v1/documents", files={"file": ("x.md", b"# X\n\nUn texte.")})
                assert refused.status_code == 503
                assert refused.headers["content-type"] == "application/problem+json"
                assert int(refused.headers["retry-after"]) > 0
                assert (await post(client, question, "while it is down")).status_code == 503
                assert (await client.http.get("/livez")).is_success
            await asyncio.sleep(AWAY_S)
            await asyncio.to_thread(server.start)
            assert [(await ended(second, each)).state for each in under_way] == ["indexed"] * 4
        await assert_ended_once(second, await asyncio.gather(*asked), before)
        assert (await post(first, question, "when it is back")).status_code == 200
        names = {each.file_name async for each in second.documents()}
        assert "x.md" not in names
        assert {await end_of(KAFKA, f"{topics}{name}") for name in all_names() if name.endswith(".dlq")} == {0}
        finished = [await ended(second, each) for each in documents]
    for each in replicas.both:
        each.stop()
    await assert_index_holds(tmp_path / "index", finished)
