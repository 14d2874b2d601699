"""Exemplars: the trace in which a latency was measured, told beside it in OpenMetrics.

Source: https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md#exemplars
"""

from opentelemetry.trace import format_trace_id, get_current_span


def exemplar() -> dict[str, str] | None:
    """Return the labels of the current trace; None without one that is exported."""
    span = get_current_span().get_span_context()
    if not span.is_valid or not span.trace_flags.sampled:
        return None
    return {"trace_id": format_trace_id(span.trace_id)}
