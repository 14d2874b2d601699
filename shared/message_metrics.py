"""Metrics of what a process consumes and publishes, under the names that FastStream's own middleware gives them.

That one looks up some ten metrics by three or four labels for every message, which was two fifths of what a message
cost in FastStream (ADR 14); here it is done once a topic.
"""

import time
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

from faststream import BaseMiddleware, ContextRepo
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_RECEIVED = ("app_name", "broker", "handler")
_PUBLISHED = ("app_name", "broker", "destination")
_SIZES = tuple(4.0**n for n in range(2, 13))


class MessageMetrics:
    """Middleware factory for a FastStream Kafka broker; several brokers of a process may share it.

    Args:
        app_name: what tells the process from others, a label.
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
        self.labels = (app_name, "kafka")
        self.of_received = cache(lambda topic: _Received(self, (*self.labels, topic)))
        self.of_published = cache(lambda topic: _Published(self, (*self.labels, topic)))

    def __call__(self, msg: Any, /, *, context: ContextRepo) -> "_Scope":
        return _Scope(msg, context=context, metrics=self)


class _Received:
    """A topic's share of the metrics of what is consumed."""

    def __init__(self, metrics: MessageMetrics, labels: tuple[str, ...]) -> None:
        self.messages = metrics.received.labels(*labels)
        self.size = metrics.sizes.labels(*labels)
        self.in_process = metrics.in_process.labels(*labels)
        self.duration = metrics.handling.labels(*labels)
        self.acked = metrics.handled.labels(*labels, "acked")
        self.failed = metrics.handled.labels(*labels, "error")
        self.errors = cache(lambda name: metrics.handler_errors.labels(*labels, name))


class _Published:
    """The same of what is published."""

    def __init__(self, metrics: MessageMetrics, labels: tuple[str, ...]) -> None:
        self.succeeded = metrics.published.labels(*labels, "success")
        self.failed = metrics.published.labels(*labels, "error")
        self.duration = metrics.publishing.labels(*labels)
        self.errors = cache(lambda name: metrics.publish_errors.labels(*labels, name))


class _Scope(BaseMiddleware):
    """One message's way through the handler, or to the broker."""

    def __init__(self, msg: Any, /, *, context: ContextRepo, metrics: MessageMetrics) -> None:
        super().__init__(msg, context=context)
        self._metrics = metrics

    async def consume_scope(self, call_next: Callable[[Any], Awaitable[Any]], msg: Any) -> Any:
        topic = self._metrics.of_received(msg.raw_message.topic)
        topic.messages.inc()
        topic.size.observe(len(msg.body))
        topic.in_process.inc()
        started = time.perf_counter()
        try:
            result = await call_next(msg)
        except Exception as error:
            topic.errors(type(error).__name__).inc()
            topic.failed.inc()
            raise
        else:
            topic.acked.inc()
            return result
        finally:  # of one that was cancelled too, which is neither handled nor failed: it comes again
            topic.duration.observe(time.perf_counter() - started)
            topic.in_process.dec()

    async def publish_scope(self, call_next: Callable[[Any], Awaitable[Any]], cmd: Any) -> Any:
        topic = self._metrics.of_published(cmd.destination)
        started = time.perf_counter()
        try:
            result = await call_next(cmd)
        except Exception as error:
            topic.errors(type(error).__name__).inc()
            topic.failed.inc()
            raise
        else:
            topic.succeeded.inc()
            return result
        finally:
            topic.duration.observe(time.perf_counter() - started)


def _in(registry: CollectorRegistry, kind: type) -> Callable[..., Any]:
    """A kind of metric, in this registry and under Vigie's prefix."""

    def declared(name: str, says: str, labels: tuple[str, ...], **options: Any) -> Any:
        return kind(f"vigie_{name}", says, labels, registry=registry, **options)

    return declared
