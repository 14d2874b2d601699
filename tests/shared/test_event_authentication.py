"""Events that another process wrote are refused: on the broker of `vigie up`, and on Kafka."""

import asyncio
import json
import logging
import subprocess
import sys
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiokafka import ConsumerRecord
from pydantic import SecretStr

from services.standalone.embedded_broker import EmbeddedBroker
from shared.contracts.base import Event
from shared.contracts.dead_letters import DeadLetter
from shared.contracts.topics import DOCUMENTS_SUBMITTED, QUESTIONS_ASKED, TOPICS, Topic
from shared.kafka.broker import (
    Broker,
    BrokerEvents,
    create_broker,
    dead_letter_subscription,
    group_id,
    start_broker,
    subscription,
)
from shared.kafka.event_keys import MAC_HEADER, EventKeys
from shared.kafka.record_check import RecordCheck, RefusalMetrics
from shared.settings import BrokerSettings, EventSettings, TelemetrySettings
from shared.telemetry.setup import Telemetry
from tests.shared.test_messages import example
from tests.support.kafka import KAFKA, REASON, own_topics
from tests.support.topic_records import committed, records_of

PATIENCE_S = 60
LETTERS = "dead letters"
KEY = "the installation's key of events, a long one"
OLDER = "the key before it, just as long as the newer"
FOREIGN = "somebody else's key, which is long enough too"

FORGER = """
import asyncio, base64, json, sys
from aiokafka import AIOKafkaProducer

async def main():
    order = json.load(sys.stdin)
    async with AIOKafkaProducer(bootstrap_servers=order["address"]) as producer:
        for topic, key, body, headers in order["records"]:
            headers = [(name, value.encode()) for name, value in headers]
            await producer.send_and_wait(topic, base64.b64decode(body), key.encode(), headers=headers)

asyncio.run(main())
"""
"""What any process of the machine may do that finds the broker's port."""


@dataclass
class Installation:
    """Consumers of every topic, and what they handled."""

    kafka: BrokerSettings
    telemetry: Telemetry
    broker: Broker
    events: BrokerEvents
    heard: dict[str, list[Event]] = field(default_factory=dict)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    def listen(self, topic: Topic) -> None:
        async def handle(event: Event) -> None:
            async with self.news:
                self.heard.setdefault(topic.name, []).append(event)
                self.news.notify_all()

        subscription(self.broker, topic, group="test", kafka=self.kafka)(handle)

    def listen_to_letters(self) -> None:
        async def handle(event: DeadLetter) -> None:
            async with self.news:
                self.heard.setdefault(LETTERS, []).append(event)
                self.news.notify_all()

        dead_letter_subscription(self.broker, kafka=self.kafka)(handle)

    async def until_heard(self, topic: Topic | str, event: Event) -> None:
        name = topic if isinstance(topic, str) else topic.name
        async with self.news:
            await asyncio.wait_for(self.news.wait_for(lambda: event in self.heard.get(name, ())), PATIENCE_S)

    def on_broker(self, topic: Topic) -> str:
        return f"{self.kafka.topic_prefix}{topic.name}"

    def count(self, metric: str, **labels: str) -> float:
        return self.telemetry.registry.get_sample_value(metric, labels) or 0


def arguments(record: logging.LogRecord) -> tuple[object, ...]:
    assert isinstance(record.args, tuple)
    return record.args


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.connected)])
def kafka(request: pytest.FixtureRequest) -> Iterator[BrokerSettings]:
    events = EventSettings(key=SecretStr(KEY))
    quick: dict[str, Any] = {"question_fetch_wait_ms": 10, "document_fetch_wait_ms": 10, "commit_interval_ms": 20}
    if request.param == "embedded":
        broker = EmbeddedBroker()
        yield BrokerSettings(bootstrap_servers=broker.open(), events=events, **quick)
        broker.close()
        return
    if not KAFKA:
        pytest.skip(REASON)
    with own_topics() as prefix:
        yield BrokerSettings(bootstrap_servers=KAFKA, topic_prefix=prefix, events=events, **quick)


async def installed(kafka: BrokerSettings, topics: tuple[Topic, ...], *, letters: bool = False) -> Installation:
    telemetry = Telemetry(TelemetrySettings(), service="test")
    broker, events = create_broker(kafka, service="test", telemetry=telemetry)
    installation = Installation(kafka, telemetry, broker, events)
    for topic in topics:
        installation.listen(topic)
    if letters:
        installation.listen_to_letters()
    await start_broker(broker)
    return installation


@pytest.fixture
async def installation(kafka: BrokerSettings) -> AsyncIterator[Installation]:
    running = await installed(kafka, TOPICS)
    yield running
    await running.broker.stop()
    running.telemetry.close()


Forged = list[tuple[str, str, bytes, list[tuple[str, str]]]]


def forgeries(installation: Installation, topic: Topic) -> Forged:
    """Good events of a topic, but for who wrote them."""
    event = example(topic.message)
    return forged_as(installation.on_broker(topic), topic.key_of(event), event)


