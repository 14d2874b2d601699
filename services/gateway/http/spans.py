"""The span of a request to the API: the first of a question's or a document's trace."""

from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_W3C = TraceContextTextMapPropagator()
_HEADERS = (b"traceparent", b"tracestate")
_API = "/v1/"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SERVER_ERROR = 500


class HttpSpans:
    """ASGI middleware. A request that names its trace (W3C Trace Context) is a part of that one.

    Attributes follow OpenTelemetry's conventions for HTTP servers, but hold no path, no query and no header: people's
    words are in them. Probes and metrics make no spans.
    """

    def __init__(self, app: ASGIApp, tracer: Tracer) -> None:
        self._app = app
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_API):
            await self._app(scope, receive, send)
            return
        given = {name.decode(): value.decode("latin-1") for name, value in scope["headers"] if name in _HEADERS}
        method = scope["method"] if scope["method"] in _METHODS else "_OTHER"
        with self._tracer.start_as_current_span(
            method, context=_W3C.extract(given), kind=SpanKind.SERVER, attributes={"http.request.method": method}
        ) as span:

            async def told(message: Message) -> None:
                if message["type"] == "http.response.start":
                    _note_status(span, message["status"])
                await send(message)

            try:
                await self._app(scope, receive, told)
            except Exception:
                _note_status(span, _SERVER_ERROR)
                raise
            finally:
                if (route := getattr(scope.get("route"), "path", None)) is not None:  # the router has put it there
                    span.update_name(f"{method} {route}")
                    span.set_attribute("http.route", route)


def _note_status(span: Span, status: int) -> None:
    span.set_attribute("http.response.status_code", status)
    if status >= _SERVER_ERROR:
        span.set_attribute("error.type", str(status))
        span.set_status(StatusCode.ERROR)
