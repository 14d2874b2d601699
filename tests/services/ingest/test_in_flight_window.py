"""How many batches may be on their way: what makes ingest wait, and what lets it go on."""

import asyncio
import logging
from contextlib import suppress
from uuid import UUID, uuid4

import pytest

from services.ingest.in_flight_window import InFlightWindow
from shared.contracts.object_layout import BATCH

NEVER = 3600.0
PLENTY = 1_000_000
DOCUMENT, VERSION = uuid4(), uuid4()


async def send(
    window: InFlightWindow,
    *done: int,
    document: UUID = DOCUMENT,
    version: UUID = VERSION,
    sequence: int = 1,
    scope: str = "unit:A",
) -> None:
    for passages in done:
        await window.acquire(
            document=document, version=version, sequence=sequence, scope=scope, done=passages, passages=BATCH
        )


async def settled() -> None:
    """Let every task run until it waits for something else than its turn."""
    for _ in range(5):
        await asyncio.sleep(0)


async def waiting(
    window: InFlightWindow, *done: int, version: UUID | None = None, scope: str = "unit:A"
) -> "asyncio.Task[None]":
    task = asyncio.create_task(send(window, *done, document=uuid4(), version=version or uuid4(), scope=scope))
    await settled()
    assert not task.done()
    return task


async def test_a_full_window_waits_for_a_confirmation() -> None:
    window = InFlightWindow(2, PLENTY, NEVER)
    await send(window, 64, 128)
    task = await waiting(window, 64)
    window.confirm(VERSION, 64)
    await task
    assert window.in_flight == 2


async def test_a_count_confirms_every_batch_up_to_it() -> None:
    window = InFlightWindow(3, PLENTY, NEVER)
    await send(window, 64, 128, 150)
    window.confirm(VERSION, 149)
    assert window.in_flight == 1
    window.confirm(VERSION, 150)
    assert window.in_flight == 0


async def test_a_count_within_a_batch_or_repeated_or_late_frees_nothing() -> None:
    window = InFlightWindow(3, PLENTY, NEVER)
    await send(window, 64, 128)
    window.confirm(VERSION, 63)
    assert window.in_flight == 2
    window.confirm(VERSION, 64)
    window.confirm(VERSION, 64)
    window.confirm(VERSION, 10)
    assert window.in_flight == 1


async def test_confirmations_of_other_replicas_versions_are_ignored() -> None:
    window = InFlightWindow(1, PLENTY, NEVER)
    await send(window, 64)
    task = await waiting(window, 64)
    window.confirm(uuid4(), 640)
    window.release(uuid4())
    window.withdraw(uuid4(), 7)
    await settled()
    assert not task.done()
    window.confirm(VERSION, 64)
    await task


async def test_a_version_that_failed_is_not_waited_for() -> None:
    window = InFlightWindow(2, PLENTY, NEVER)
    await send(window, 64, 128)
    task = await waiting(window, 64)
    window.release(VERSION)
    await task
    assert window.in_flight == 1


async def test_a_withdrawal_frees_the_versions_up_to_its_own() -> None:
    window = InFlightWindow(3, PLENTY, NEVER)
    newer = uuid4()
    await send(window, 64)
    await send(window, 64, version=newer, sequence=3)
    assert window.in_flight == 1  # the newer one superseded the older
    window.withdraw(DOCUMENT, 2)
    assert window.in_flight == 1
    window.withdraw(DOCUMENT, 3)
    assert window.in_flight == 0


async def test_a_newer_version_makes_room_for_itself() -> None:
    window = InFlightWindow(2, PLENTY, NEVER)
    await send(window, 64, 128)
    await send(window, 64, version=uuid4(), sequence=2)
    assert window.in_flight == 1


async def test_an_older_version_that_comes_late_frees_nothing() -> None:
    window = InFlightWindow(3, PLENTY, NEVER)
    newer = uuid4()
    await send(window, 64, version=newer, sequence=2)
    await send(window, 64)
    assert window.in_flight == 2
    window.confirm(newer, 64)
    window.confirm(VERSION, 64)
    assert window.in_flight == 0


async def test_several_documents_share_the_window_and_all_get_through() -> None:
    window = InFlightWindow(1, PLENTY, NEVER)
    await send(window, 64)
    versions = [uuid4() for _ in range(5)]
    tasks = [await waiting(window, 64, version=version) for version in versions]
    window.confirm(VERSION, 64)
    for _ in versions:
        await settled()
        assert window.in_flight == 1
        for version in versions:
            window.confirm(version, 64)
    await asyncio.gather(*tasks)


