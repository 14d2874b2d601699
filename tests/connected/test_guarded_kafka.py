"""A Kafka that asks for accounts, encrypts, and is killed (fault 5): the tests' own, on VIGIE_TEST_SERVERS."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import httpx
import pytest
from typer.testing import CliRunner

from services.cli import app
from shared.contracts.questions import QuestionCancelled
from shared.contracts.topics import all_names
from shared.errors import Unavailable
from shared.kafka.subscriber import ManagedSubscriber
from shared.settings import BrokerSettings
from shared.worker.server import create_asgi
from tests.support.guarded_kafka import PASSWORD, USER, GuardedKafka, guarded_kafka
from tests.support.kafka import own_topics
from tests.support.listening import PATIENCE_S, Listening
from tests.support.own_kafka import REASON, SERVERS

pytestmark = [pytest.mark.connected, pytest.mark.skipif(not SERVERS, reason=REASON)]


@pytest.fixture(scope="module")
def node() -> Iterator[GuardedKafka]:
    with guarded_kafka() as running:
        yield running


@dataclass(frozen=True)
class Way:
    """How clients come in: a listener, and settings of theirs."""

    protocol: str
    settings: dict[str, str] = field(default_factory=dict)
    ca: str = "ca.pem"

    def environment(self, node: GuardedKafka) -> dict[str, str]:
        options = {
            "bootstrap_servers": node.address(self.protocol),
            "security_protocol": self.protocol,
            **self.settings,
        }
        if self.protocol.endswith("SSL") and self.ca:
            options["ssl_ca_file"] = str(node.certificate(self.ca))
        return {f"VIGIE_KAFKA_{name.upper()}": value for name, value in options.items()}


def account(mechanism: str, password: str = PASSWORD) -> dict[str, str]:
    return {"sasl_mechanism": mechanism, "sasl_username": USER, "sasl_password": password}


ADMITTED = {
    "PLAIN": Way("SASL_PLAINTEXT", account("PLAIN")),
    "SCRAM-SHA-512": Way("SASL_PLAINTEXT", account("SCRAM-SHA-512")),
    "encrypted": Way("SSL"),
    "SCRAM-SHA-256, encrypted": Way("SASL_SSL", account("SCRAM-SHA-256")),
}
REFUSED = {
    "wrong password, PLAIN": (Way("SASL_PLAINTEXT", account("PLAIN", "faux")), "authentication"),
    "wrong password, SCRAM": (Way("SASL_SSL", account("SCRAM-SHA-512", "faux")), "authentication"),
    "unknown CA": (Way("SSL", ca="other-ca.pem"), "certificate verify failed"),
}


@pytest.fixture
def prefix(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("VIGIE_LANG", "en")
    monkeypatch.setenv("VIGIE_TOPICS_REPLICATION", "1")
    monkeypatch.setenv("VIGIE_TOPICS_PARTITIONS", "1")
    monkeypatch.setenv("VIGIE_KAFKA_TOPIC_PREFIX", prefix := f"test-{uuid4().hex[:8]}.")
    return prefix


@pytest.mark.parametrize("way", ADMITTED.values(), ids=ADMITTED)
def test_topics_and_services_come_in(
    node: GuardedKafka, way: Way, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in way.environment(node).items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(app, ["topics", "apply", "--json"])
    assert result.exit_code == 0, result.output
    assert {step["topic"] for step in json.loads(result.output)} == {f"{prefix}{name}" for name in all_names()}

    async def work() -> None:
        async with listening(BrokerSettings()) as worker:
            await worker.hears()

    asyncio.run(work())


@pytest.mark.parametrize(("way", "reason"), REFUSED.values(), ids=REFUSED)
def test_who_is_refused_is_told_why(
    node: GuardedKafka,
    way: Way,
    reason: str,
    prefix: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for name, value in way.environment(node).items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(app, ["topics", "apply"])
    assert result.exit_code == 1, prefix
    assert reason in " ".join(result.output.split()).lower()

    async def work() -> None:
        async with listening(BrokerSettings()) as worker:
            assert not worker.worker.ready()
            with pytest.raises(Unavailable):
                await worker.events.publish(QuestionCancelled(question_id=uuid4()))

    with caplog.at_level(logging.WARNING):
        asyncio.run(work())
    assert reason in caplog.text.lower()
    assert "waits for Kafka" in caplog.text
    assert PASSWORD not in caplog.text
    assert "faux" not in result.output + caplog.text


@asynccontextmanager
async def listening(kafka: BrokerSettings, group: str = "test") -> AsyncIterator[Listening]:
    made = Listening(kafka, group)
    async with made.worker.running():
        yield made
    made.telemetry.close()


@pytest.fixture
def quick(node: GuardedKafka) -> Iterator[BrokerSettings]:
    with own_topics(node.address()) as prefix:
        yield BrokerSettings(
            bootstrap_servers=node.address(),
            topic_prefix=prefix,
            request_timeout_ms=3000,
            session_timeout_ms=6000,
            max_backoff_s=1,
            watch_period_s=0.2,
            stuck_after_s=2,
            away_after_s=2,
        )


async def probe(worker: Listening, path: str) -> int:
    transport = httpx.ASGITransport(create_asgi(worker.worker))
    async with httpx.AsyncClient(transport=transport, base_url="http://worker") as http:
        return (await http.get(path)).status_code


async def until_ready(worker: Listening, status: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while await probe(worker, "/readyz") != status:
            await asyncio.sleep(0.05)


async def test_fault_5_a_consumer_that_hangs_is_replaced(quick: BrokerSettings) -> None:
    async with listening(quick) as worker:
        await worker.hears()
        [consumption] = worker.broker.subscribers
        assert isinstance(consumption, ManagedSubscriber)
        assert consumption.consumer is not None
        consumption.consumer.pause(*consumption.consumer.assignment())
        await worker.hears()
        assert worker.figure("vigie_consumer_restarts_total") == 1
        await worker.until_lag(0)


async def publish_until_acknowledged(worker: Listening, event: QuestionCancelled) -> None:
    """As the outbox's relay does: what was given up is published again, under the same id."""
    while True:
        try:
            return await worker.events.publish(event)
        except Unavailable:
            await asyncio.sleep(0.2)


async def test_fault_5_consumers_outlive_a_kafka_that_is_killed(node: GuardedKafka, quick: BrokerSettings) -> None:
    """Within a minute they consume again, as do those that were started while it was away; nothing is lost."""
    kept, sent_meanwhile = uuid4(), uuid4()
    async with listening(quick) as worker:
        await worker.hears()
        async with worker.holding():
            await worker.events.publish(QuestionCancelled(question_id=kept))
            await worker.until_lag(1)
            await asyncio.to_thread(node.node.stop, kill=True)
            publishing = asyncio.create_task(
                publish_until_acknowledged(worker, QuestionCancelled(question_id=sent_meanwhile))
            )
            await until_ready(worker, 503)
            assert await probe(worker, "/livez") == 200
        async with listening(quick, group="late") as late:
            assert not late.worker.ready()
            await asyncio.to_thread(node.node.restart)
            await worker.hears_of(kept, sent_meanwhile)
            await publishing
            await late.hears_of(kept, sent_meanwhile)
            await until_ready(late, 200)
        await until_ready(worker, 200)
        last = uuid4()
        await worker.events.publish(QuestionCancelled(question_id=last))
        await worker.hears_of(last)  # after what was sent again, meanwhile
        await worker.until_lag(0)
