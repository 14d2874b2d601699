"""Engines that are opened when they are needed, and closed when they are not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from services.embedder.adapters.hashing import HashingEngine
from services.embedder.engines import OpenEngines
from shared.errors import EmbeddingFailed, Unavailable


class Counted(HashingEngine):
    """Tells how often it is open; `failing` is raised when it should open."""

    def __init__(self) -> None:
        super().__init__()
        self.openings = self.open = 0
        self.failing: Exception | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        await asyncio.sleep(0)
        if self.failing:
            raise self.failing
        self.openings += 1
        self.open += 1
        yield
        self.open -= 1


class House:
    def __init__(self) -> None:
        self.now = 0.0
        self.built: dict[str, Counted] = {"old": Counted(), "new": Counted()}
        self.engines = OpenEngines(self.build, "old", idle_s=60, now=lambda: self.now)

    def build(self, name: str) -> Counted:
        if name not in self.built:
            raise EmbeddingFailed(model=name, reason="no-weights")
        return self.built[name]

    async def use(self, name: str | None) -> None:
        async with self.engines.using(name) as engine:
            assert engine is self.built[name or "old"]
            assert engine.open == 1


async def test_the_default_is_open_from_the_start_the_others_once_they_are_needed() -> None:
    house = House()
    async with house.engines.opened():
        assert (house.built["old"].open, house.built["new"].open) == (1, 0)
        await asyncio.gather(*(house.use("new") for _ in range(5)), house.use(None))
        assert house.built["new"].openings == house.built["old"].openings == 1
        with pytest.raises(EmbeddingFailed):
            await house.use("other")
    assert (house.built["old"].open, house.built["new"].open) == (0, 0)


async def test_one_that_nobody_needs_any_more_gives_its_memory_back_and_comes_again() -> None:
    house = House()
    async with house.engines.opened():
        await house.use("new")
        house.now = 50
        await house.use("new")
        assert house.built["old"].open == 1
        house.now = 70
        await house.use("new")
        assert (house.built["old"].open, house.built["new"].open) == (0, 1)
        await house.use(None)
        assert house.built["old"].openings == 2


async def test_one_in_use_is_not_closed_however_long_it_takes() -> None:
    house = House()
    async with house.engines.opened(), house.engines.using("old") as engine:
        house.now = 1000
        await house.use("new")
        assert engine is house.built["old"]
        assert house.built["old"].open == 1


async def test_a_model_that_is_away_at_the_start_is_waited_for_and_one_that_cannot_be_had_is_told() -> None:
    house = House()
    house.built["old"].failing = Unavailable(part="embedding model")
    async with house.engines.opened():
        with pytest.raises(Unavailable):
            await house.use(None)
        house.built["old"].failing = None
        await house.use(None)
    house = House()
    house.built["old"].failing = EmbeddingFailed(model="old", reason="no-weights")
    with pytest.raises(EmbeddingFailed):
        async with house.engines.opened():
            pass