async def test_lost_confirmations_do_not_stop_ingest_for_ever(caplog: pytest.LogCaptureFixture) -> None:
    window = InFlightWindow(2, PLENTY, stall_timeout=0)
    with caplog.at_level(logging.WARNING):
        await send(window, 64, 128, 192)
    assert window.in_flight == 1
    assert "2 that are still waited for" in caplog.text
    window.confirm(VERSION, 128)  # a late one, of batches that were given up
    assert window.in_flight == 1
    window.confirm(VERSION, 192)
    assert window.in_flight == 0


async def test_a_wait_that_is_cancelled_leaves_no_trace() -> None:
    window = InFlightWindow(1, PLENTY, NEVER)
    await send(window, 64)
    task = await waiting(window, 64)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    window.confirm(VERSION, 64)
    assert window.in_flight == 0


async def test_s25_a_scope_that_has_its_share_on_its_way_waits_and_no_other_does() -> None:
    window = InFlightWindow(100, 2 * BATCH, NEVER)
    await send(window, 64, 128)
    task = await waiting(window, 64)
    await send(window, 64, 128, document=uuid4(), version=uuid4(), scope="unit:B")
    await settled()
    assert not task.done()
    window.confirm(VERSION, 64)
    await task
    assert window.in_flight == 4


async def test_small_documents_of_a_scope_are_counted_by_their_passages() -> None:
    window = InFlightWindow(100, BATCH, NEVER)
    for _ in range(BATCH):
        await window.acquire(document=uuid4(), version=uuid4(), sequence=1, scope="unit:A", done=1, passages=1)
    await waiting(window, 1)


async def test_a_batch_larger_than_the_share_goes_alone() -> None:
    window = InFlightWindow(100, 10, NEVER)
    await send(window, 64)
    task = await waiting(window, 64)
    window.confirm(VERSION, 64)
    await task


async def test_lost_confirmations_of_a_scope_do_not_stop_it_while_others_go_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    window = InFlightWindow(100, BATCH, stall_timeout=0.05, latency_s=0)
    await send(window, 64)
    task = await waiting(window, 64)
    other = uuid4()
    async with asyncio.timeout(10):
        while not task.done():
            await send(window, 64, document=other, version=other, scope="unit:B")
            window.confirm(other, 64)
            await asyncio.sleep(0.01)
    assert "1 that are still waited for" in caplog.text
    assert window.in_flight == 1


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def most_on_the_way(window: InFlightWindow, clock: Clock, took_s: float, *, confirmed: int) -> int:
    """How many batches a scope may have on its way, after so many came back in that time each."""
    version = uuid4()
    for batch in range(confirmed):
        await send(window, BATCH * (batch + 1), version=version)
        clock.now += took_s
        window.confirm(version, BATCH * (batch + 1))
    sent = 0
    with suppress(TimeoutError):
        while True:
            async with asyncio.timeout(0.01):
                await send(window, BATCH * (sent + 1), version=version)
            sent += 1
    window.release(version)
    return sent


async def test_a_quick_chain_is_given_more_at_a_time_and_a_slow_one_less_again() -> None:
    clock = Clock()
    window = InFlightWindow(10, 2 * BATCH, NEVER, latency_s=2, clock=clock)
    assert await most_on_the_way(window, clock, 1.5, confirmed=20) == 2, "neither quick nor slow"
    assert await most_on_the_way(window, clock, 0.1, confirmed=3) == 5
    assert await most_on_the_way(window, clock, 0.1, confirmed=50) == 10, "the limit of all"
    assert await most_on_the_way(window, clock, 2.5, confirmed=4) == 6
    assert await most_on_the_way(window, clock, 2.5, confirmed=50) == 2


async def test_s25_a_chain_that_takes_twice_as_long_as_anybody_should_wait_is_given_one_batch_at_a_time() -> None:
    clock = Clock()
    window = InFlightWindow(10, 2 * BATCH, NEVER, latency_s=2, clock=clock)
    assert await most_on_the_way(window, clock, 3.9, confirmed=20) == 2
    assert await most_on_the_way(window, clock, 4.5, confirmed=1) == 1
    assert await most_on_the_way(window, clock, 9, confirmed=20) == 1
    assert await most_on_the_way(window, clock, 2.2, confirmed=20) == 1, "alone, one takes half as long as two did"
    assert await most_on_the_way(window, clock, 1.5, confirmed=1) == 2
