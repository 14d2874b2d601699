"""Whose file is read next."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from services.ingest.reading_turns import LARGE_BYTES, ReadingTurns

SMALL = 1_000
LARGE = LARGE_BYTES + 1


class Reading:
    """Documents that wait, begin and end as a test says; `begun` has them in the order of their turns."""

    def __init__(self, places: int) -> None:
        self.turns = ReadingTurns(places)
        self.begun: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def send(self, name: str, size: int = SMALL) -> None:
        """The name begins with its scope."""
        self._ends[name] = asyncio.Event()
        self._tasks[name] = asyncio.create_task(self._read(name, size))
        await settled()

    async def _read(self, name: str, size: int) -> None:
        async with self.turns.turn(scope=name[0], size=size):
            self.begun.append(name)
            await self._ends[name].wait()

    async def end(self, name: str) -> None:
        self._ends[name].set()
        await self._tasks[name]
        await settled()

    async def cancel(self, name: str) -> None:
        self._tasks[name].cancel()
        await asyncio.wait([self._tasks[name]])
        await settled()


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_file_that_finds_a_place_is_read_at_once() -> None:
    reading = Reading(2)
    await reading.send("A1")
    await reading.send("A2")
    await reading.send("A3")
    assert reading.begun == ["A1", "A2"]
    await reading.end("A2")
    assert reading.begun == ["A1", "A2", "A3"]


async def test_s25_the_scope_with_fewest_files_under_way_is_next() -> None:
    reading = Reading(2)
    for name in ("A1", "A2", "A3", "A4", "B1"):
        await reading.send(name)
    await reading.end("A1")
    assert reading.begun[-1] == "B1"


async def test_of_a_scope_the_smallest_file_is_next() -> None:
    reading = Reading(1)
    await reading.send("A0")
    for name, size in (("A1", 300), ("A2", 100), ("A3", 200)):
        await reading.send(name, size)
    for name in ("A0", "A2", "A3", "A1"):
        await reading.end(name)
    assert reading.begun == ["A0", "A2", "A3", "A1"]


async def test_large_files_leave_one_place_to_small_ones() -> None:
    reading = Reading(2)
    await reading.send("A1", LARGE)
    await reading.send("B1", LARGE)
    assert reading.begun == ["A1"]
    await reading.send("A2", SMALL)
    assert reading.begun == ["A1", "A2"]
    await reading.end("A2")
    assert reading.begun == ["A1", "A2"]
    await reading.end("A1")
    assert reading.begun == ["A1", "A2", "B1"]


async def test_with_one_place_a_large_file_is_read_too() -> None:
    reading = Reading(1)
    await reading.send("A1", LARGE)
    assert reading.begun == ["A1"]


async def test_who_is_cancelled_leaves_its_place_or_its_wait() -> None:
    reading = Reading(1)
    await reading.send("A1")
    await reading.send("A2")
    await reading.send("A3")
    await reading.cancel("A2")
    await reading.cancel("A1")
    assert reading.begun == ["A1", "A3"]


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from([1, SMALL, LARGE])), max_size=12), st.integers(1, 3))
async def test_all_are_read_and_never_more_than_there_are_places(files: list[tuple[str, int]], places: int) -> None:
    reading = Reading(places)
    for number, (scope, size) in enumerate(files):
        await reading.send(f"{scope}{number}", size)
    ended = 0
    while ended < len(reading.begun):
        assert len(reading.begun) - ended <= places
        await reading.end(reading.begun[ended])
        ended += 1
    assert ended == len(files)
