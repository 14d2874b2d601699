"""The log of a process, on standard error, without the words of errors: they may quote what a person wrote (S16)."""

import logging
from copy import copy
from types import TracebackType

from shared.errors import trace_of

_LIBRARIES = ("aiokafka", "faststream", "vigie.kafka", "httpx", "uvicorn.access", "alembic")


_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

_TELL_EXCEPTIONS = ("asyncio",)
"""Loggers whose messages carry the text of an exception behind their first line."""


class WordlessFormatter(logging.Formatter):
    """A formatter that tells an exception's class and stack, whoever logs it."""

    def format(self, record: logging.LogRecord) -> str:
        own = copy(record)
        own.exc_text = None  # another handler may have put its words there
        return super().format(own)

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 (logging's own name)
        return trace_of(ei[1]) if ei[1] is not None else ""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's own name)
        if record.name in _TELL_EXCEPTIONS:
            record.message = record.message.partition("\n")[0]
        return super().formatMessage(record)


def configure_logging(level: str) -> None:
    """One line an event on standard error, never one a message; libraries speak from WARNING up."""
    handler = logging.StreamHandler()
    handler.setFormatter(WordlessFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    for library in _LIBRARIES:
        logging.getLogger(library).setLevel(logging.WARNING)
    logging.getLogger("python_multipart").setLevel(logging.ERROR)  # it warns with characters of what people send
    logging.getLogger("opentelemetry.sdk").setLevel(
        logging.ERROR
    )  # shared/telemetry/tracing.py tells that spans are lost
