"""Traces and metrics of a process: broker middlewares, registry of /metrics; no exporter by default."""

from typing import Any

from faststream.kafka.opentelemetry import KafkaTelemetryMiddleware
from faststream.types import BrokerMiddleware
from opentelemetry.trace import Tracer
from prometheus_client import CollectorRegistry

from shared.settings import TelemetrySettings
from shared.telemetry.message_metrics import MessageMetrics
from shared.telemetry.tracing import Tracing


class Telemetry:
    """Metrics registry, broker middlewares and traces of a process, shared by its brokers."""

    def __init__(self, settings: TelemetrySettings, *, service: str) -> None:
        self.registry = CollectorRegistry()
        self.middlewares: list[BrokerMiddleware[Any, Any]] = [
            MessageMetrics(self.registry, app_name=f"vigie-{service}")
        ]
        # Without an exporter spans are work for nobody: a third of a message's overhead.
        self._tracing = Tracing(settings.otlp_endpoint) if settings.otlp_endpoint else None

    def spans_of(self, service: str) -> list[BrokerMiddleware[Any, Any]]:
        """Return the middlewares that trace this service's messages; none without an exporter."""
        if self._tracing is None:
            return []
        return [KafkaTelemetryMiddleware(tracer_provider=self._tracing.provider(service))]

    def tracer(self, service: str) -> Tracer | None:
        """Return the tracer for further spans of this service; None without an exporter."""
        return self._tracing.provider(service).get_tracer("vigie") if self._tracing else None

    def close(self) -> None:
        """Export the last spans; waits for `tracing.CLOSE_TIMEOUT_S` at most."""
        if self._tracing is not None:
            self._tracing.close()
