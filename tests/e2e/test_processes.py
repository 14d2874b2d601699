"""A document and a question through five processes; each of them killed while it works."""

import asyncio

import pytest

from shared.client import Problem
from shared.contracts.services import Service
from tests.e2e.conftest import ask_until_ended, assert_index_holds, ended, long_note
from tests.support.processes import Processes

pytestmark = pytest.mark.processes

SLOW_EMBEDDER = {"VIGIE_EMBEDDER_HASHING_DELAY_MS": "5"}
NOTE = """# Consignes du laboratoire

## Azote liquide

L'azote liquide se manipule avec des gants cryogéniques et un oxymètre allumé.

## Lasers

Le port des lunettes adaptées à la longueur d'onde est obligatoire en salle laser.
"""


async def test_a_document_and_a_question_cross_five_processes(processes: Processes) -> None:
    async with processes.client() as client:
        document = await ended(client, await client.submit("consignes.md", NOTE.encode()))
        assert (document.state, document.passages, document.indexed) == ("indexed", 2, 2)
        answer = await client.ask("Quels gants pour manipuler l'azote liquide ?")
        assert not answer.abstained
        citation = answer.citations[0]
        passage = await client.passage(citation.passage)
        assert citation.quote in passage.text
        assert "gants cryogéniques" in citation.quote
        assert passage.headings == ["Consignes du laboratoire", "Azote liquide"]
        assert None not in answer.timings_ms.model_dump().values()
        with pytest.raises(Problem):
            await client.ask("")


@pytest.mark.parametrize("processes", [SLOW_EMBEDDER], indirect=True, ids=["slow embedder"])
async def test_each_service_killed_while_it_works_loses_nothing_and_doubles_nothing(processes: Processes) -> None:
    documents = []
    asked = 0
    async with processes.client() as client:
        for round_, name in enumerate(Service):
            batch = [
                await client.submit(f"{round_}-{n}.md", long_note(round_ * 10 + n, 150).encode()) for n in range(2)
            ]
            documents += batch
            questions = [asyncio.create_task(ask_until_ended(processes.client, round_ * 10 + n)) for n in range(3)]
            asked += len(questions)
            while (await client.document(batch[0].id)).state == "accepted":
                await asyncio.sleep(0.02)
            processes.kill(name)
            processes.start(name)
            answers = await asyncio.gather(*questions)
            assert all(answer.state in {"answered", "abstained"} for answer in answers)
            await processes.ready(name)
        ends = [await ended(client, document) for document in documents]
        counted = (await client.status()).questions
    assert [end.state for end in ends] == ["indexed"] * len(ends)
    assert all(end.indexed == end.passages for end in ends)
    assert counted.keys() <= {"answered", "abstained"}
    assert sum(counted.values()) == asked
    processes.stop()
    await assert_index_holds(processes.data / "index", ends)
