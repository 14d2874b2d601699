"""How many batches may be on their way: what makes ingest wait, and what lets it go on."""

import asyncio
import logging
from uuid import UUID, uuid4

import pytest

from services.ingest.in_flight_window import InFlightWindow

NEVER = 3600.0
DOCUMENT, VERSION = uuid4(), uuid4()


async def send(window: InFlightWindow, *done: int, document: UUID = DOCUMENT, version: UUID = VERSION) -> None:
    for passages in done:
        await window.acquire(document=document, version=version, sequence=1, done=passages)


async def settled() -> None:
    """Let every task run until it waits for something else than its turn."""
    for _ in range(5):
        await asyncio.sleep(0)


async def waiting(window: InFlightWindow, *done: int, version: UUID | None = None) -> "asyncio.Task[None]":
    task = asyncio.create_task(send(window, *done, document=uuid4(), version=version or uuid4()))
    await settled()
    assert not task.done()
    return task


async def test_a_full_window_waits_for_a_confirmation() -> None:
    window = InFlightWindow(2, NEVER)
    await send(window, 64, 128)
    task = await waiting(window, 64)
    window.confirm(VERSION, 64)
    await task
    assert window.in_flight == 2


async def test_a_count_confirms_every_batch_up_to_it() -> None:
    window = InFlightWindow(3, NEVER)
    await send(window, 64, 128, 150)
    window.confirm(VERSION, 149)
    assert window.in_flight == 1
    window.confirm(VERSION, 150)
    assert window.in_flight == 0


async def test_a_count_within_a_batch_or_repeated_or_late_frees_nothing() -> None:
    window = InFlightWindow(3, NEVER)
    await send(window, 64, 128)
    window.confirm(VERSION, 63)
    assert window.in_flight == 2
    window.confirm(VERSION, 64)
    window.confirm(VERSION, 64)
    window.confirm(VERSION, 10)
    assert window.in_flight == 1


async def test_confirmations_of_other_replicas_versions_are_ignored() -> None:
    window = InFlightWindow(1, NEVER)
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
    window = InFlightWindow(2, NEVER)
    await send(window, 64, 128)
    task = await waiting(window, 64)
    window.release(VERSION)
    await task
    assert window.in_flight == 1


async def test_a_withdrawal_frees_the_versions_up_to_its_own() -> None:
    window = InFlightWindow(3, NEVER)
    newer = uuid4()
    await send(window, 64)
    await window.acquire(document=DOCUMENT, version=newer, sequence=3, done=64)
    assert window.in_flight == 1  # the newer one superseded the older
    window.withdraw(DOCUMENT, 2)
    assert window.in_flight == 1
    window.withdraw(DOCUMENT, 3)
    assert window.in_flight == 0


async def test_a_newer_version_makes_room_for_itself() -> None:
    window = InFlightWindow(2, NEVER)
    await send(window, 64, 128)
    await window.acquire(document=DOCUMENT, version=uuid4(), sequence=2, done=64)
    assert window.in_flight == 1


async def test_an_older_version_that_comes_late_frees_nothing() -> None:
    window = InFlightWindow(3, NEVER)
    newer = uuid4()
    await window.acquire(document=DOCUMENT, version=newer, sequence=2, done=64)
    await send(window, 64)
    assert window.in_flight == 2
    window.confirm(newer, 64)
    window.confirm(VERSION, 64)
    assert window.in_flight == 0


async def test_several_documents_share_the_window_and_all_get_through() -> None:
    window = InFlightWindow(1, NEVER)
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
    window = InFlightWindow(2, stall_timeout=0)
    with caplog.at_level(logging.WARNING):
        await send(window, 64, 128, 192)
    assert window.in_flight == 1
    assert "2 that are still waited for" in caplog.text
    window.confirm(VERSION, 128)  # a late one, of batches that were given up
    assert window.in_flight == 1
    window.confirm(VERSION, 192)
    assert window.in_flight == 0


async def test_a_wait_that_is_cancelled_leaves_no_trace() -> None:
    window = InFlightWindow(1, NEVER)
    await send(window, 64)
    task = await waiting(window, 64)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    window.confirm(VERSION, 64)
    assert window.in_flight == 0
