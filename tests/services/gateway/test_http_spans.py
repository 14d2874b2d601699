"""The span of a request: its route and its status, nothing of its address; none for probes."""

from typing import Any

import pytest
from fastapi import FastAPI
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from services.gateway.http.spans import HttpSpans
from shared.errors import StoreUnavailable
from tests.services.gateway.conftest import READER, Rig

SECRET = "rossignol"


class Spans:
    """Those of requests to an application."""

    def __init__(self, app: FastAPI) -> None:
        self._exporter = InMemorySpanExporter()
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        app.add_middleware(HttpSpans, tracer=provider.get_tracer("test"))

    def all(self) -> list[tuple[str, dict[str, Any], StatusCode]]:
        return [(span.name, dict(span.attributes or {}), span.status.status_code) for span in self.ended()]

    def ended(self) -> tuple[ReadableSpan, ...]:
        return self._exporter.get_finished_spans()


@pytest.fixture
def spans(rig: Rig) -> Spans:
    return Spans(rig.app)


async def test_a_request_is_named_by_its_route_and_not_by_its_address(rig: Rig, spans: Spans) -> None:
    found = await rig.http.get(f"/v1/questions?search={SECRET}", headers=rig.headers(READER))
    missing = await rig.http.get(f"/v1/documents/{SECRET}", headers=rig.headers(READER))
    nowhere = await rig.http.get(f"/v1/{SECRET}")
    assert [each.status_code for each in (found, missing, nowhere)] == [200, 422, 404]
    get = {"http.request.method": "GET"}
    assert spans.all() == [
        (
            "GET /v1/questions",
            get | {"http.response.status_code": 200, "http.route": "/v1/questions"},
            StatusCode.UNSET,
        ),
        (
            "GET /v1/documents/{document_id}",
            get | {"http.response.status_code": 422, "http.route": "/v1/documents/{document_id}"},
            StatusCode.UNSET,
        ),
        ("GET", get | {"http.response.status_code": 404}, StatusCode.UNSET),
    ]


@pytest.mark.parametrize(
    ("error", "status"), [(StoreUnavailable(part="database"), 503), (RuntimeError(SECRET), 500)], ids=["down", "defect"]
)
async def test_what_went_wrong_here_is_an_error(
    rig: Rig, spans: Spans, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    async def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(rig.questions, "page", fail)
    response = await rig.http.get("/v1/questions", headers=rig.headers(READER))
    assert response.status_code == status
    [(_, attributes, code)] = spans.all()
    assert (attributes["http.response.status_code"], attributes["error.type"]) == (status, str(status))
    assert code == StatusCode.ERROR


async def test_probes_make_no_spans_and_unknown_methods_no_names(rig: Rig, spans: Spans) -> None:
    await rig.http.get("/livez")
    await rig.http.get("/metrics")
    await rig.http.request(SECRET.upper(), "/v1/questions", headers=rig.headers(READER))
    [(name, attributes, _)] = spans.all()
    assert (name.split()[0], attributes["http.request.method"]) == ("_OTHER", "_OTHER")


@pytest.mark.parametrize("header", ["", "00-nonsense", "00-" + "0" * 32 + "-" + "0" * 16 + "-01", SECRET * 10_000])
async def test_a_traceparent_that_is_none_begins_a_trace(rig: Rig, spans: Spans, header: str) -> None:
    response = await rig.http.get("/v1/questions", headers=rig.headers(READER) | {"traceparent": header})
    assert response.status_code == 200
    [span] = spans.ended()
    assert span.parent is None
