"""What stands behind every consumer, on a broker that speaks the real protocol."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from aiokafka import ConsumerRecord
from faststream.asgi.types import ASGIApp
from prometheus_client.parser import text_string_to_metric_families

from services.standalone.embedded_broker import EmbeddedBroker
from shared.contracts.base import ObjectRef
from shared.contracts.dead_letters import DeadLetter
from shared.contracts.documents import DocumentProgressed, DocumentSubmitted
from shared.contracts.topics import DOCUMENTS_PROGRESSED, DOCUMENTS_SUBMITTED, TOPICS
from shared.errors import EmptyDocument, NotFound, Unavailable
from shared.kafka.broker import BrokerEvents, create_broker, dead_letter_subscription, start_broker, subscription
from shared.settings import BrokerSettings, TelemetrySettings
from shared.telemetry.setup import Telemetry
from shared.worker.health import Health
from shared.worker.probes import probe_routes
from tests.support.topic_records import committed, publish_raw, records_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATIENCE_S = 60
SECRET = "Mot de passe : rossignol"
DLQ = DOCUMENTS_SUBMITTED.dead_letters


def submitted(document: UUID, title: str = SECRET) -> DocumentSubmitted:
    return DocumentSubmitted(
        document_id=document,
        version_id=uuid4(),
        sequence=1,
        scope="public",
        grant="a grant",
        source=ObjectRef(key="sources/1", sha256="0", size=1),
        media_type="text/plain",
        title=title,
        file_name="note.txt",
    )


@dataclass
class Bench:
    """A consumer that fails as a test wishes: each call for a document takes the next of its `troubles`."""

    address: str
    events: BrokerEvents
    exposition: ASGIApp
    troubles: dict[UUID, list[Exception]] = field(default_factory=dict)
    calls: Counter[UUID] = field(default_factory=Counter)
    handled: list[tuple[UUID, str]] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def handle(self, event: DocumentSubmitted) -> None:
        self.calls[event.document_id] += 1
        if waiting := self.troubles.get(event.document_id):
            raise waiting.pop(0)
        async with self.news:
            self.handled.append((event.document_id, event.title))
            self.news.notify_all()

    async def until_handled(self, document: UUID, title: str) -> None:
        async with self.news:
            await asyncio.wait_for(self.news.wait_for(lambda: (document, title) in self.handled), PATIENCE_S)

    async def moves_on(self, key: bytes) -> None:
        """A record behind the others of its partition is handled."""
        event = submitted(uuid4(), "the next")
        await publish_raw(self.address, DOCUMENTS_SUBMITTED.name, event.model_dump_json().encode(), key)
        await self.until_handled(event.document_id, "the next")

    async def dead_letters(self, record: ConsumerRecord) -> list[tuple[DeadLetter, bytes]]:
        letters = [(DeadLetter.model_validate_json(each.value), each.value) for each in await self.raw_letters()]
        return [each for each in letters if (each[0].partition, each[0].offset) == (record.partition, record.offset)]

    async def raw_letters(self) -> list[ConsumerRecord]:
        return await records_of(self.address, DLQ)

    async def progress_of(self, document: UUID) -> list[DocumentProgressed]:
        records = await records_of(self.address, DOCUMENTS_PROGRESSED.name)
        events = [DocumentProgressed.model_validate_json(each.value) for each in records]
        return [event for event in events if event.document_id == document]

    async def counted(self) -> float:
        """The dead letters of this topic that /metrics tells of."""
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.exposition), base_url="http://test") as http:
            metrics = (await http.get("/metrics")).text
        samples = [sample for family in text_string_to_metric_families(metrics) for sample in family.samples]
        return sum(
            sample.value
            for sample in samples
            if sample.name == "vigie_published_messages_total"
            and (sample.labels["destination"], sample.labels["status"]) == (DLQ, "success")
        )

    async def publish(self, event: DocumentSubmitted) -> ConsumerRecord:
        key = DOCUMENTS_SUBMITTED.key_of(event)
        return await publish_raw(self.address, DOCUMENTS_SUBMITTED.name, event.model_dump_json().encode(), key)


def kafka_at(address: str) -> BrokerSettings:
    return BrokerSettings(
        bootstrap_servers=address, question_fetch_wait_ms=10, document_fetch_wait_ms=10, max_backoff_s=0.2
    )


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    broker = EmbeddedBroker()
    yield broker.open()
    broker.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module", name="bench")
async def _bench(address: str) -> AsyncIterator[Bench]:
    telemetry = Telemetry(TelemetrySettings(), service="test")
    kafka = kafka_at(address)
    broker, events = create_broker(kafka, service="test", telemetry=telemetry)
    [exposition] = [
        app
        for path, app in probe_routes(Health("test", telemetry.registry), lambda: True, telemetry.registry)
        if path == "/metrics"
    ]
    bench = Bench(address, events, exposition)
    subscription(broker, DOCUMENTS_SUBMITTED, group="test", kafka=kafka)(bench.handle)
    await start_broker(broker)
    yield bench
    await broker.stop()
    telemetry.close()


async def test_infrastructure_that_is_down_is_waited_for_in_place(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    document = uuid4()
    bench.troubles[document] = [Unavailable(part="disk") for _ in range(3)]
    record = await bench.publish(submitted(document, "first"))
    await bench.publish(submitted(document, "second"))
    await bench.until_handled(document, "second")
    assert [title for each, title in bench.handled if each == document] == ["first", "second"]
    assert bench.calls[document] == 5
    assert re.findall(r"waits (\S+) s", caplog.text) == ["0.1", "0.2", "0.2"], "longer each time, up to the limit"
    assert await bench.dead_letters(record) == []
    assert await bench.progress_of(document) == []


async def test_s13_a_document_whose_object_is_gone_ends_without_a_dead_letter(bench: Bench) -> None:
    """It was withdrawn before a worker came to it; where it was not, its end is told all the same."""
    document = uuid4()
    bench.troubles[document] = [NotFound(what="object")]
    event = submitted(document)
    record = await bench.publish(event)
    await bench.moves_on(DOCUMENTS_SUBMITTED.key_of(event))
    assert await bench.dead_letters(record) == []
    [end] = await bench.progress_of(document)
    assert end.failure is not None
    assert (end.stage, end.failure.code) == ("failed", "not-found")


async def test_what_cannot_be_handled_is_dead_lettered_once_and_its_job_ends(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    document = uuid4()
    bench.troubles[document] = [EmptyDocument(name=SECRET)]
    event = submitted(document)
    record = await bench.publish(event)
    await bench.moves_on(DOCUMENTS_SUBMITTED.key_of(event))
    [(letter, raw)] = await bench.dead_letters(record)
    assert (letter.code, letter.error_class, letter.topic) == ("empty-document", "EmptyDocument", "documents.submitted")
    assert letter.sha256 == sha256(event.model_dump_json().encode()).hexdigest()
    assert letter.job == document
    assert SECRET.encode() not in raw
    assert json.dumps(SECRET).encode() not in raw
    [end] = await bench.progress_of(document)
    assert (end.stage, end.version_id) == ("failed", event.version_id)
    assert end.failure is not None
    assert (end.failure.code, end.failure.params) == ("empty-document", {"name": SECRET})
    assert bench.calls[document] == 1
    assert "empty-document" in caplog.text
    assert SECRET not in caplog.text


async def test_a_defect_gets_three_tries_and_tells_nothing_of_its_words(bench: Bench) -> None:
    document = uuid4()
    bench.troubles[document] = [RuntimeError(SECRET) for _ in range(9)]
    event = submitted(document)
    record = await bench.publish(event)
    await bench.moves_on(DOCUMENTS_SUBMITTED.key_of(event))
    assert bench.calls[document] == 3
    [(letter, raw)] = await bench.dead_letters(record)
    assert (letter.code, letter.error_class) == ("internal-error", "RuntimeError")
    assert SECRET.encode() not in raw
    [end] = await bench.progress_of(document)
    assert end.failure is not None
    assert end.failure.code == "internal-error"


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(f'{{"title": "{SECRET}", '.encode(), id="broken JSON"),
        pytest.param(b"null", id="null"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\xfe\x00\x80", id="no text"),
        pytest.param(
            submitted(uuid4()).model_copy(update={"schema_version": 2}).model_dump_json(warnings=False).encode(),
            id="another schema version",
        ),
        pytest.param(json.dumps({"schema_version": 1, "title": SECRET}).encode(), id="fields missing"),
    ],
)
async def test_what_is_no_message_is_dead_lettered_once(bench: Bench, value: bytes) -> None:
    job = uuid4()
    key = str(job).encode()
    record = await publish_raw(bench.address, DOCUMENTS_SUBMITTED.name, value, key)
    await bench.moves_on(key)
    [(letter, raw)] = await bench.dead_letters(record)
    assert (letter.code, letter.error_class, letter.topic) == ("invalid-message", "ValidationError", record.topic)
    assert (letter.size, letter.sha256, letter.job) == (len(value), sha256(value).hexdigest(), job)
    assert b"rossignol" not in raw


async def test_a_record_without_a_value_is_dead_lettered_once(bench: Bench) -> None:
    key = SECRET.encode()
    record = await publish_raw(bench.address, DOCUMENTS_SUBMITTED.name, None, key)
    await bench.moves_on(key)
    [(letter, _)] = await bench.dead_letters(record)
    assert (letter.code, letter.size, letter.job) == ("invalid-message", 0, None), "a key that is no id is not told"


async def test_a_record_with_a_huge_header_is_dead_lettered_once_without_it(bench: Bench) -> None:
    key = uuid4().bytes
    huge = SECRET.encode() * 30_000
    record = await publish_raw(bench.address, DOCUMENTS_SUBMITTED.name, b"{", key, traceparent=huge, x=huge[:100])
    await bench.moves_on(key)
    [(letter, raw)] = await bench.dead_letters(record)
    assert (letter.code, letter.size, len(raw) < 1000) == ("invalid-message", 1, True)
    [lying] = [each for each in await bench.raw_letters() if each.value == raw]
    assert all(len(value) < 100 and b"rossignol" not in value for _, value in lying.headers)


async def test_one_consumer_hears_the_dead_letters_of_all_topics_and_leaves_none_of_its_own(address: str) -> None:
    telemetry, kafka = Telemetry(TelemetrySettings(), service="gateway"), kafka_at(address)
    broker, events = create_broker(kafka, service="gateway", telemetry=telemetry)
    heard: asyncio.Queue[DeadLetter] = asyncio.Queue()

    async def hear(letter: DeadLetter) -> None:
        if letter.service == "here":
            await heard.put(letter)

    dead_letter_subscription(broker, kafka=kafka)(hear)
    await start_broker(broker)
    letter = DeadLetter(
        service="here", topic="x", partition=0, offset=0, code="forbidden", error_class="Forbidden", size=0, sha256="0"
    )
    for topic in TOPICS:
        await publish_raw(address, topic.dead_letters, b"no letter", b"")
        await events.dead_letter(topic.dead_letters, letter.model_copy(update={"topic": topic.name}))
    async with asyncio.timeout(PATIENCE_S):
        assert {(await heard.get()).topic for _ in TOPICS} == {topic.name for topic in TOPICS}
    for topic in TOPICS:
        assert await records_of(address, f"{topic.dead_letters}.dlq") == []
    await broker.stop()
    telemetry.close()


async def test_fault_10_each_dead_letter_counts_once_in_the_metrics(bench: Bench) -> None:
    key = uuid4().bytes
    before = await bench.counted()
    for value in (b"{", None, b"null"):
        await publish_raw(bench.address, DOCUMENTS_SUBMITTED.name, value, key)
    await bench.moves_on(key)
    assert await bench.counted() == before + 3


@pytest.fixture
def other_address() -> Iterator[str]:
    broker = EmbeddedBroker()
    yield broker.open()
    broker.close()


async def test_the_offset_stays_while_the_dead_letter_is_not_accepted(
    other_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dead letters' topic is away twice: the record comes back each time, and goes once its letter is kept."""
    address = other_address
    refused: list[int | None] = []
    accepted = asyncio.Event()
    publish = BrokerEvents.dead_letter

    async def refuse_twice(self: BrokerEvents, name: str, letter: DeadLetter) -> None:
        if len(refused) < 2:
            refused.append(
                await committed(address, "vigie-refused.documents.submitted", letter.topic, letter.partition)
            )
            raise Unavailable(part="kafka")
        await publish(self, name, letter)
        accepted.set()

    monkeypatch.setattr(BrokerEvents, "dead_letter", refuse_twice)
    telemetry = Telemetry(TelemetrySettings(), service="test")
    kafka = kafka_at(address)
    broker, _ = create_broker(kafka, service="refused", telemetry=telemetry)
    document = uuid4()
    calls: list[UUID] = []
    next_handled = asyncio.Event()

    async def handle(event: DocumentSubmitted) -> None:
        if event.document_id == document:
            calls.append(event.document_id)
            raise EmptyDocument(name="note.txt")
        if event.title == "behind it":
            next_handled.set()

    subscription(broker, DOCUMENTS_SUBMITTED, group="refused", kafka=kafka)(handle)
    event = submitted(document)
    key = DOCUMENTS_SUBMITTED.key_of(event)
    await start_broker(broker)
    try:
        record = await publish_raw(address, DOCUMENTS_SUBMITTED.name, event.model_dump_json().encode(), key)
        await asyncio.wait_for(accepted.wait(), PATIENCE_S)
        follower = submitted(uuid4(), "behind it").model_dump_json().encode()
        await publish_raw(address, DOCUMENTS_SUBMITTED.name, follower, key)
        await asyncio.wait_for(next_handled.wait(), PATIENCE_S)
    finally:
        await broker.stop()
        telemetry.close()
    assert len(calls) == 3
    assert all(offset is None or offset <= record.offset for offset in refused)
    letters = [DeadLetter.model_validate_json(each.value) for each in await records_of(address, DLQ)]
    of_this_group = [each for each in letters if (each.service, each.offset) == ("refused", record.offset)]
    assert [each.partition for each in of_this_group] == [record.partition]
