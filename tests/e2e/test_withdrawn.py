"""Documents withdrawn at random moments of their way, with services killed meanwhile, leave nothing on the disk (S13).

On SQLite, a folder and the embedded index, whose bytes can be searched.
"""

import asyncio
import random
import sqlite3
from pathlib import Path

import httpx
import pytest

from services.standalone.local_issuer import Person
from shared.access import Role
from shared.client import Problem
from shared.contracts.identities import document_id, passage_id
from shared.contracts.object_layout import KINDS
from shared.contracts.services import Service
from shared.contracts.topics import TOPICS
from shared.http_api.documents import DocumentView
from shared.http_api.duerp.exports import ExportFormat
from shared.http_api.duerp.lines import Line, LineEvidence
from shared.http_api.duerp.unit import WorkUnit
from tests.e2e.conftest import assert_index_holds, embedded_processes, ended, long_note
from tests.support.processes import Processes
from tests.support.topic_records import records_of

pytestmark = pytest.mark.processes

SECRET = "rossignol"
KEEPER = Person("keeper", units=("UMR1",), roles=(Role.PREVENTION_ASSISTANT,))
DOCUMENTS = 20
PATIENCE_S = 120
ENVIRONMENT = {
    "VIGIE_GATEWAY_SWEEP_PERIOD_S": "1",
    "VIGIE_GATEWAY_SWEEP_GRACE_S": "6",
    "VIGIE_EMBEDDER_HASHING_DELAY_MS": "2",
    "VIGIE_RETRIEVER_REWRITE_PERIOD_S": "2",
}


async def test_s13_documents_withdrawn_while_services_are_killed_leave_nothing(tmp_path: Path) -> None:
    dice = random.Random(13)
    async with embedded_processes(tmp_path, **ENVIRONMENT) as made, made.running() as processes:
        withdrawals = [
            asyncio.create_task(_sent_and_withdrawn(processes, n, dice.uniform(0, 12))) for n in range(DOCUMENTS)
        ]
        for _ in range(8):
            await asyncio.sleep(dice.uniform(0.3, 1.5))
            name = dice.choice([*Service])
            processes.kill(name)
            processes.start(name)
        await asyncio.wait_for(asyncio.gather(*withdrawals), PATIENCE_S)
        await processes.ready(*Service)
        async with processes.client() as client:
            stays = await ended(client, await client.submit("reste.md", long_note(0, 3).encode()))
        await asyncio.wait_for(_erased(processes), PATIENCE_S)
        letters = [each for topic in TOPICS for each in await records_of(processes.broker, topic.dead_letters)]
        processes.stop()
    assert letters == []
    assert stays.state == "indexed"
    await assert_index_holds(tmp_path / "index", [stays])
    assert _words_in(tmp_path, SECRET) == []
    assert _words_in(tmp_path / "index", str(stays.id)) != []
    for number in range(DOCUMENTS):
        assert _words_in(tmp_path / "index", str(document_id("public", f"{SECRET}-{number}.md"))) == []


def _words_in(folder: Path, word: str) -> list[Path]:
    """Files that hold a word, but for the logs of the services."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".log"]
    return [path for path in files if word.encode() in path.read_bytes()]


def _owners(objects: Path) -> set[str]:
    """The uploads and versions of which there is any object, or half of one."""
    keys = (path.relative_to(objects).parts for path in objects.rglob("*") if path.is_file())
    return {owner for kind, owner, *_ in keys if kind in KINDS}  # what checks write is nobody's


async def _sent_and_withdrawn(processes: Processes, number: int, after_s: float) -> None:
    """Send a document, and withdraw it some time later; a gateway that is away is asked again."""
    content = f"# {SECRET} {number}\n\n{long_note(number, 70)}".replace("consigne", SECRET).encode()
    document: DocumentView | None = None
    while document is None:
        async with processes.client() as client:
            try:
                document = await client.submit(f"{SECRET}-{number}.md", content, title=f"{SECRET} {number}")
            except (httpx.TransportError, Problem):
                await asyncio.sleep(0.2)
    if number % 2:
        await _cited(processes, document)
    await asyncio.sleep(after_s)
    while document.state != "withdrawn":
        async with processes.client() as client:
            try:
                document = await client.withdraw(document.id)
            except (httpx.TransportError, Problem):
                await asyncio.sleep(0.2)


async def _cited(processes: Processes, document: DocumentView) -> None:
    """Write a line of a DUERP that stands on a document, and a file of it."""
    quote = LineEvidence(reference=document.title, passage=passage_id(document.version, 0), quote=f"Le {SECRET}.")
    while True:
        async with processes.client(KEEPER) as client:
            duerp = client.duerp("UMR1")
            try:
                place = await duerp.add(WorkUnit(name="Salle"))
                await duerp.add(Line(work_unit=place.id, hazard="Bruit", evidence=[quote]))
                await duerp.export(ExportFormat.JSON)
            except (httpx.TransportError, Problem):
                await asyncio.sleep(0.2)
            else:
                return


async def _erased(processes: Processes) -> None:
    """Until every withdrawal has been repeated and has ended, and the sweep has nothing left to take."""
    while True:
        with sqlite3.connect(f"file:{processes.data}/vigie.db?mode=ro", uri=True) as database:
            query = "SELECT count(*) FROM withdrawals WHERE ended_at IS NOT NULL AND quotes_blanked_at IS NOT NULL"
            [(count,)] = database.execute(query).fetchall()
        database.close()
        owners = await asyncio.to_thread(_owners, processes.data / "objects")
        is_anew = not await asyncio.to_thread((processes.data / "index" / "erasing").exists)
        if count == DOCUMENTS and is_anew and len(owners) == 2:  # an upload and a version: of the document that stays
            return
        await asyncio.sleep(0.2)
