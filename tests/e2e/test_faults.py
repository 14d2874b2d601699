"""Services that end in the worst moment (docs/faults.md, rows 1, 3 and 4), as processes."""

import asyncio
import random
from pathlib import Path

import httpx
import pytest

from shared.contracts.services import Service
from shared.contracts.topics import PASSAGES_EMBEDDED, PASSAGES_EXTRACTED
from shared.settings import BrokerSettings
from tests.e2e.conftest import ProcessesMaker, ask_until_ended, assert_index_holds, ended, long_note
from tests.support.processes import Processes
from tests.support.topic_records import committed, records_of

pytestmark = pytest.mark.processes

WORKERS = [name for name in Service if name != Service.GATEWAY]
PATIENCE_S = 60
TERMINATION_GRACE_S = 30  # Kubernetes' own
GRACEFUL_S = 1  # asked for below, so that the test is not as slow as the default
ENDS_WITHIN_S = TERMINATION_GRACE_S - (BrokerSettings.model_fields["graceful_timeout_s"].default - GRACEFUL_S)


NEVER_COMMITTED = {"VIGIE_KAFKA_COMMIT_INTERVAL_MS": "3600000", "VIGIE_EMBEDDER_HASHING_DELAY_MS": "5"}


@pytest.mark.parametrize("processes", [NEVER_COMMITTED], indirect=True, ids=["never-committed"])
async def test_fault_1_workers_killed_between_effect_and_commit_lose_nothing_and_double_nothing(
    processes: Processes,
) -> None:
    """No offset is committed before a stop, so that each of the 20 kills falls between effects and their commit."""
    dice = random.Random(1)
    documents = []
    asked = 0
    async with processes.client() as client:
        for round_ in range(5):
            batch = [await client.submit(f"{round_}-{n}.md", long_note(round_ * 10 + n, 60).encode()) for n in range(2)]
            documents += batch
            questions = [asyncio.create_task(ask_until_ended(processes.client, round_ * 10 + n)) for n in range(2)]
            asked += len(questions)
            while (await client.document(batch[0].id)).state == "accepted":
                await asyncio.sleep(0.02)
            await asyncio.sleep(dice.uniform(0, 1))
            for name in dice.sample(WORKERS, len(WORKERS)):
                processes.kill(name)
            processes.start(*WORKERS)
            answers = await asyncio.gather(*questions)
            assert all(answer.state in {"answered", "abstained"} for answer in answers)
        ends = [await ended(client, document) for document in documents]
        counted = (await client.status()).questions
    assert [end.state for end in ends] == ["indexed"] * len(ends)
    assert sum(counted.values()) == asked
    embedded = [record.value for record in await records_of(processes.broker, processes.topic(PASSAGES_EMBEDDED.name))]
    distinct = {PASSAGES_EMBEDDED.message.model_validate_json(value).id for value in embedded}
    assert len(embedded) > len(distinct), "batches were embedded and announced again, under the same ids"
    processes.stop()
    await assert_index_holds(processes.data / "index", ends)


async def test_fault_3_a_gateway_killed_while_it_streams_leaves_one_question(
    tmp_path: Path, make_processes: ProcessesMaker
) -> None:
    """The stream is cut without its last event; the same key again brings the same question to its end."""
    rest = [name for name in Service if name != "embedder"]  # without it the stream stays open
    async with make_processes(tmp_path) as made, made.running(*rest) as running, running.client() as client:
        events = await _cut_stream(client.http, running)
        assert [line for line in events if line.startswith("event:")] == ["event: question"]
        running.start("gateway", "embedder")
        await running.ready("gateway", "embedder")
        answer = await ask_until_ended(running.client, 7)
        again = await ask_until_ended(running.client, 7)
        counted = (await client.status()).questions
    assert answer.id == again.id
    assert str(answer.id) in " ".join(events)
    assert counted == {answer.state: 1}


async def _cut_stream(http: httpx.AsyncClient, running: Processes) -> list[str]:
    """The lines that a client has read of a stream whose gateway is killed."""
    lines: list[str] = []
    asked = {"question": "Quelle consigne pour la machine 7 ?"}
    headers = {"accept": "text/event-stream", "idempotency-key": "question-7"}

    async def read() -> None:
        async with http.stream("POST", "/v1/questions", json=asked, headers=headers) as response:
            async for line in response.aiter_lines():
                lines.append(line)
                if line.startswith("data:"):
                    running.kill("gateway")

    with pytest.raises(httpx.TransportError):  # a stream that ended as it should raises nothing
        await read()
    return lines


STUCK = {"VIGIE_EMBEDDER_HASHING_DELAY_MS": "3600000", "VIGIE_KAFKA_GRACEFUL_TIMEOUT_S": str(GRACEFUL_S)}


@pytest.mark.parametrize("processes", [STUCK], indirect=True, ids=["stuck"])
async def test_fault_4_a_stop_does_not_wait_for_a_long_handler_and_its_record_comes_again(
    processes: Processes,
) -> None:
    async with processes.client() as client:
        document = await client.submit("1.md", long_note(1, 5).encode())
        await asyncio.wait_for(_takes_work(processes.ports["embedder"]), PATIENCE_S)
        assert await processes.terminate("embedder", ENDS_WITHIN_S) == 0, "it was asked to stop, and did"
        topic = processes.topic(PASSAGES_EXTRACTED.name)
        [extracted] = await records_of(processes.broker, topic)
        group = processes.topic(PASSAGES_EXTRACTED.group_ids[Service.EMBEDDER])
        offset = await committed(processes.broker, group, topic, extracted.partition)
        assert (offset or 0) <= extracted.offset
        processes.start("embedder", VIGIE_EMBEDDER_HASHING_DELAY_MS="0")
        end = await ended(client, document)
    assert (end.state, end.indexed) == ("indexed", end.passages)


async def _takes_work(port: int) -> None:
    """Until a handler of the service works on a record of the documents."""
    async with httpx.AsyncClient(trust_env=False) as http:
        while True:
            metrics = (await http.get(f"http://127.0.0.1:{port}/metrics")).text
            in_process = [
                line for line in metrics.splitlines() if line.startswith("vigie_received_messages_in_process{")
            ]
            if any(PASSAGES_EXTRACTED.name in line and line.endswith(" 1.0") for line in in_process):
                return
            await asyncio.sleep(0.05)
