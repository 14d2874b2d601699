"""A collector of traces: OTLP over HTTP on a real socket, in threads of its own, that keeps what it is sent.

It may be slow, or refuse: what asks it to export must not mind.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span as SentSpan
from opentelemetry.proto.trace.v1.trace_pb2 import Status

PATIENCE_S = 60
Found = TypeVar("Found")
QUICK = {"OTEL_BSP_SCHEDULE_DELAY": "100"}
"""Spans leave after this many ms, not after 5 s."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """What came of one span; `parent` is "" for the root of a trace."""

    service: str
    name: str
    trace: str
    id: str
    parent: str
    attributes: dict[str, Any] = field(hash=False)
    events: list[tuple[str, dict[str, Any]]] = field(hash=False)
    failed: bool
    description: str
    resource: dict[str, Any] = field(hash=False)

    @property
    def key(self) -> Any:
        """Of the Kafka record: the id of the question or of the document."""
        return self.attributes.get("messaging.kafka.message.key")


class Collector:
    """What it has heard.

    Attributes:
        refuse: the status that it answers with instead of keeping spans, while it is set.
        released: while it is cleared, nobody gets an answer.
    """

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.bodies: list[bytes] = []
        self.requests = 0
        self.refuse: int | None = None
        self.released = threading.Event()
        self.released.set()
        self.url = ""

    @contextmanager
    def running(self) -> Iterator["Collector"]:
        collector = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"  # who exports keeps its connection

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                collector.requests += 1
                collector.released.wait(PATIENCE_S)
                if collector.refuse is None and self.path == "/v1/traces":
                    collector.heard(body)
                self.send_response(collector.refuse or 200)
                answer = ExportTraceServiceResponse().SerializeToString()
                self.send_header("content-type", "application/x-protobuf")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                """Nothing: a test's output is the test's."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: Any) -> None:
                """Nothing: whoever asked has gone away meanwhile."""

        with Server(("127.0.0.1", 0), Handler) as server:
            self.url = f"http://127.0.0.1:{server.server_port}/v1/traces"
            thread = threading.Thread(target=server.serve_forever, args=(0.05,))
            thread.start()
            try:
                yield self
            finally:
                self.released.set()
                server.shutdown()
                thread.join()

    def heard(self, body: bytes) -> None:
        self.bodies.append(body)
        for of_resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            resource = _plain(of_resource.resource.attributes)
            for of_scope in of_resource.scope_spans:
                self.spans += [_span(span, resource) for span in of_scope.spans]

    def until(self, true: Callable[[list[Span]], Found]) -> Found:
        """What `true` makes of the spans, once that is something; to be called in a thread of its own."""
        deadline = time.monotonic() + PATIENCE_S
        while not (found := true(list(self.spans))):
            if time.monotonic() > deadline:
                raise TimeoutError(sorted({(span.service, span.name, span.trace) for span in self.spans}))
            time.sleep(0.05)
        return found

    def way_to(self, span: Span) -> list[tuple[str, str]]:
        """Service and name of each span from the root down to this one; the root's parent is the client's or nobody."""
        by_id = {each.id: each for each in self.spans if each.trace == span.trace}
        way = [span]
        while (parent := by_id.get(way[-1].parent)) is not None:
            way.append(parent)
        return [(each.service, each.name) for each in reversed(way)]


def _span(span: SentSpan, resource: dict[str, Any]) -> Span:
    return Span(
        service=resource["service.name"],
        name=span.name,
        trace=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        attributes=_plain(span.attributes),
        events=[(event.name, _plain(event.attributes)) for event in span.events],
        failed=span.status.code == Status.STATUS_CODE_ERROR,
        description=span.status.message,
        resource=resource,
    )


def _plain(attributes: Any) -> dict[str, Any]:
    return {each.key: _value(each.value) for each in attributes if isinstance(each, KeyValue)}


def _value(value: AnyValue) -> Any:
    kind = value.WhichOneof("value")
    plain = getattr(value, kind) if kind else None
    return plain.decode() if isinstance(plain, bytes) else plain
