"""Metrics of consumed and published messages, under the names of FastStream's own middleware.

FastStream's looks up some ten metrics by three or four labels for every message, which was two fifths of what a message
cost in FastStream (ADR 14); this one looks them up once a topic.
"""

import time
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any, TypeAlias

from faststream import BaseMiddleware, ContextRepo
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from shared.telemetry.exemplars import exemplar

_RECEIVED = ("app_name", "broker", "handler")
_PUBLISHED = ("app_name", "broker", "destination")
_Labels: TypeAlias = tuple[str, ...]
_Next: TypeAlias = Callable[[Any], Awaitable[Any]]
_SIZES = tuple(4.0**n for n in range(2, 13))


class MessageMetrics:
    """Middleware factory for a FastStream Kafka broker; several brokers of a process may share it.

    Args:
        app_name: label that tells the process from others.
    """

    def __init__(self, registry: CollectorRegistry, *, app_name: str) -> None:
        counter, gauge, histogram = _in(registry, Counter), _in(registry, Gauge), _in(registry, Histogram)
        self.received = counter("received_messages", "Received messages", _RECEIVED)
        self.sizes = histogram("received_messages_size_bytes", "Their size", _RECEIVED, buckets=_SIZES)
        self.in_process = gauge("received_messages_in_process", "Messages that a handler has in hand", _RECEIVED)
        self.handling = histogram("received_processed_messages_duration_seconds", "Time of handlers", _RECEIVED)
        self.handled = counter("received_processed_messages", "Messages that were handled", (*_RECEIVED, "status"))
        self.handler_errors = counter(
            "received_processed_messages_exceptions", "Errors of handlers", (*_RECEIVED, "exception_type")
        )
        self.published = counter("published_messages", "Published messages", (*_PUBLISHED, "status"))
        self.publishing = histogram("published_messages_duration_seconds", "Time to an acknowledgement", _PUBLISHED)
        self.publish_errors = counter(
            "published_messages_exceptions", "Errors of publications", (*_PUBLISHED, "exception_type")
        )
        self.of_received = cache(lambda topic: _Received(self, (app_name, "kafka", topic)))
        self.of_published = cache(lambda topic: _published(self, (app_name, "kafka", topic)))

    def __call__(self, msg: Any, /, *, context: ContextRepo) -> "_MetricsScope":
        return _MetricsScope(msg, context=context, metrics=self)


class _Ends:
    """Metrics of the outcome and duration of a topic's messages."""

    def __init__(self, ends: Counter, errors: Counter, time_taken: Histogram, labels: _Labels, success: str) -> None:
        self._succeeded = ends.labels(*labels, success)
        self._failed = ends.labels(*labels, "error")
        self._errors = cache(lambda name: errors.labels(*labels, name))
        self._time = time_taken.labels(*labels)

    async def of(self, call_next: _Next, what: Any) -> Any:
        """Call the next middleware and count its outcome; a cancelled message counts as none, it is delivered again."""
        started = time.perf_counter()
        try:
            result = await call_next(what)
        except Exception as error:
            self._errors(type(error).__name__).inc()
            self._failed.inc()
            raise
        else:
            self._succeeded.inc()
            return result
        finally:
            self._time.observe(time.perf_counter() - started, exemplar())


class _Received:
    """Metrics of a topic's consumed messages."""

    def __init__(self, metrics: MessageMetrics, labels: _Labels) -> None:
        self.messages = metrics.received.labels(*labels)
        self.size = metrics.sizes.labels(*labels)
        self.in_process = metrics.in_process.labels(*labels)
        self.ends = _Ends(metrics.handled, metrics.handler_errors, metrics.handling, labels, "acked")


def _published(metrics: MessageMetrics, labels: _Labels) -> _Ends:
    return _Ends(metrics.published, metrics.publish_errors, metrics.publishing, labels, "success")


class _MetricsScope(BaseMiddleware):
    """Measures one message, consumed or published."""

    def __init__(self, msg: Any, /, *, context: ContextRepo, metrics: MessageMetrics) -> None:
        super().__init__(msg, context=context)
        self._metrics = metrics

    async def consume_scope(self, call_next: _Next, msg: Any) -> Any:
        topic = self._metrics.of_received(msg.raw_message.topic)
        topic.messages.inc()
        topic.size.observe(len(msg.body))
        topic.in_process.inc()
        try:
            return await topic.ends.of(call_next, msg)
        finally:
            topic.in_process.dec()

    async def publish_scope(self, call_next: _Next, cmd: Any) -> Any:
        return await self._metrics.of_published(cmd.destination).of(call_next, cmd)


def _in(registry: CollectorRegistry, kind: type) -> Callable[..., Any]:
    """Return a factory of a kind of metric, in this registry and under Vigie's prefix."""

    def declared(name: str, says: str, labels: _Labels, **options: Any) -> Any:
        return kind(f"vigie_{name}", says, labels, registry=registry, **options)

    return declared
