import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from services.retriever.adapters.qdrant_edge import EdgeIndex
from services.retriever.ports import Head, Query
from services.retriever.scoped_index import ScopedIndex
from shared.errors import IndexUnavailable
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
