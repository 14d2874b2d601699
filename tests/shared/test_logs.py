"""The log tells where something failed, and never the words of the error: they may be somebody's."""

import asyncio
import gc
import io
import json
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from opentelemetry.sdk.trace import TracerProvider

from shared.errors import InvalidInput, trace_of
from shared.settings import LogFormat, TelemetrySettings
from shared.telemetry.json_logs import JsonFormatter
from shared.telemetry.logs import WordlessFormatter, configure_logging, is_told

CANARY = "Mme Serin, allergique au latex"


@pytest.fixture(params=[WordlessFormatter("%(levelname)s %(name)s %(message)s"), JsonFormatter()], ids=["text", "json"])
def told(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What the process's handler writes, whoever logs, in either form."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(request.param)
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


def test_s16_a_library_s_lines_below_a_warning_are_not_told_at_any_level() -> None:
    """aiosqlite tells each statement with its values, httpcore each head with its token."""
    lines = [
        logging.makeLogRecord({"name": name, "levelno": level})
        for name in ("vigie.gateway", "services.ingest.service", "aiosqlite", "httpcore.http11", "vigiee")
        for level in (logging.DEBUG, logging.INFO, logging.WARNING)
    ]
    told = [(line.name, line.levelno) for line in lines if is_told(line)]
    assert [name for name, level in told if level < logging.WARNING] == [
        "vigie.gateway", "vigie.gateway", "services.ingest.service", "services.ingest.service",
    ]  # fmt: skip
    assert len([level for _, level in told if level == logging.WARNING]) == 5


@pytest.mark.parametrize("name", ["pypdf._reader", "PIL.Image", "sqlalchemy.engine", "qdrant_client", "vigiee"])
def test_s16_a_warning_of_a_library_tells_its_place_and_no_word(told: io.StringIO, name: str) -> None:
    logging.getLogger(name).warning("cannot read %r", CANARY)
    put_together = f"cannot read {CANARY}"
    logging.getLogger(name).error(put_together)
    assert told.getvalue().count("test_logs") == 2
    assert told.getvalue().count(name) == 2
    assert CANARY not in told.getvalue()


@pytest.mark.parametrize("name", ["vigie.gateway", "services.ingest.service", "uvicorn.error", "aiokafka.conn"])
def test_what_tells_of_this_house_or_of_connections_is_told_whole(told: io.StringIO, name: str) -> None:
    logging.getLogger(name).warning("%s waits for %s", "gateway", "kafka:9092")
    assert "gateway waits for kafka:9092" in told.getvalue()


@contextmanager
def configured(form: LogFormat) -> Iterator[logging.Logger]:
    """A logger of a process that has set its log up in this form."""
    root = logging.getLogger()
    former, level, root.handlers = root.handlers, root.level, []
    configure_logging("INFO", form)
    try:
        yield logging.getLogger("vigie.test")
    finally:
        root.handlers = former
        root.setLevel(level)


def test_a_library_that_brings_a_handler_of_its_own_tells_no_start_or_stop() -> None:
    with configured("json"):
        assert not logging.getLogger("faststream.app").isEnabledFor(logging.INFO)


def test_json_is_one_object_a_line_with_the_trace_in_which_it_was_said(capsys: pytest.CaptureFixture[str]) -> None:
    with configured("json") as logger:
        with TracerProvider(shutdown_on_exit=False).get_tracer("t").start_as_current_span("handled") as span:
            logger.warning("deux\nlignes, %s", "é")
        try:
            plain()
        except ValueError:
            logger.exception("it failed")
    within, after = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    context = span.get_span_context()
    assert within.pop("timestamp") <= after.pop("timestamp")
    assert within == {
        "level": "WARNING", "logger": "vigie.test", "message": "deux\nlignes, é",
        "trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}",
    }  # fmt: skip
    assert after.pop("error").startswith("ValueError\n")
    assert after == {"level": "ERROR", "logger": "vigie.test", "message": "it failed"}


def test_a_log_is_text_unless_json_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with configured(TelemetrySettings().log_format) as logger:
        logger.warning("ready")
    assert capsys.readouterr().err.endswith("WARNING vigie.test ready\n")
