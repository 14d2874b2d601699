"""The embedded index on a disk that fills (docs/faults.md, row 21), each in a process that SIGBUS could end."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.small_disk import on_small_disk

ROOT = Path(__file__).parents[3]
BEGIN = """
import asyncio, errno, os, sys
from contextlib import suppress
from pathlib import Path
from services.retriever.adapters.qdrant_edge import EdgeIndex
from services.retriever.ports import Query
from services.retriever.scoped_index import ScopedIndex
from shared.disk.reserve import MEGABYTE, DiskReserve
from shared.errors import DiskReserveReached, NoRoomToStart
from tests.fakes.retriever import MODEL, document, indexed_passage, version_of

home = Path(sys.argv[1])
reserve = DiskReserve(4 * MEGABYTE)
reserve.watch("index", home / "index")

def fill(name, limit=10**12):
    # Write zeros until the limit or the last byte.
    with (home / name).open("wb", buffering=0) as file, suppress(OSError):
        while limit > 0:
            limit -= file.write(bytes(min(limit, 4096)))

def batch(number):
    return [indexed_passage(16 * number + n, terms={k: 1.0 for k in range(n, n + 200)}) for n in range(16)]

def opened():
    return EdgeIndex(home / "index", room=reserve)

async def found(index):
    [hits] = await ScopedIndex(index).search(MODEL, [Query([1.0, 0, 0, 0], 10)], scopes=frozenset({"public"}))
    return len(hits)

async def staged_until_full(index):
    number = 0
    while True:
        try:
            await index.stage(version_of("more"), batch(number), MODEL)
        except DiskReserveReached:
            return number
        number += 1
"""
FILLED = """
async def main():
    fill("ballast", 8 * MEGABYTE)
    index = opened()
    async with index.opened():
        await index.stage(version_of("live"), batch(0), MODEL)
        await index.promote(version_of("live"))
        number = await staged_until_full(index)
        assert number >= 1, number
        assert await found(index) == 10
        await index.withdraw(document("other"), 1)
        fill("others")
        assert os.statvfs(home).f_bavail == 0 and await found(index) == 10
        with suppress(DiskReserveReached):
            await index.stage(version_of("more"), batch(number), MODEL)
            raise AssertionError("there was no room")
        (home / "others").unlink()
        (home / "ballast").unlink()
        done = await index.stage(version_of("more"), batch(number), MODEL)
        assert done == 16 * (number + 1), "everything that was accepted is there"
        assert await found(index) == 10
    print("whole", number)

asyncio.run(main())
"""
STARTED = """
async def main():
    index = opened()
    async with index.opened():
        await index.stage(version_of("live"), batch(0), MODEL)
        await index.promote(version_of("live"))
    fill("others")
    try:
        async with opened().opened():
            raise AssertionError("there was no room")
    except NoRoomToStart as error:
        print("lacking", error.params["lacking_mb"])
    (home / "others").unlink()
    index = opened()
    async with index.opened():
        assert await found(index) == 10
    (home / "index").rename(home / "kept")
    fill("others")
    try:
        async with opened().opened():
            raise AssertionError("there was no room")
    except (NoRoomToStart, OSError) as error:
        print("whole")

asyncio.run(main())
"""


def run(folder: Path, megabytes: int, program: str) -> str:
    folder.mkdir()
    command = on_small_disk(folder, megabytes, sys.executable, "-c", BEGIN + program, str(folder))
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert ended.returncode == 0, f"ended with {ended.returncode}: {ended.stderr[-2000:]}"
    return ended.stdout


@pytest.mark.processes
def test_fault_21_an_index_that_fills_its_disk_ends_nobody_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    assert "whole" in run(tmp_path / "disk", 70, FILLED)


@pytest.mark.processes
def test_fault_21_a_start_without_room_says_so_and_the_next_one_with_room_finds_everything(tmp_path: Path) -> None:
    told = run(tmp_path / "disk", 160, STARTED)
    assert "lacking" in told
    assert "whole" in told
