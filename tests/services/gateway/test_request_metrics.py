"""Requests are counted by method, the route's template and the class of the status; no path or person is told (S16)."""

import re

import pytest
from prometheus_client import CollectorRegistry
from starlette.types import Message, Receive, Scope, Send

from services.gateway.http.request_metrics import API, RequestDurations
from shared.worker.timed_requests import TimedRequests
from tests.services.gateway.conftest import ASSISTANT, READER, UNIT, Rig


async def test_a_request_counts_once_by_method_template_and_class(rig: Rig) -> None:
    sent = await rig.upload(ASSISTANT, b"ab", scope=UNIT)
    document = sent.json()["id"]
    for headers in (rig.headers(ASSISTANT), rig.headers(ASSISTANT), {}):
        await rig.http.get(f"/v1/documents/{document}", headers=headers)
    await rig.http.get("/v1/nothing/of-alice", headers=rig.headers(READER))
    told = await metrics(rig)
    assert counts(told) == {
        ("POST", "/v1/documents", "2xx"): 1,
        ("GET", "/v1/documents/{document_id}", "2xx"): 2,
        ("GET", "/v1/documents/{document_id}", "4xx"): 1,
        ("GET", "none", "4xx"): 1,
    }
    assert document not in told
    assert "alice" not in told


async def test_probes_are_no_requests_of_anybody(rig: Rig) -> None:
    for path in ("/livez", "/readyz", "/metrics"):
        await rig.http.get(path)
    assert counts(await metrics(rig)) == {}


async def test_a_method_that_is_none_makes_no_series_of_its_own(rig: Rig) -> None:
    for method in ("BREW", "WHEN"):
        await rig.http.request(method, "/v1/status")
    assert {method for method, _, _ in counts(await metrics(rig))} == {"_OTHER"}


async def test_what_fails_before_it_answers_counts_as_a_defect_and_what_fails_later_as_it_began() -> None:
    registry = CollectorRegistry()

    async def fails(scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["path"].endswith("late"):
            await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ConnectionError

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_message: Message) -> None:
        return

    timed = TimedRequests(fails, RequestDurations.of(registry).observe, API)
    for path in ("/v1/at-once", "/v1/late"):
        with pytest.raises(ConnectionError):
            await timed({"type": "http", "path": path, "method": "GET"}, receive, send)
    for status in ("5xx", "2xx"):
        labels = {"method": "GET", "route": "none", "status": status}
        assert registry.get_sample_value("vigie_request_seconds_count", labels) == 1


async def metrics(rig: Rig) -> str:
    return (await rig.http.get("/metrics")).text


def counts(told: str) -> dict[tuple[str, ...], float]:
    found = re.findall(
        r'^vigie_request_seconds_count\{method="(.*?)",route="(.*?)",status="(.*?)"\} (\S+)$', told, re.MULTILINE
    )
    return {(method, route, status): float(count) for method, route, status, count in found}
