"""Traces and metrics of one process: broker middlewares, a registry for /metrics. Exporters are off unless set."""

import logging
from typing import Any

from faststream.kafka.opentelemetry import KafkaTelemetryMiddleware
from faststream.types import BrokerMiddleware
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from prometheus_client import CollectorRegistry

from shared.message_metrics import MessageMetrics
from shared.settings import TelemetrySettings


class Telemetry:
    """The process's tracer provider, metrics registry and broker middlewares, made once and shared by its brokers."""

    def __init__(self, settings: TelemetrySettings, *, service: str) -> None:
        self.registry = CollectorRegistry()
        self.tracer_provider = TracerProvider(resource=Resource.create({SERVICE_NAME: f"vigie-{service}"}))
        self.middlewares: list[BrokerMiddleware[Any, Any]] = [
            MessageMetrics(self.registry, app_name=f"vigie-{service}")
        ]
        if settings.otlp_endpoint:  # without an exporter spans are work for nobody: a third of a message's overhead
            self.tracer_provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(settings.otlp_endpoint)))
            self.middlewares.append(KafkaTelemetryMiddleware(tracer_provider=self.tracer_provider))

    def close(self) -> None:
        self.tracer_provider.shutdown()


def configure_logging(level: str) -> None:
    """One line an event on standard error, never one a message; libraries speak from WARNING up."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for library in ("aiokafka", "faststream", "vigie.kafka", "httpx", "uvicorn.access", "alembic"):
        logging.getLogger(library).setLevel(logging.WARNING)
