"""Trace context of work that is stored and continued later, as in an outbox.

Without an exporter there are no spans, and these functions do nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_W3C = TraceContextTextMapPropagator()


def traceparent() -> str | None:
    """Return the current span as a `traceparent` of W3C Trace Context; None without a span."""
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return carrier.get("traceparent")


@contextmanager
def continued(traceparent: str | None) -> Iterator[None]:
    """Make the spans of this context children of the span of `traceparent`."""
    if traceparent is None:
        yield
        return
    token = context.attach(_W3C.extract({"traceparent": traceparent}))
    try:
        yield
    finally:
        context.detach(token)
