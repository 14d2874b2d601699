"""`vigie topics` on a real Kafka: what is missing is created, what differs is mended, nothing is done twice."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from services.cli import app
from services.standalone.topics.kafka_admin import KafkaTopics
from shared.contracts.topics import all_names
from shared.errors import TooFewPartitions, TopicsMissing, VigieError
from shared.settings import BrokerSettings
from shared.worker.checks import topics_check
from tests.support.kafka import KAFKA, REASON

pytestmark = [pytest.mark.connected, pytest.mark.skipif(not KAFKA, reason=REASON)]


@pytest.fixture
def prefix(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    prefix = f"test-{uuid4().hex[:8]}."
    for name, value in {
        "VIGIE_LANG": "en",
        "VIGIE_KAFKA_BOOTSTRAP_SERVERS": KAFKA,
        "VIGIE_KAFKA_TOPIC_PREFIX": prefix,
        "VIGIE_TOPICS_REPLICATION": "1",
        "VIGIE_TOPICS_PARTITIONS": "1",
    }.items():
        monkeypatch.setenv(name, value)
    yield prefix
    topics = KafkaTopics(BrokerSettings())
    topics.delete(list(topics.found(f"{prefix}{name}" for name in all_names())))


def vigie(*arguments: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(app, ["topics", *arguments, "--json"])
    assert result.exit_code == 0, result.output
    told: list[dict[str, Any]] = json.loads(result.output)
    return told


def test_topics_are_declared_once_and_mended(prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = {f"{prefix}{name}" for name in all_names()}
    assert {step["topic"] for step in vigie("apply", "--dry-run")} == everything
    assert vigie("show") == []
    assert {step["kind"] for step in vigie("apply")} == {"create"}
    assert vigie("apply") == []
    assert {topic["name"] for topic in vigie("show")} == everything
    monkeypatch.setenv("VIGIE_TOPICS_PARTITIONS", "2")
    monkeypatch.setenv("VIGIE_TOPICS_DEAD_LETTER_RETENTION_DAYS", "60")
    assert {step["kind"] for step in vigie("apply")} == {"configure", "too-few"}
    assert {step["kind"] for step in vigie("apply", "--grow-partitions")} == {"grow"}
    assert vigie("apply") == []
    shown = {topic["name"]: topic for topic in vigie("show")}
    assert shown[f"{prefix}questions.asked"]["partitions"] == 2
    assert shown[f"{prefix}questions.asked.dlq"]["config"]["retention.ms"] == str(60 * 24 * 3600 * 1000)


def test_a_cluster_that_does_not_answer_is_one_line(monkeypatch: pytest.MonkeyPatch, prefix: str) -> None:
    with monkeypatch.context() as away:
        away.setenv("VIGIE_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
        away.setattr("services.standalone.topics.kafka_admin._TIMEOUT_S", 2)
        result = CliRunner().invoke(app, ["topics", "show"])
    assert result.exit_code == 1


def test_a_service_tells_topics_that_are_missing_or_have_too_few_partitions_until_they_are_declared(
    prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = BrokerSettings(declared_partitions=2)
    until(settings, TopicsMissing)
    vigie("apply")
    until(settings, TooFewPartitions)
    monkeypatch.setenv("VIGIE_TOPICS_PARTITIONS", "2")
    vigie("apply", "--grow-partitions")
    until(settings, None)
    KafkaTopics(settings).delete([f"{prefix}questions.embedded"])
    until(settings, TopicsMissing)
    vigie("apply")
    until(settings, None)


def until(settings: BrokerSettings, wanted: type[VigieError] | None) -> None:
    """Wait for a cluster to tell of a change."""

    async def told() -> None:
        check = topics_check(settings, "retriever")
        async with asyncio.timeout(60):
            while type(await check.look()) is not (wanted or type(None)):
                await asyncio.sleep(0.1)

    asyncio.run(told())
