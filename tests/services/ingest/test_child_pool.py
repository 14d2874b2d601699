"""Several documents are read at a time, and no zygote is started that nobody needs."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from services.ingest.adapters.child_pool import ChildPool
from services.ingest.ports import ExtractionRequest
from services.ingest.sandbox.limits import DocumentLimits
from shared.errors import UnreadableDocument

pytestmark = pytest.mark.processes


@pytest.fixture
async def pool() -> AsyncIterator[ChildPool]:
    pool = ChildPool(DocumentLimits(seconds=20, memory_mb=512, text_mb=2), max_concurrency=2)
    async with pool.opened():
        yield pool


def request_for(name: str) -> ExtractionRequest:
    return ExtractionRequest("", name, None, 1500)


def zygotes(pool: ChildPool) -> list[int]:
    return [child._zygote._process.pid for child in pool._children if child._zygote is not None]


async def test_documents_one_after_the_other_are_read_by_one_zygote(pool: ChildPool) -> None:
    assert zygotes(pool) == []
    for number in range(3):
        assert (await pool.extract(request_for(f"{number}.txt"), b"Un texte.")).count == 1
        assert len(zygotes(pool)) == 1


async def test_more_documents_than_children_are_all_read_each_as_what_it_is(pool: ChildPool) -> None:
    texts = [f"Consigne {number}.".encode() for number in range(5)]
    found = await asyncio.gather(*(pool.extract(request_for(f"{at}.txt"), text) for at, text in enumerate(texts)))
    assert [b"".join(each.text) for each in found] == texts
    assert len(zygotes(pool)) == 2


async def test_one_that_cannot_be_read_gives_its_place_back(pool: ChildPool) -> None:
    for number in range(3):
        with pytest.raises(UnreadableDocument):
            await pool.extract(request_for(f"{number}.txt"), b"a\0b")
    assert (await pool.extract(request_for("note.txt"), b"Un texte.")).count == 1


async def test_nothing_is_left_behind() -> None:
    pool = ChildPool(DocumentLimits(seconds=20, memory_mb=512), max_concurrency=2)
    async with pool.opened():
        await asyncio.gather(*(pool.extract(request_for(f"{number}.txt"), b"Un texte.") for number in range(2)))
        processes = [child._zygote._process for child in pool._children if child._zygote is not None]
    assert len(processes) == 2
    assert all(process.poll() is not None for process in processes)
