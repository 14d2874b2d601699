"""What one process exports of its traces: whose they are, without words, and no matter what the collector does."""

import asyncio
import logging
from collections.abc import Iterator

import pytest

from shared.errors import EmptyDocument
from shared.settings import TelemetrySettings
from shared.telemetry.setup import Telemetry
from shared.telemetry.trace_context import continued, traceparent
from tests.support.trace_collector import QUICK, Collector, Span

SECRET = "rossignol-du-coffre"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in QUICK.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector().running() as running:
        yield running


def telemetry_to(endpoint: str | None) -> Telemetry:
    return Telemetry(TelemetrySettings(otlp_endpoint=endpoint), service="standalone")


def make_span(telemetry: Telemetry, name: str, service: str = "ingest") -> str | None:
    """The traceparent of a span that has ended."""
    tracer = telemetry.tracer(service)
    assert tracer is not None
    with tracer.start_as_current_span(name):
        return traceparent()


def until_requests(collector: Collector, number: int) -> None:
    collector.until(lambda _: collector.requests == number)


def named(collector: Collector, name: str) -> Span:
    [found] = collector.until(lambda spans: [span for span in spans if span.name == name])
    return found


def test_spans_of_one_process_name_the_service_that_made_them(collector: Collector) -> None:
    telemetry = telemetry_to(collector.url)
    for service in ("ingest", "embedder"):
        make_span(telemetry, f"of {service}", service)
    telemetry.close()
    assert [(span.service, span.name) for span in sorted(collector.spans, key=lambda span: span.name)] == [
        ("vigie-embedder", "of embedder"),
        ("vigie-ingest", "of ingest"),
    ]


def test_nothing_is_made_where_nothing_is_exported() -> None:
    telemetry = telemetry_to(None)
    assert telemetry.tracer("ingest") is None
    assert telemetry.spans_of("ingest") == []
    assert traceparent() is None
    with continued(None):
        assert traceparent() is None
    telemetry.close()


@pytest.mark.parametrize(
    "error", [ValueError(SECRET), EmptyDocument(name=SECRET)], ids=lambda error: type(error).__name__
)
def test_s16_a_span_tells_the_class_of_an_error_and_none_of_its_words(collector: Collector, error: Exception) -> None:
    telemetry = telemetry_to(collector.url)
    tracer = telemetry.tracer("ingest")
    assert tracer is not None
    with pytest.raises(type(error)), tracer.start_as_current_span("failing", attributes={"n": 1}):
        raise error
    telemetry.close()
    [span] = collector.spans
    assert (span.failed, span.description, span.attributes) == (True, "", {"n": 1})
    [(event, attributes)] = span.events
    assert (event, attributes["exception.type"].rpartition(".")[2]) == ("exception", type(error).__name__)
    assert SECRET.encode() not in b"".join(collector.bodies)


def test_what_a_traceparent_names_is_continued(collector: Collector) -> None:
    telemetry = telemetry_to(collector.url)
    first = make_span(telemetry, "first")
    with continued(first):
        make_span(telemetry, "later")
    telemetry.close()
    earlier, later = named(collector, "first"), named(collector, "later")
    assert (later.trace, later.parent) == (earlier.trace, earlier.id)


async def test_lost_spans_are_told_once_and_so_is_their_end(
    collector: Collector, caplog: pytest.LogCaptureFixture
) -> None:
    telemetry = telemetry_to(collector.url)
    collector.refuse = 404
    for batch in range(1, 4):  # when the third has come, all has been said of the first two
        make_span(telemetry, "lost")
        await asyncio.to_thread(until_requests, collector, batch)
    collector.refuse = None
    make_span(telemetry, "taken")
    await asyncio.to_thread(named, collector, "taken")
    await asyncio.to_thread(telemetry.close)
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(told) == 3, told
    assert "404" in told[0]
    assert told[1].startswith("traces are lost until the collector takes them")
    assert told[2] == "traces are exported again; at least 3 spans were lost"


async def test_closing_does_not_wait_for_a_collector_that_is_slow(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a limit of its own it would be waited for all of OpenTelemetry's 30 s."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "600")
    collector.released.clear()
    telemetry = telemetry_to(collector.url)
    make_span(telemetry, "slow")
    await asyncio.to_thread(collector.until, lambda _: collector.requests)
    async with asyncio.timeout(20):
        await asyncio.to_thread(telemetry.close)
    assert collector.spans == []
