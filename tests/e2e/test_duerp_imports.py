"""Files of a DUERP taken over while the services that read and keep them are killed."""

import asyncio
from pathlib import Path

import httpx
import pytest

from services.standalone.local_issuer import Person
from shared.access import Role
from shared.client import Problem, UnitImports
from shared.http_api.duerp.imports import ImportDocument, ImportState
from shared.http_api.duerp.lines import Line
from tests.support.processes import Processes

pytestmark = pytest.mark.processes

ALICE = Person("alice", units=("UMR5219",), roles=(Role.PREVENTION_ASSISTANT,))
FILES = 4
LINES = 300
PATIENCE_S = 90


def written_in(folder: Path, number: int) -> Path:
    file = folder / f"duerp {number}.csv"
    rows = "".join(f"Atelier {number};Bruit;Pompe {row}\n" for row in range(LINES))
    file.write_text(f"Unité de travail;Famille;Danger\n{rows}", encoding="utf-8")
    return file


async def read(imports: UnitImports, identity: object) -> ImportDocument:
    """The import once its file was read; a gateway that is away for a moment is asked again."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                return await imports.until_read(str(identity))
            except (httpx.TransportError, Problem):
                await asyncio.sleep(0.2)


async def test_fault_1_files_whose_readers_and_keeper_are_killed_are_read_and_written_once(
    processes: Processes, tmp_path: Path
) -> None:
    async with processes.client(ALICE) as client:
        duerp = client.duerp("UMR5219")
        begun = [await duerp.imports.begin(written_in(tmp_path, number)) for number in range(FILES)]
        for name in ("ingest", "gateway", "ingest"):
            processes.kill(name)
            processes.start(name)
            await processes.ready(name)
        for each in begun:
            found = await read(duerp.imports, each.id)
            assert (found.state, found.counts and found.counts["lines"]) == (ImportState.TO_CONFIRM, LINES)
            once, twice = await asyncio.gather(duerp.imports.write(found), duerp.imports.write(found))
            assert once == twice
        lines = [entry.content.hazard async for entry in duerp.entries(Line)]
    assert len(lines) == FILES * LINES
    previews = [path for path in processes.data.rglob("summary*") if "duerp-previews" in str(path)]
    assert len(previews) == FILES
