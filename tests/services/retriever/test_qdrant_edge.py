import asyncio
import os
import shutil
import signal
import struct
import sys
from pathlib import Path
from typing import Any

import pytest

from services.retriever.adapters import edge_points
from services.retriever.adapters.qdrant_edge import EdgeIndex
from services.retriever.ports import Head, Query
from services.retriever.scoped_index import ScopedIndex
from shared.errors import IndexEmpty, IndexUnavailable
from tests.fakes.retriever import MODEL, document, indexed_passage, version_of

ROOT = Path(__file__).parents[3]
CHILD = """
import asyncio, os, signal, sys
from pathlib import Path
from typing import Any
from services.retriever.adapters.qdrant_edge import EdgeIndex
from tests.fakes.retriever import MODEL, document, indexed_passage, version_of

async def main():
    index = EdgeIndex(Path(sys.argv[1]))
    async with index.opened():
        await index.stage(version_of("live"), [indexed_passage()], MODEL)
        await index.promote(version_of("live"))
        await index.withdraw(document("gone"), 3)
        for batch in range(5):
            passages = [indexed_passage(64 * batch + n, terms={n + 1: 1.0}) for n in range(64)]
            await index.stage(version_of("staged"), passages, MODEL)
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def found(index: EdgeIndex) -> list[int]:
    answers = await ScopedIndex(index).search(MODEL, [Query([1.0, 0, 0, 0], 1000)], scopes=frozenset({"public"}))
    return sorted(hit.sequence for hit in answers[0])


async def test_what_searches_found_is_forgotten_as_soon_as_the_index_changes(tmp_path: Path) -> None:
    async with (index := EdgeIndex(tmp_path)).opened():
        first, again = (version_of("a", sequence, content="same") for sequence in (1, 2))
        await index.stage(first, [indexed_passage()], MODEL)
        await index.promote(first)
        assert [await found(index) for _ in range(2)] == [[1], [1]]
        await index.stage(again, [indexed_passage()], MODEL)
        assert await found(index) == [2], "the passage has moved on to the newer version"
        await index.withdraw(document("a"), 2)
        assert await found(index) == []


async def test_more_passages_than_are_kept_are_found_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge_points, "MOST_KNOWN", 3)
    async with (index := EdgeIndex(tmp_path)).opened():
        for name, count in (("a", 2), ("b", 5)):
            await index.stage(version_of(name), [indexed_passage(n) for n in range(count)], MODEL)
            await index.promote(version_of(name))
        for most in (2, 7, 1, 7):
            (hits,) = await ScopedIndex(index).search(
                MODEL, [Query([1.0, 0, 0, 0], most)], scopes=frozenset({"public"})
            )
            assert len({hit.passage for hit in hits}) == most


@pytest.mark.processes
async def test_what_was_acknowledged_outlives_kill_9(tmp_path: Path) -> None:
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", CHILD, str(tmp_path), cwd=ROOT)
    assert await child.wait() == -signal.SIGKILL
    index = EdgeIndex(tmp_path)
    async with index.opened():
        assert await found(index) == [1]
        assert await index.head(document("gone")) == Head(withdrawn=3)
        assert await index.stage(version_of("staged"), [indexed_passage(320)], MODEL) == 321


async def test_a_second_process_is_told_that_the_index_is_in_use(tmp_path: Path) -> None:
    async with EdgeIndex(tmp_path).opened():
        with pytest.raises(IndexUnavailable, match="in use"):
            async with EdgeIndex(tmp_path).opened():
                pass
    async with EdgeIndex(tmp_path).opened():
        pass


async def test_an_index_left_half_made_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "index.new/segments").mkdir(parents=True)
    (tmp_path / "models.json.new").write_text('[{"name": "sm')
    async with (index := EdgeIndex(tmp_path)).opened():
        assert await index.stage(version_of("a"), [indexed_passage()], MODEL) == 1
    assert not (tmp_path / "index.new").exists()


async def test_a_model_that_was_settled_before_its_vectors_is_taken_up(tmp_path: Path) -> None:
    async with EdgeIndex(tmp_path).opened():
        pass
    (tmp_path / "models.json").write_text(f"[{MODEL.model_dump_json()}]")
    async with (index := EdgeIndex(tmp_path)).opened():
        assert await index.stage(version_of("a"), [indexed_passage()], MODEL) == 1


@pytest.mark.parametrize("damage", ["segments", "model", "configuration"])
async def test_a_damaged_index_says_so_and_frees_its_folder(tmp_path: Path, damage: str) -> None:
    async with (index := EdgeIndex(tmp_path)).opened():
        await index.stage(version_of("a"), [indexed_passage()], MODEL)
    damaged = {
        "segments": [path for path in (tmp_path / "index/segments").rglob("*") if path.is_file()],
        "model": [tmp_path / "models.json"],
        "configuration": [tmp_path / "index/edge_config.json"],
    }
    for path in damaged[damage]:
        os.truncate(path, path.stat().st_size // 2)
    for _ in range(2):
        with pytest.raises(IndexUnavailable, match="damaged"):
            async with EdgeIndex(tmp_path).opened():
                pass


async def test_searches_see_one_version_whole_at_every_moment_of_a_change(tmp_path: Path) -> None:
    """Points change in slices: 1,200 of each version are three slices."""
    count = 1200
    async with (index := EdgeIndex(tmp_path)).opened():
        for sequence in (1, 2):
            version = version_of("a", sequence)
            for start in range(0, count, 400):
                await index.stage(version, [indexed_passage(start + n) for n in range(400)], MODEL)
            if sequence == 1:
                await index.promote(version)

        async def watch(change: asyncio.Task[object]) -> list[tuple[int, int]]:
            seen = []
            while not change.done():
                hits = await index.query(MODEL, [Query([1.0, 0, 0, 0], 3 * count)], frozenset({"public"}))
                seen.append((sum(hit.version == version_of("a", 1).id for hit in hits[0]), len(hits[0])))
            return seen

        promotion = await watch(asyncio.create_task(index.promote(version_of("a", 2))))
        assert len(promotion) > 3
        assert set(promotion) <= {(count, count), (0, count)}
        assert promotion == sorted(promotion, reverse=True)
        withdrawal = await watch(asyncio.create_task(index.withdraw(document("a"), 2)))
        assert {total for _, total in withdrawal} <= {count, 0}


async def test_a_closed_index_answers_that_it_is_unavailable(tmp_path: Path) -> None:
    index = EdgeIndex(tmp_path)
    async with index.opened():
        await index.stage(version_of("a"), [indexed_passage()], MODEL)
    with pytest.raises(IndexUnavailable):
        await index.head(document("a"))


async def test_documents_that_are_indexed_beside_each_other_share_flushes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushes = 0
    flush = EdgeIndex._flush

    def counted(self: EdgeIndex, shard: Any) -> None:
        nonlocal flushes
        flushes += 1
        flush(self, shard)

    monkeypatch.setattr(EdgeIndex, "_flush", counted)
    index = EdgeIndex(tmp_path)
    names = [str(number) for number in range(20)]
    async with index.opened():
        await asyncio.gather(*(index.stage(version_of(name), [indexed_passage()], MODEL) for name in names))
        await asyncio.gather(*(index.promote(version_of(name)) for name in names))
        assert len(await found(index)) == 20
    assert 2 <= flushes < 20


def files_with(folder: Path, needle: bytes) -> list[Path]:
    """Files that hold these bytes; none of those that go meanwhile."""
    paths = [Path(where) / name for where, _, names in os.walk(folder) for name in names]
    return [path for path in paths if path.exists() and needle in written(path)]


def written(path: Path) -> bytes:
    """A file without its holes, which are zeros: the engine makes files of 32 MB, and writes some kB of them."""
    file = os.open(path, os.O_RDONLY)
    try:
        end, size, pieces = 0, os.fstat(file).st_size, []
        while end < size:
            try:
                start = os.lseek(file, end, os.SEEK_DATA)
            except OSError:  # there is nothing but a hole
                break
            end = os.lseek(file, start, os.SEEK_HOLE)
            pieces.append(os.pread(file, end - start, start))
        return bytes(16).join([b"", *pieces])
    finally:
        os.close(file)


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_s13_written_anew_the_files_hold_nothing_of_what_was_withdrawn(tmp_path: Path) -> None:
    gone, stays = version_of("gone"), version_of("stays")
    odd = struct.pack("<4f", 0.5, 0.5, 0.5, -0.5)
    needles = [odd, str(gone.id).encode(), gone.id.hex.encode(), str(gone.document).encode(), b"R9999-99"]
    index = EdgeIndex(tmp_path)
    async with index.opened():
        for n, version in enumerate((stays, gone)):
            passage = indexed_passage(0, (1, 0, 0, 0) if n == 0 else (1, 1, 1, -1), article="R9999-99" if n else None)
            await index.stage(version, [passage], MODEL)
            await index.promote(version)
        await index.rewrite()
        assert all(files_with(tmp_path, needle) for needle in needles)
        before = await found(index)
        await index.withdraw(gone.document, 1)
        assert any(files_with(tmp_path, needle) for needle in needles), "the engine keeps what is deleted"
        await index.rewrite()
        assert [needle for needle in needles if files_with(tmp_path, needle)] == []
        assert (before, await found(index)) == ([1, 1], [1])
        assert await index.head(gone.document) == Head(withdrawn=1)
        assert await index.head(stays.document) == Head(1, stays.id)
        assert await index.stage(stays, [indexed_passage(1)], MODEL) == 2, "changes go on where they were"
    async with index.opened():
        assert await found(index) == [1]


async def test_s13_searches_go_on_while_the_files_are_written_anew_and_changes_are_not_lost(tmp_path: Path) -> None:
    index = EdgeIndex(tmp_path)
    async with index.opened():
        passages = [indexed_passage(n) for n in range(1000)]
        await index.stage(version_of("stays"), passages, MODEL)
        await index.promote(version_of("stays"))
        await index.stage(version_of("gone"), [indexed_passage()], MODEL)
        await index.withdraw(document("gone"), 1)
        rewriting = asyncio.create_task(index.rewrite())
        searches = 0
        late = asyncio.create_task(index.stage(version_of("late"), [indexed_passage()], MODEL))
        while not rewriting.done():
            assert len(await found(index)) == 1000
            searches += 1
        await rewriting
        assert await late == 1
        assert searches > 3
        await index.promote(version_of("late"))
        assert len(await found(index)) == 1000
    assert names_in(tmp_path) == {"index", "lock", "models.json"}


@pytest.mark.parametrize("killed", ["while writing", "between two renames", "before the former went"])
async def test_s13_an_index_whose_rewriting_was_killed_is_whole(tmp_path: Path, killed: str) -> None:
    index = EdgeIndex(tmp_path)
    async with index.opened():
        await index.stage(version_of("a"), [indexed_passage()], MODEL)
        await index.promote(version_of("a"))
    home = tmp_path / "index"
    if killed == "while writing":
        (tmp_path / "index.new").mkdir()
    elif killed == "between two renames":
        home.rename(tmp_path / "index.old")
        (tmp_path / "index.new").mkdir()
    else:
        shutil.copytree(home, tmp_path / "index.old")
    async with index.opened():
        assert await found(index) == [1]
    assert names_in(tmp_path) == {"index", "lock", "models.json"}


async def test_s13_the_files_are_written_anew_by_the_clock(tmp_path: Path) -> None:
    index = EdgeIndex(tmp_path, rewrite_period_s=0.05)
    async with index.opened():
        await index.stage(version_of("gone"), [indexed_passage(article="R9999-99")], MODEL)
        await index.withdraw(document("gone"), 1)
        async with asyncio.timeout(30):
            while "erasing" in names_in(tmp_path) or "index.old" in names_in(tmp_path):
                await asyncio.sleep(0.05)
        assert files_with(tmp_path, b"R9999-99") == []


async def test_an_index_whose_folder_is_gone_is_made_anew_and_told_to_be_empty_until_filled(
    tmp_path: Path,
) -> None:
    async with (index := EdgeIndex(tmp_path / "index")).opened():
        assert isinstance(await index.finding(), IndexEmpty), "nothing was indexed yet"
        await index.stage(version_of("a"), [indexed_passage()], MODEL)
        await index.promote(version_of("a"))
        assert await index.finding() is None
        shutil.rmtree(tmp_path / "index")
        assert isinstance(await index.finding(), IndexEmpty)
        assert await found(index) == []
        await index.stage(version_of("a"), [indexed_passage()], MODEL)
        await index.promote(version_of("a"))
        assert await index.finding() is None
        assert await found(index) == [1]
