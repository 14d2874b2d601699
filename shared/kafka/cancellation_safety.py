"""Cancelling around clients that do not bear it: no start is broken in two, no swallowed cancellation goes unheeded.

aiokafka keeps the connection by which a client looks for its cluster in a local variable: cancelled while it waits for
the answer, it leaves that connection open, and nobody can close it. So a start ends first, and what it began is closed
after it. Other clients, or the same as they stop, swallow the cancellation of whoever waits for them.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_PATIENCE_S = 5
"""How long a cancellation waits for the step: an answer takes milliseconds, a group that settles seconds."""


async def shield_until_done(step: Coroutine[Any, Any, T], *, patience_s: float = _PATIENCE_S) -> T:
    """Await a step, and let it end where this is cancelled meanwhile; a second cancellation is not waited out.

    Args:
        patience_s: seconds after which the step is broken all the same.

    Raises:
        CancelledError: once the step has ended; what it returned or raised is dropped then.
    """
    task = asyncio.create_task(step)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=patience_s)
        raise
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait([task])


def raise_if_cancelled() -> None:
    """End the task that this is called in, if it was asked to end and something swallowed that.

    Raises:
        CancelledError: it was.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