def forged_as(name: str, key: bytes, event: Event) -> Forged:
    """An event in the name of the installation, in each way that somebody without its key can try."""
    body = event.model_dump_json().encode()
    seen = EventKeys([KEY])  # MACs that a forger read on the broker
    macs = {
        "without": None,
        "by a foreign key": EventKeys([FOREIGN]).mac(name, key, body),
        "of another body": seen.mac(name, key, body.replace(b"{", b"{ ", 1)),
        "of another record key": seen.mac(name, b"another", body),
        "of another topic": seen.mac(f"{name}.dlq", key, body),
        "cut short": seen.mac(name, key, body)[:20],
        "no MAC at all": "é.",
    }
    return [(name, key.decode(), body, [(MAC_HEADER, mac)] if mac else []) for mac in macs.values()]


async def forge(address: str, records: Forged) -> None:
    """Publish from another process."""
    order = {"address": address, "records": [(t, k, b64encode(body).decode(), h) for t, k, body, h in records]}
    await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", FORGER], input=json.dumps(order).encode(), check=True, timeout=PATIENCE_S
    )


async def test_s8_s14_an_event_that_another_process_forged_is_refused_and_counted_on_every_topic(
    installation: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    kafka = installation.kafka
    forged = {topic: forgeries(installation, topic) for topic in TOPICS}
    await forge(kafka.bootstrap_servers, [each for records in forged.values() for each in records])
    genuine = {topic: example(topic.message).model_copy(update={"id": Event().id}) for topic in TOPICS}
    for topic, event in genuine.items():  # with the same key, and so behind the forgeries
        await installation.events.publish(event)
        await installation.until_heard(topic, event)

    assert installation.heard == {topic.name: [event] for topic, event in genuine.items()}
    for topic in TOPICS:
        name = installation.on_broker(topic)
        counted = {
            reason: installation.count("vigie_events_refused_total", topic=name, reason=reason)
            for reason in ("unsigned", "unknown-key", "forged")
        }
        assert counted == {"unsigned": 1, "unknown-key": 2, "forged": 4}
        records = await records_of(kafka.bootstrap_servers, name, unsealed=False)
        assert len(records) == len(forged[topic]) + 1, "no job was ended"
        assert await records_of(kafka.bootstrap_servers, f"{name}.dlq") == []
    told = [record for record in caplog.records if record.name == "vigie.refusals"]
    assert {arguments(record)[0] for record in told} == {installation.on_broker(topic) for topic in TOPICS}
    assert len(told) == len(TOPICS), "a flood of forgeries is no flood of the log"
    assert "gants" not in caplog.text


def a_letter(topic: Topic) -> DeadLetter:
    fields = example(DeadLetter).model_dump() | {"id": Event().id, "topic": topic.name}
    return DeadLetter.model_validate(fields)


async def test_s8_s14_a_dead_letter_that_another_process_forged_is_refused_and_counted(kafka: BrokerSettings) -> None:
    running = await installed(kafka, (), letters=True)
    forged = example(DeadLetter).model_copy(update={"code": "forged"})
    records = [each for topic in TOPICS for each in forged_as(f"{kafka.topic_prefix}{topic.dead_letters}", b"", forged)]
    await forge(kafka.bootstrap_servers, records)
    genuine = [a_letter(topic) for topic in TOPICS]
    for letter in genuine:
        await running.events.dead_letter(f"{letter.topic}.dlq", letter)
        await running.until_heard(LETTERS, letter)
    assert sorted(each.id for each in running.heard[LETTERS]) == sorted(each.id for each in genuine)
    for topic in TOPICS:
        name = f"{kafka.topic_prefix}{topic.dead_letters}"
        refused = [
            running.count("vigie_events_refused_total", topic=name, reason=reason)
            for reason in ("unsigned", "unknown-key", "forged")
        ]
        assert refused == [1, 2, 4]
    await running.broker.stop()
    running.telemetry.close()


async def test_offset_goes_past_what_is_refused(installation: Installation) -> None:
    kafka, name = installation.kafka, installation.on_broker(DOCUMENTS_SUBMITTED)
    records = forgeries(installation, DOCUMENTS_SUBMITTED)
    await forge(kafka.bootstrap_servers, records)
    [partition] = {each.partition for each in await records_of(kafka.bootstrap_servers, name, unsealed=False)}
    group = group_id(kafka, "test", DOCUMENTS_SUBMITTED)
    async with asyncio.timeout(PATIENCE_S):
        while await committed(kafka.bootstrap_servers, group, name, partition) != len(records):
            await asyncio.sleep(0.05)


async def test_s14_a_body_is_unreadable_on_the_broker_and_read_by_its_consumer(kafka: BrokerSettings) -> None:
    """With the key alone: nobody has to ask for it."""
    running = await installed(kafka, (QUESTIONS_ASKED,))
    event = example(QUESTIONS_ASKED.message)
    await running.events.publish(event)
    await running.until_heard(QUESTIONS_ASKED, event)
    [record] = await records_of(kafka.bootstrap_servers, running.on_broker(QUESTIONS_ASKED), unsealed=False)
    assert b"gants" not in record.value
    assert b"question" not in record.value
    await running.broker.stop()
    running.telemetry.close()


@pytest.mark.parametrize(
    ("said", "encrypts"),
    [
        ({}, True),
        ({"check": "accept"}, False),
        ({"check": "accept", "encrypt": True}, True),
        ({"encrypt": False}, False),
    ],
)
def test_s14_bodies_are_encrypted_unless_a_service_may_be_without_the_key(said: dict[str, Any], encrypts: bool) -> None:
    assert EventSettings(key=SecretStr(KEY), **said).encrypts is encrypts


def a_record(mac: str | None, *, body: bytes = b"{}", key: bytes | None = b"k") -> ConsumerRecord:
    headers = ((MAC_HEADER, mac.encode()),) if mac is not None else ()
    return ConsumerRecord("t", 0, 7, 0, 0, key, body, None, 1, len(body), headers)


def check(keys: EventKeys, *, required: bool, clock: list[float] | None = None) -> tuple[RecordCheck, RefusalMetrics]:
    metrics = RefusalMetrics(Telemetry(TelemetrySettings(), service="test").registry)
    return RecordCheck(keys, metrics, required=required, clock=lambda: (clock or [0.0])[0]), metrics


def test_while_an_upgrade_goes_on_what_has_no_mac_passes_and_a_wrong_one_does_not() -> None:
    keys = EventKeys([KEY])
    accepting, metrics = check(keys, required=False)
    assert accepting.accepts(a_record(None))
    assert metrics.unsigned.labels("t")._value.get() == 1
    assert accepting.accepts(a_record(keys.mac("t", b"k", b"{}")))
    assert not accepting.accepts(a_record(keys.mac("t", b"k", b"[]")))
    assert not accepting.accepts(a_record(EventKeys([FOREIGN]).mac("t", b"k", b"{}")))


def test_keys_are_rotated_without_a_record_lost() -> None:
    older, both, newer = EventKeys([OLDER]), EventKeys([OLDER, KEY]), EventKeys([KEY, OLDER])
    # First each service learns the newer key, then each signs with it, then each forgets the older one.
    for writes, reads in ((older, both), (both, older), (both, newer), (newer, both), (newer, EventKeys([KEY]))):
        assert check(reads, required=True)[0].accepts(a_record(writes.mac("t", b"k", b"{}")))
        assert reads.unseal(writes.seal(b"{}", context="t"), context="t") == b"{}"
    assert not check(EventKeys([KEY]), required=True)[0].accepts(a_record(older.mac("t", b"k", b"{}")))


def test_what_is_joined_differently_has_another_mac() -> None:
    keys = EventKeys([KEY])
    macs = {keys.mac("t", b"k", b"b"), keys.mac("tk", b"", b"b"), keys.mac("t", b"", b"kb"), keys.mac("t", b"kb", b"")}
    assert len(macs) == 4


def test_the_log_is_told_of_a_topic_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    clock = [0.0]
    refusing, _ = check(EventKeys([KEY]), required=True, clock=clock)
    with caplog.at_level(logging.WARNING, "vigie.refusals"):
        for clock[0] in (0.0, 10.0, 20.0, 61.0):
            refusing.accepts(a_record(None))
    assert [arguments(record)[-1] for record in caplog.records] == [0, 2]


def test_keys_of_a_file_are_its_lines(tmp_path: Path) -> None:
    file = tmp_path / "events.key"
    file.write_text(f"{KEY.replace(' ', '-')}\n\n{OLDER.replace(' ', '-')}\n")
    telemetry = Telemetry(TelemetrySettings(), service="test")
    kafka = BrokerSettings(events=EventSettings(key_file=file))
    broker, _ = create_broker(kafka, service="test", telemetry=telemetry)
    assert broker.check is not None
    for secret in (KEY, OLDER):
        mac = EventKeys([secret.replace(" ", "-")]).mac("t", b"k", b"{}")
        assert broker.check.accepts(a_record(mac))


@pytest.mark.parametrize("content", ["", "\n", "short"])
def test_a_file_without_a_secret_is_refused_at_the_start(tmp_path: Path, content: str) -> None:
    file = tmp_path / "events.key"
    file.write_text(content)
    kafka = BrokerSettings(events=EventSettings(key_file=file))
    with pytest.raises(ValueError, match="key"):
        create_broker(kafka, service="test", telemetry=Telemetry(TelemetrySettings(), service="test"))


def test_a_deployment_without_a_key_is_told_and_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    broker, _ = create_broker(
        BrokerSettings(events=EventSettings(key=None, key_file=None)),
        service="test",
        telemetry=Telemetry(TelemetrySettings(), service="test"),
    )
    assert broker.check is None
    assert "VIGIE_EVENTS_KEY_FILE" in caplog.text


def test_a_key_is_in_no_representation() -> None:
    assert KEY not in repr(BrokerSettings(events=EventSettings(key=SecretStr(KEY))))


@pytest.mark.parametrize("halves", [{"encrypt": True}, {"key": SecretStr(KEY), "key_file": Path("k")}])
def test_what_is_half_said_of_events_is_refused(halves: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="VIGIE_EVENTS"):
        EventSettings(**halves)
