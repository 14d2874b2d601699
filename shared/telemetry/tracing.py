"""Traces of a process: a tracer provider for each service, and one exporter that redacts what people wrote.

Sampling, batches, headers and TLS of the exporter follow OpenTelemetry's own variables (docs/operations/traces.md).
"""

import logging
import threading
from collections.abc import Sequence

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Status

logger = logging.getLogger("vigie.tracing")

CLOSE_TIMEOUT_S = 3.0
"""Longest wait for the export of the last spans, seconds."""

_EXPORTER_LOG = logging.getLogger("opentelemetry.exporter.otlp.proto.http.trace_exporter")
_WORDS = frozenset({"exception.message", "exception.stacktrace"})


class Tracing:
    """Tracer providers of the services in this process, and their common exporter.

    Args:
        endpoint: full URL of an OTLP/HTTP receiver of traces.
    """

    def __init__(self, endpoint: str) -> None:
        self._processor = BatchSpanProcessor(_RedactingExporter(OTLPSpanExporter(endpoint)))
        self._providers: dict[str, TracerProvider] = {}

    def provider(self, service: str) -> TracerProvider:
        """Return the provider whose spans bear the service's name, whichever process it runs in."""
        if (made := self._providers.get(service)) is None:
            resource = Resource.create({SERVICE_NAME: f"vigie-{service}"})
            made = self._providers[service] = TracerProvider(resource=resource, shutdown_on_exit=False)
            made.add_span_processor(self._processor)
        return made

    def close(self) -> None:
        """Export the last spans, for `CLOSE_TIMEOUT_S` at most; the export's thread ends with the process."""
        closing = threading.Thread(target=self._processor.shutdown, name="vigie-last-spans", daemon=True)
        closing.start()
        closing.join(CLOSE_TIMEOUT_S)


class _RedactingExporter(SpanExporter):
    """Exports spans without error messages, which may quote a document; logs once that exports fail or work again.

    OpenTelemetry records the message of every error that passes a span; its class is enough.
    """

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._lost = 0
        _EXPORTER_LOG.setLevel(logging.ERROR)  # what it tries again, it would tell each time

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._exporter.export([_without_words(span) for span in spans])
        if result is not SpanExportResult.SUCCESS:
            if not self._lost:
                logger.warning("traces are lost until the collector takes them; nothing else waits for it")
                _EXPORTER_LOG.setLevel(logging.CRITICAL)  # it has told why
            self._lost += len(spans)
        elif self._lost:
            logger.warning("traces are exported again; at least %d spans were lost", self._lost)
            self._lost = 0
            _EXPORTER_LOG.setLevel(logging.ERROR)
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)


def _without_words(span: ReadableSpan) -> ReadableSpan:
    if not span.events and span.status.description is None:
        return span
    return ReadableSpan(
        span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=span.attributes,
        events=[_event_without_words(event) for event in span.events],
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _event_without_words(event: Event) -> Event:
    kept = {name: value for name, value in (event.attributes or {}).items() if name not in _WORDS}
    return Event(event.name, kept, event.timestamp)
