"""A stop of a consumer ends the handlers that only wait for others."""

import asyncio

import pytest

from shared.kafka.broker import messages_logger
from shared.kafka.interruption import Interruption, interruptible


async def handler(interruption: Interruption, step: asyncio.Event, *, waits_for_others: bool) -> str:
    with interruption.covers_this_task():
        if waits_for_others:
            with interruptible():
                await step.wait()
        else:
            await step.wait()
    return "done"


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_who_waits_for_others_is_ended_and_who_works_goes_on() -> None:
    interruption, step = Interruption(), asyncio.Event()
    waits = asyncio.create_task(handler(interruption, step, waits_for_others=True))
    works = asyncio.create_task(handler(interruption, step, waits_for_others=False))
    await settled()
    interruption.interrupt()
    await settled()
    assert waits.cancelled()
    assert not works.done()
    step.set()
    assert await works == "done"


async def test_who_begins_to_wait_during_a_stop_is_ended_until_the_next_start() -> None:
    interruption, step = Interruption(), asyncio.Event()
    interruption.interrupt()
    with pytest.raises(asyncio.CancelledError):
        await handler(interruption, step, waits_for_others=True)
    interruption.renew()
    step.set()
    assert await handler(interruption, step, waits_for_others=True) == "done"


async def test_a_wait_that_has_ended_is_not_interrupted_any_more() -> None:
    interruption, first, second = Interruption(), asyncio.Event(), asyncio.Event()

    async def waits_then_works() -> str:
        with interruption.covers_this_task():
            with interruptible(), interruptible():  # one within another is one
                await first.wait()
            await second.wait()
        return "done"

    task = asyncio.create_task(waits_then_works())
    first.set()
    await settled()
    interruption.interrupt()
    await settled()
    second.set()
    assert await task == "done"


async def test_without_a_consumer_a_wait_is_a_wait() -> None:
    step = asyncio.Event()
    step.set()
    with interruptible():
        assert await step.wait()


def test_a_handler_that_a_stop_has_ended_is_no_error_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    for error in (asyncio.CancelledError(), RuntimeError("x")):
        messages_logger.error("%s", type(error).__name__, exc_info=error)
    messages_logger.error("without an exception")
    assert caplog.messages == ["RuntimeError", "without an exception"]
