"""Safe cancellation around aiokafka: a start is never interrupted, and a swallowed cancellation is raised again.

aiokafka keeps a client's bootstrap connection in a local variable: cancelled while it waits for the answer, it leaves
that connection open for good. So a start ends first, and the client is closed after it. Clients also swallow the
cancellation of a task that waits for their stop.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_SHIELD_S = 5
"""Longest wait of a cancellation for the step: an answer takes milliseconds, a group that settles seconds."""


async def shield_until_done(step: Coroutine[Any, Any, T], *, timeout_s: float = _SHIELD_S) -> T:
    """Await a step, which a first cancellation lets end and a second one cancels.

    Args:
        timeout_s: seconds after a cancellation until the step is cancelled too.

    Raises:
        CancelledError: the caller was cancelled; the step has ended, and its result is dropped.
    """
    task = asyncio.create_task(step)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=timeout_s)
        raise
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait([task])


def raise_if_cancelled() -> None:
    """Raise the current task's cancellation again, if a client swallowed it.

    Raises:
        CancelledError: the task was cancelled.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
