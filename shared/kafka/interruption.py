"""Waits that a stop ends: a handler that waits for others is not waited for, since its record is delivered again."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any


class Interruption:
    """The handlers of one consumer that wait for others at the moment.

    Belongs to one event loop, and is not thread-safe.
    """

    def __init__(self) -> None:
        self._waiting: set[asyncio.Task[Any]] = set()
        self._due = False

    def renew(self) -> None:
        """Let handlers wait again, at the consumer's next start."""
        self._due = False

    def interrupt(self) -> None:
        """Cancel those that wait, and whoever begins to."""
        self._due = True
        for task in self._waiting:
            task.cancel()

    @contextmanager
    def covers_this_task(self) -> Iterator[None]:
        """Make this the interruption of the current task's `interruptible` blocks."""
        token = _INTERRUPTION.set(self)
        try:
            yield
        finally:
            _INTERRUPTION.reset(token)

    @contextmanager
    def wait(self) -> Iterator[None]:
        task = asyncio.current_task()
        if self._due:
            raise asyncio.CancelledError
        if task is None or task in self._waiting:
            yield
            return
        self._waiting.add(task)
        try:
            yield
        finally:
            self._waiting.discard(task)


_INTERRUPTION: ContextVar[Interruption | None] = ContextVar("interruption", default=None)


@contextmanager
def interruptible() -> Iterator[None]:
    """Wait in this block for time or for other messages; a stop of the consumer ends the handler there.

    Raises:
        CancelledError: the consumer stops; what the handler has done so far is done again later, so it must bear that.
    """
    interruption = _INTERRUPTION.get()
    if interruption is None:  # no consumer called: a command, a test
        yield
        return
    with interruption.wait():
        yield


def tells_no_interruption(record: logging.LogRecord) -> bool:
    """Return whether a log line is of anything else than a handler that a stop has ended, with which nothing is wrong.

    A filter of logging: FastStream logs whatever ends a handler as an error.
    """
    return record.exc_info is None or not isinstance(record.exc_info[1], asyncio.CancelledError)
