"""What the generator remembers of passages, and until when."""

import asyncio
from uuid import UUID, uuid4

from services.generator.grounding.passage_cache import Batch, BatchPlace, PassageCache
from tests.fakes.generator import DOCUMENT, VERSION, passage

FIRST, SECOND = BatchPlace(VERSION, 0), BatchPlace(VERSION, 1)
OTHER = BatchPlace(UUID(int=9), 0)


class Time:
    """A clock that stands still until somebody waits, or it is set."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waited: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def pause(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def batch(ordinal: int = 0, document: UUID = DOCUMENT) -> Batch:
    item = passage(ordinal, "Un.").model_copy(update={"document_id": document})
    return {item.id: item}


def test_a_batch_leaves_when_its_time_is_over_however_often_it_is_used() -> None:
    clock = Time()
    cache = PassageCache(seconds=60, clock=clock)
    cache.keep(FIRST, batch())
    for clock.now in (30.0, 59.0):
        assert cache.get(FIRST) is not None
    clock.now = 60.0
    assert cache.get(FIRST) is None
    assert len(cache) == 0


def test_the_least_recently_used_batch_leaves_first() -> None:
    cache = PassageCache(batches=2, clock=Time())
    cache.keep(FIRST, batch())
    cache.keep(SECOND, batch(64))
    cache.get(FIRST)
    cache.keep(OTHER, batch(document=uuid4()))
    assert [place for place in (FIRST, SECOND, OTHER) if cache.get(place)] == [FIRST, OTHER]


def test_none_is_kept_where_none_may_be() -> None:
    cache = PassageCache(batches=0, clock=Time())
    cache.keep(FIRST, batch())
    assert len(cache) == 0


def test_a_forgotten_document_takes_all_of_its_batches_along_and_no_other() -> None:
    cache = PassageCache(clock=Time())
    cache.keep(FIRST, batch())
    cache.keep(SECOND, batch(64))
    cache.keep(OTHER, batch(document=uuid4()))
    cache.forget(DOCUMENT)
    assert [place for place in (FIRST, SECOND, OTHER) if cache.get(place)] == [OTHER]


def test_a_forgotten_document_is_not_kept_again_until_questions_under_way_are_over() -> None:
    clock = Time()
    cache = PassageCache(seconds=60, clock=clock)
    cache.forget(DOCUMENT)
    clock.now = 59.0
    cache.keep(FIRST, batch())
    assert cache.get(FIRST) is None
    clock.now = 60.0
    cache.keep(FIRST, batch())
    assert cache.get(FIRST) is not None


async def test_batches_leave_in_time_though_nobody_asks() -> None:
    clock = Time()
    cache = PassageCache(seconds=60, clock=clock, pause=clock.pause)
    cache.keep(FIRST, batch())
    clock.now = 20.0
    cache.keep(SECOND, batch(64))
    async with cache.expiring():
        while len(cache):
            await asyncio.sleep(0)
    assert clock.waited[:2] == [40.0, 20.0]
