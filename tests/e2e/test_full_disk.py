"""A disk of 60 MB that the whole embedded stack fills, by what people send (docs/faults.md, rows 21 and 22)."""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest

from shared.client import Problem, VigieClient
from shared.disk.reserve import MEGABYTE
from shared.http_api.documents import DocumentView
from tests.e2e.conftest import ended, long_note
from tests.support.small_disk import SmallDisk, small_disk
from tests.support.up import VIGIE, Up

pytestmark = pytest.mark.processes

REFUSED_IN_A_ROW = 5
SIZE_MB, LARGER_MB = 60, 300
RESERVE_MB = 6
WORDS = "Quelle consigne pour la machine 1 ?"
PATIENCE_S = 240
DISK_SHORT = r"Disk short of room \(.+\): \d+ MB are free, [1-9]\d* MB are lacking"


@dataclass
class Asked:
    """What became of the questions that were asked meanwhile."""

    states: list[str] = field(default_factory=list)


@asynccontextmanager
async def asking(client: VigieClient) -> AsyncIterator[Asked]:
    """Ask one question after the other until the end of the block, and at least one in it."""
    asked = Asked()

    async def ask() -> None:
        while True:
            asked.states.append((await client.ask(WORDS)).state)

    task = asyncio.create_task(ask())
    try:
        yield asked
        so_far = len(asked.states)
        async with asyncio.timeout(PATIENCE_S):
            while len(asked.states) <= so_far and not task.done():
                await asyncio.sleep(0.05)
        assert not task.done(), task.exception()
    finally:
        task.cancel()
        await asyncio.wait([task])


def heavy(number: int) -> tuple[str, bytes]:
    """A few words and 3 MB that become no smaller: for the store of objects."""
    file = BytesIO()
    document = docx.Document()
    document.add_paragraph(f"La machine {number} du poste 0 impose la consigne grise.")
    document.save(file)
    with ZipFile(file, "a") as archive:
        archive.writestr("word/media/picture.bin", os.urandom(3 * MEGABYTE))
    return f"{number}.docx", file.getvalue()


def wordy(number: int) -> tuple[str, bytes]:
    """400 passages: for the index."""
    return f"{number}.md", long_note(number, 400).encode()


@dataclass(frozen=True)
class Filling:
    """What lies on the small disk, and what is sent until it is full."""

    folder: str
    document: Callable[[int], tuple[str, bytes]]


FILLINGS = {
    "everything, by documents": Filling("", wordy),
    "objects": Filling("objects", heavy),
    "the index": Filling("index", wordy),
}


async def sent_until_full(client: VigieClient, filling: Filling) -> list[DocumentView]:
    """Send documents until so many in a row are refused for want of room: what was accepted goes on taking some."""
    accepted: list[DocumentView] = []
    refused = 0
    async with asyncio.timeout(PATIENCE_S):
        while refused < REFUSED_IN_A_ROW:
            try:
                accepted.append(await client.submit(*filling.document(len(accepted) + 2)))
                refused = 0
            except Problem as problem:
                if problem.status != 507:
                    raise
                refused += 1
                await asyncio.sleep(1)
    return accepted


@pytest.mark.parametrize("filling", FILLINGS.values(), ids=FILLINGS)
async def test_fault_22_a_disk_that_people_fill_ends_no_process_and_loses_nothing(
    filling: Filling, tmp_path: Path
) -> None:
    (mounted := tmp_path / "disk").mkdir()
    with small_disk(mounted, SIZE_MB) as disk:
        data = seen = tmp_path / "data"
        if filling.folder:
            data.mkdir()
            (data / filling.folder).symlink_to(mounted)
        else:
            data, seen = mounted / "data", disk.seen / "data"
        up = Up(data, seen=seen, program=disk.inside(*VIGIE), VIGIE_DISK_RESERVE_MB=str(RESERVE_MB))
        up.start()
        try:
            async with up.client() as client:
                await fills_and_goes_on(client, filling, disk, up)
            assert up.stop() == 0, "no process has ended before"
            if not filling.folder:
                starts_only_with_room(up, disk)
        finally:
            up.kill()


def starts_only_with_room(up: Up, disk: SmallDisk) -> None:
    """A start without room says how much is lacking, ends cleanly, and leaves what there is to the next one."""
    disk.resize(disk.used_bytes // MEGABYTE + 1)
    refused = up.run("up", "--port", "0")
    assert refused.returncode == 1
    told = " ".join((refused.stdout + refused.stderr).split())
    assert re.search(r"cannot start: [1-9]\d* MB are lacking", told), told
    assert "Traceback" not in told
    disk.resize(LARGER_MB)
    up.start()
    assert up.stop() == 0


async def fills_and_goes_on(client: VigieClient, filling: Filling, disk: SmallDisk, up: Up) -> None:
    first = await ended(client, await client.submit("1.md", long_note(1, 5).encode()))
    assert first.state == "indexed"
    async with asking(client) as while_it_fills:
        accepted = await sent_until_full(client, filling)
    async with asking(client) as while_it_is_full:
        assert accepted
        assert (await client.document(first.id)).state == "indexed"
        if not filling.folder:
            told = await asyncio.to_thread(up.run, "status")
            assert told.returncode == 0
            assert re.search(DISK_SHORT, " ".join(told.stdout.split())), told.stdout
    assert accepted
    disk.resize(LARGER_MB)
    async with asking(client) as afterwards:
        ends = [await ended(client, each, PATIENCE_S) for each in accepted]
        assert {each.state for each in ends} == {"indexed"}
    assert (await ended(client, await client.submit(*filling.document(1000)))).state == "indexed"
    assert not (await client.status()).disk
    assert {*while_it_fills.states, *while_it_is_full.states, *afterwards.states} == {"answered"}
