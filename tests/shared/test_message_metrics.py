"""Metrics of messages: FastStream's names and labels, so that dashboards made for them show ours."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from faststream import ContextRepo
from faststream.kafka.prometheus import KafkaPrometheusMiddleware
from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase

from shared.telemetry.message_metrics import MessageMetrics

MESSAGE = SimpleNamespace(raw_message=SimpleNamespace(topic="questions.asked"), body=b"{}", source_type=None)
COMMAND = SimpleNamespace(destination="answers.streamed", publish_type=None, batch_bodies=("one",))
LABELS = {"app_name": "vigie-test", "broker": "kafka"}
RECEIVED, PUBLISHED = LABELS | {"handler": "questions.asked"}, LABELS | {"destination": "answers.streamed"}


class Bench:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.metrics = MessageMetrics(self.registry, app_name="vigie-test")

    async def consumes(self, handler: Any) -> Any:
        return await self.metrics(None, context=ContextRepo()).consume_scope(handler, MESSAGE)

    async def publishes(self, publish: Any) -> Any:
        return await self.metrics(None, context=ContextRepo()).publish_scope(publish, COMMAND)

    def value(self, name: str, labels: dict[str, str], **more: str) -> float | None:
        return self.registry.get_sample_value(f"vigie_{name}", labels | more)


async def succeeds(_: Any) -> str:
    return "done"


async def fails(_: Any) -> None:
    raise LookupError


def families(registry: CollectorRegistry) -> dict[str, tuple[str | None, tuple[str, ...]]]:
    collectors = [each for each in registry._collector_to_names if isinstance(each, MetricWrapperBase)]
    assert len(collectors) == len(registry._collector_to_names)
    return {each._name: (each._type, tuple(each._labelnames)) for each in collectors}


def test_names_kinds_and_labels_are_those_of_faststreams_middleware() -> None:
    theirs = CollectorRegistry()
    KafkaPrometheusMiddleware(registry=theirs, app_name="vigie-test", metrics_prefix="vigie")
    assert families(Bench().registry) == families(theirs)


async def test_what_is_handled_is_counted_and_timed() -> None:
    bench = Bench()
    assert await bench.consumes(succeeds) == "done"
    assert bench.value("received_messages_total", RECEIVED) == 1
    assert bench.value("received_messages_size_bytes_sum", RECEIVED) == len(MESSAGE.body)
    assert bench.value("received_processed_messages_total", RECEIVED, status="acked") == 1
    assert bench.value("received_processed_messages_total", RECEIVED, status="error") == 0
    assert bench.value("received_processed_messages_duration_seconds_count", RECEIVED) == 1


async def test_what_fails_is_counted_with_the_name_of_its_error() -> None:
    bench = Bench()
    with pytest.raises(LookupError):
        await bench.consumes(fails)
    with pytest.raises(LookupError):
        await bench.publishes(fails)
    assert bench.value("received_processed_messages_total", RECEIVED, status="error") == 1
    assert bench.value("received_processed_messages_exceptions_total", RECEIVED, exception_type="LookupError") == 1
    assert bench.value("published_messages_total", PUBLISHED, status="error") == 1
    assert bench.value("published_messages_exceptions_total", PUBLISHED, exception_type="LookupError") == 1


async def test_what_is_published_is_counted_and_timed() -> None:
    bench = Bench()
    assert await bench.publishes(succeeds) == "done"
    assert bench.value("published_messages_total", PUBLISHED, status="success") == 1
    assert bench.value("published_messages_duration_seconds_count", PUBLISHED) == 1


async def test_what_is_cut_off_is_in_hand_no_more_and_neither_handled_nor_failed() -> None:
    bench = Bench()
    at_work = asyncio.create_task(bench.consumes(lambda _: asyncio.sleep(60)))
    await asyncio.sleep(0)
    assert bench.value("received_messages_in_process", RECEIVED) == 1
    at_work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await at_work
    assert bench.value("received_messages_in_process", RECEIVED) == 0
    assert bench.value("received_messages_total", RECEIVED) == 1
    statuses = [bench.value("received_processed_messages_total", RECEIVED, status=each) for each in ("acked", "error")]
    assert statuses == [0, 0]
