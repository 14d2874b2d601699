"""The log of a process, on standard error, without the words of errors: they may quote what a person wrote (S16)."""

import logging
from copy import copy
from types import TracebackType
from typing import TYPE_CHECKING

from shared.errors import trace_of

if TYPE_CHECKING:
    from shared.settings import LogFormat  # the command sets its log up without settings, and sooner

_OWN = ("vigie", "services", "shared")
"""Loggers of this house; all others are libraries'."""

_TALKATIVE = ("aiokafka", "faststream", "vigie.kafka", "httpx", "uvicorn.access", "alembic")
"""Loggers that would make a record for each message or request, or write it past our handler; `vigie.kafka` is
FastStream's."""

_OF_CONNECTIONS = ("uvicorn", "asyncio", "aiokafka", "faststream", "vigie", "services", "shared", "opentelemetry")
"""Loggers whose lines are told whole: ours, and of libraries that tell of connections and tasks alone."""

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

_TELL_EXCEPTIONS = ("asyncio",)
"""Loggers whose messages carry the text of an exception behind their first line."""


class WordlessFormatter(logging.Formatter):
    """A formatter that tells an exception's class and stack, whoever logs it, and no value of a library's line."""

    def format(self, record: logging.LogRecord) -> str:
        own = without_values(record)
        own.exc_text = None  # another handler may have put its words there
        return super().format(own)

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 (logging's own name)
        return trace_of(ei[1]) if ei[1] is not None else ""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's own name)
        if record.name in _TELL_EXCEPTIONS:
            record.message = record.message.partition("\n")[0]
        return super().formatMessage(record)


def without_values(record: logging.LogRecord) -> logging.LogRecord:
    """Return a copy of a line; of a library that is handed what people wrote, with its place in place of its words.

    A template without its values would do, but many lines are put together before they are logged.
    """
    own = copy(record)
    if own.name.partition(".")[0] not in _OF_CONNECTIONS:
        own.msg, own.args = f"a line of this library, at {own.module}:{own.lineno}", None
    return own


def is_told(record: logging.LogRecord) -> bool:
    """Return whether a line may be written: a library's below WARNING may hold what people wrote, as SQL's values."""
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] in _OWN


def configure_logging(level: str, form: "LogFormat" = "text") -> None:
    """One line an event on standard error, never one a message; libraries speak from WARNING up."""
    handler = logging.StreamHandler()
    handler.setFormatter(_formatter(form))
    handler.addFilter(is_told)
    logging.basicConfig(level=level, handlers=[handler])
    for library in _TALKATIVE:
        logging.getLogger(library).setLevel(logging.WARNING)
    logging.getLogger("python_multipart").setLevel(logging.ERROR)  # it warns with characters of what people send
    logging.getLogger("opentelemetry.sdk").setLevel(
        logging.ERROR
    )  # shared/telemetry/tracing.py tells that spans are lost


def _formatter(form: "LogFormat") -> logging.Formatter:
    if form == "text":
        return WordlessFormatter("%(asctime)s %(levelname)s %(name)s %(message)s")
    from shared.telemetry.json_logs import JsonFormatter  # noqa: PLC0415 (commands that come and go need no traces)

    return JsonFormatter()
