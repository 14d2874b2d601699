"""Cancellations and Kafka's clients: a start is not broken in two, and a cancellation that was swallowed is heeded.

aiokafka keeps the connection by which a client looks for its cluster in a local variable: cancelled while it waits for
the answer, it leaves that connection open, and nobody can close it. So a start ends first, and what it began is closed
after it. A client that stops, on the other hand, may swallow the cancellation of whoever waits for it.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

PATIENCE_S = 5
"""How long a cancellation waits for the step: an answer takes milliseconds, a group that settles seconds."""


async def unbroken(step: Coroutine[Any, Any, T], *, patience_s: float = PATIENCE_S) -> T:
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


def heed_cancellation() -> None:
    """End the task that this is called in, if it was asked to end and something swallowed that.

    Raises:
        CancelledError: it was.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
