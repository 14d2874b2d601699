"""Traces and metrics of one process: broker middlewares, a registry for /metrics. Exporters are off unless set."""

import logging
from typing import Any

from faststream.kafka.opentelemetry import KafkaTelemetryMiddleware
from faststream.types import BrokerMiddleware
from opentelemetry.trace import Tracer
from prometheus_client import CollectorRegistry

from shared.settings import TelemetrySettings
from shared.telemetry.message_metrics import MessageMetrics
from shared.telemetry.tracing import Tracing


class Telemetry:
    """The process's metrics registry, broker middlewares and traces, made once and shared by its brokers."""

    def __init__(self, settings: TelemetrySettings, *, service: str) -> None:
        self.registry = CollectorRegistry()
        self.middlewares: list[BrokerMiddleware[Any, Any]] = [
            MessageMetrics(self.registry, app_name=f"vigie-{service}")
        ]
        # Without an exporter spans are work for nobody: a third of a message's overhead.
        self._tracing = Tracing(settings.otlp_endpoint) if settings.otlp_endpoint else None

    def spans_of(self, service: str) -> list[BrokerMiddleware[Any, Any]]:
        """The middlewares that make spans of what this service consumes and publishes; none where none is exported."""
        if self._tracing is None:
            return []
        return [KafkaTelemetryMiddleware(tracer_provider=self._tracing.provider(service))]

    def tracer(self, service: str) -> Tracer | None:
        """For further spans of this service; None where none is exported."""
        return self._tracing.provider(service).get_tracer("vigie") if self._tracing else None

    def close(self) -> None:
        """Once nothing makes spans any more; waits shared.telemetry.tracing.CLOSE_TIMEOUT_S at the most."""
        if self._tracing is not None:
            self._tracing.close()


def configure_logging(level: str) -> None:
    """One line an event on standard error, never one a message; libraries speak from WARNING up."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for library in ("aiokafka", "faststream", "vigie.kafka", "httpx", "uvicorn.access", "alembic"):
        logging.getLogger(library).setLevel(logging.WARNING)
    logging.getLogger("opentelemetry.sdk").setLevel(
        logging.ERROR
    )  # shared/telemetry/tracing.py tells that spans are lost
