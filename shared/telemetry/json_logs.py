"""The log as JSON, for programs that collect it."""

import json
import logging
from datetime import UTC, datetime

from opentelemetry.trace import format_span_id, format_trace_id, get_current_span

from shared.telemetry.logs import WordlessFormatter, without_values


class JsonFormatter(WordlessFormatter):
    """A formatter of one JSON object a line: the same words, and the trace in which they were said."""

    def format(self, record: logging.LogRecord) -> str:
        own = without_values(record)
        own.message = own.getMessage()
        fields = {
            "timestamp": datetime.fromtimestamp(own.created, UTC).isoformat(timespec="milliseconds"),
            "level": own.levelname,
            "logger": own.name,
            "message": self.formatMessage(own),
        }
        if own.exc_info and (error := self.formatException(own.exc_info)):
            fields["error"] = error
        if own.stack_info:
            fields["stack"] = self.formatStack(own.stack_info)
        if (span := get_current_span().get_span_context()).is_valid:
            fields |= {"trace_id": format_trace_id(span.trace_id), "span_id": format_span_id(span.span_id)}
        return json.dumps(fields, ensure_ascii=False)
