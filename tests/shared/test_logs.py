"""The log tells where something failed, and never the words of the error: they may be somebody's."""

import asyncio
import gc
import io
import logging
import sqlite3
from collections.abc import Callable, Iterator

import pytest

from shared.errors import InvalidInput, trace_of
from shared.telemetry.logs import WordlessFormatter

CANARY = "Mme Serin, allergique au latex"


@pytest.fixture
def told() -> Iterator[io.StringIO]:
    """What the process's handler writes, whoever logs."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(WordlessFormatter("%(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


def plain() -> None:
    raise ValueError(CANARY)


def caused() -> None:
    try:
        plain()
    except ValueError as error:
        raise RuntimeError(f"it was {CANARY}") from error


def meanwhile() -> None:
    try:
        plain()
    except ValueError:
        nothing: dict[str, str] = {}
        nothing[CANARY]


def grouped() -> None:
    raise ExceptionGroup(CANARY, [ValueError(CANARY), KeyError(CANARY)])


def noted() -> None:
    error = ValueError("x")
    error.add_note(CANARY)
    raise error


def our_own() -> None:
    raise InvalidInput(reason=CANARY)


def of_a_database() -> None:
    sqlite3.connect(":memory:").execute(f"SELECT '{CANARY}' FROM \"{CANARY}\"")


WAYS = [plain, caused, meanwhile, grouped, noted, our_own, of_a_database]


@pytest.mark.parametrize("fail", WAYS)
def test_s16_a_library_that_logs_an_exception_tells_its_stack_alone(
    told: io.StringIO, fail: Callable[[], None]
) -> None:
    with pytest.raises(Exception) as raised:  # noqa: PT011 (any)
        fail()
    logging.getLogger("uvicorn.error").error("Exception in ASGI application", exc_info=raised.value)
    assert type(raised.value).__name__ in told.getvalue()
    assert CANARY not in trace_of(raised.value)
    assert "Exception in ASGI application" in told.getvalue()
    assert f"in {fail.__name__}" in told.getvalue()
    assert CANARY not in told.getvalue()


def test_s16_what_another_handler_has_formatted_is_not_taken_over(told: io.StringIO) -> None:
    other = logging.StreamHandler(io.StringIO())
    logging.getLogger().handlers.insert(0, other)
    try:
        plain()
    except ValueError:
        logging.getLogger("x").exception("twice")
    finally:
        logging.getLogger().removeHandler(other)
    assert CANARY in other.stream.getvalue()
    assert CANARY not in told.getvalue()


async def test_s16_a_task_that_nobody_asks_for_its_exception_is_told_of_without_words(told: io.StringIO) -> None:
    async def fails() -> None:
        plain()

    task = asyncio.create_task(fails())
    await asyncio.wait([task])
    del task
    gc.collect()
    assert "Task exception was never retrieved" in told.getvalue()
    assert "in plain" in told.getvalue()
    assert CANARY not in told.getvalue()


def test_the_cause_of_a_cause_is_told_once() -> None:
    first, second = ValueError("x"), KeyError("y")
    first.__cause__, second.__cause__ = second, first
    assert trace_of(first) == "ValueError\nbecause of: KeyError\n"
