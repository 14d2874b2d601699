"""The log of a process, on standard error."""

import logging

_LIBRARIES = ("aiokafka", "faststream", "vigie.kafka", "httpx", "uvicorn.access", "alembic")


def configure_logging(level: str) -> None:
    """One line an event on standard error, never one a message; libraries speak from WARNING up."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for library in _LIBRARIES:
        logging.getLogger(library).setLevel(logging.WARNING)
    logging.getLogger("opentelemetry.sdk").setLevel(
        logging.ERROR
    )  # shared/telemetry/tracing.py tells that spans are lost
