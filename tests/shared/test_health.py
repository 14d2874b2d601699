"""What a service waits for is told on /readyz, in a metric and once in the log; so is that it is mended (ADR 59)."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from starlette.testclient import TestClient

from services.standalone.embedded_broker import EmbeddedBroker
from shared.contracts.topics import TOPICS
from shared.errors import (
    NewerDatabase,
    StoreRefused,
    StoreUnavailable,
    TooFewPartitions,
    TopicsMissing,
    Unavailable,
    VigieError,
)
from shared.sealing.unsealed import UNSEALED
from shared.settings import BrokerSettings, ObjectStoreSettings
from shared.storage.folder import FolderStore
from shared.storage.sealed import SealedStore
from shared.worker.checks import objects_check, topics_check, topics_finding
from shared.worker.context import create_store
from shared.worker.health import Check, Health
from shared.worker.probes import probe_routes
from tests.fakes.shared import MemoryStore
from tests.support.listening import PATIENCE_S, Listening
from tests.support.scripted_server import ScriptedServer

NEWER = NewerDatabase(found="9999", known="0012")


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def health(registry: CollectorRegistry) -> Health:
    return Health("gateway", registry)


def waits(registry: CollectorRegistry, part: str, code: str) -> float | None:
    return registry.get_sample_value("vigie_waits", {"service": "gateway", "part": part, "code": code})


def test_each_change_is_logged_once_and_measured(
    health: Health, registry: CollectorRegistry, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "vigie.health")
    for error in (NEWER, NEWER, StoreRefused(part="database"), None, None):
        health.note("database", error)
        code = error.code if error else ""
        assert (waits(registry, "database", code) == 1) == (error is not None)
    assert [record.getMessage() for record in caplog.records] == [
        "gateway waits for database: newer-database (found=9999, known=0012)",
        "gateway waits for database: store-refused (part=database)",
        "gateway: database is well again",
    ]
    assert waits(registry, "database", "newer-database") is None


def test_a_process_tells_which_services_of_which_version_it_has(health: Health, registry: CollectorRegistry) -> None:
    Health("ingest", registry)
    for service in (health.service, "ingest"):
        labels = {"service": service, "version": version("vigie")}
        assert registry.get_sample_value("vigie_build_info", labels) == 1


@pytest.mark.parametrize(("language", "word"), [("fr", "refuse ce compte"), ("en", "refuses this account")])
def test_readyz_says_what_is_wrong_in_the_reader_s_language(
    health: Health, registry: CollectorRegistry, language: str, word: str
) -> None:
    [readyz] = [app for path, app in probe_routes(health, lambda: True, registry) if path == "/readyz"]
    client = TestClient(readyz)
    assert "waits" not in client.get("/readyz").json()
    health.note("objects", StoreRefused(part="objects"))
    answer = client.get("/readyz", headers={"accept-language": language})
    assert answer.status_code == 200, "questions go on"
    [told] = answer.json()["waits"]
    assert (told["part"], told["code"]) == ("objects", "store-refused")
    assert word in told["detail"]


async def test_a_look_that_fails_ends_no_watch_and_tells_no_words(
    health: Health, caplog: pytest.LogCaptureFixture
) -> None:
    raised = iter([OSError("secret words"), RuntimeError("secret words"), NEWER])

    async def look() -> VigieError | None:
        if (error := next(raised, None)) is not None:
            raise error
        return None

    check, codes = Check("index", look), []
    for _ in range(4):
        await health.look(check)
        codes.append([each["code"] for each in health.told("en")])
    assert codes == [["unavailable"], ["unavailable"], ["newer-database"], []]
    assert "secret words" not in caplog.text


# --- topics -----------------------------------------------------------------------------------------------------------


def test_topics_that_are_missing_or_have_fewer_partitions_are_named() -> None:
    missing = topics_finding(["a", "b", "c"], {"b": 6}, 6)
    assert isinstance(missing, TopicsMissing)
    assert missing.params == {"topics": "a, c"}
    fewer = topics_finding(["a", "b"], {"a": 6, "b": 3}, 6)
    assert isinstance(fewer, TooFewPartitions)
    assert fewer.params == {"topics": "b", "found": 3, "declared": 6}
    assert topics_finding(["a"], {"a": 7, "unknown": 1}, 6) is None
    assert topics_finding(["a"], {"a": 1}, None) is None, "nobody said how many there should be"


async def test_the_topics_check_asks_kafka_and_ends_when_they_are_declared() -> None:
    broker = EmbeddedBroker()
    settings = BrokerSettings(bootstrap_servers=broker.open())
    try:
        found = await topics_check(settings, "embedder").look()
        assert isinstance(found, TopicsMissing)
        named = set(str(found.params["topics"]).split(", "))
        assert named
        assert named <= {topic.name for topic in TOPICS}
        made = Listening(settings)
        async with made.worker.running():  # the embedded broker makes topics on sight
            await made.hears()
            found = await topics_check(settings, "embedder").look()
            assert isinstance(found, TopicsMissing)
            assert set(str(found.params["topics"]).split(", ")) < named
        made.telemetry.close()
    finally:
        broker.close()
    with pytest.raises(Unavailable):
        await topics_check(settings, "embedder").look()


# --- objects ----------------------------------------------------------------------------------------------------------


async def test_a_store_without_rights_is_told_and_so_is_that_it_has_them() -> None:
    store, health = MemoryStore(), Health("ingest", CollectorRegistry())
    check = objects_check(store, "ingest", writes=True)
    store.failing = StoreRefused(part="objects")
    await health.look(check)
    assert [each["code"] for each in health.told("en")] == ["store-refused"]
    store.failing = None
    await health.look(check)
    assert health.told("en") == []


async def test_a_folder_that_cannot_be_written_is_refused() -> None:
    store = SealedStore(FolderStore(Path("/sys/kernel/vigie")), UNSEALED)  # nobody makes a folder there, root neither
    with pytest.raises(StoreRefused):
        await objects_check(store, "ingest", writes=True).look()


@pytest.mark.parametrize(("status", "error"), [("403 Forbidden", StoreRefused), ("500 Oops", StoreUnavailable)])
async def test_a_bucket_without_rights_is_told_from_one_that_is_away(status: str, error: type[VigieError]) -> None:
    answer = f"HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode()
    async with ScriptedServer([answer]).running() as server:
        settings = ObjectStoreSettings(
            s3_url="s3://bucket/vigie", s3_endpoint=server.address, s3_region="x", s3_access_key_id="k",
            s3_secret_access_key=SecretStr("s"), s3_timeout_s=2,
        )  # fmt: skip
        with pytest.raises(StoreUnavailable) as told:
            await objects_check(create_store(settings), "ingest", writes=True).look()
    assert type(told.value) is error


# --- a worker ---------------------------------------------------------------------------------------------------------


class Parts:
    """Parts that cannot be opened until somebody mends them."""

    def __init__(self, error: VigieError | None) -> None:
        self.error = error
        self.events: list[str] = []

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        if self.error is not None:
            raise self.error
        self.events.append("opened")
        yield
        self.events.append("closed")


@pytest.fixture
def kafka() -> Iterator[BrokerSettings]:
    broker = EmbeddedBroker()
    yield BrokerSettings(bootstrap_servers=broker.open(), max_backoff_s=0.1, document_fetch_wait_ms=10)
    broker.close()


async def test_a_service_whose_parts_cannot_be_opened_stays_up_says_why_and_starts_once_they_can(
    kafka: BrokerSettings,
) -> None:
    made, parts = Listening(kafka), Parts(NEWER)
    made.worker.parts = parts.opened
    async with made.worker.running(patient=True):
        assert not made.worker.in_reach()
        assert [(each["part"], each["code"]) for each in made.worker.health.told("en")] == [("start", NEWER.code)]
        parts.error = None
        async with asyncio.timeout(PATIENCE_S):
            while not made.worker.ready():
                await asyncio.sleep(0.02)
        await made.hears()
        assert made.worker.in_reach()
        assert made.worker.health.told("en") == []
    assert parts.events == ["opened", "closed"]
    made.telemetry.close()


async def test_a_stop_does_not_wait_for_parts_that_cannot_be_opened(kafka: BrokerSettings) -> None:
    made = Listening(kafka.model_copy(update={"max_backoff_s": 3600.0}))
    made.worker.parts = Parts(NEWER).opened
    async with asyncio.timeout(PATIENCE_S), made.worker.running(patient=True):
        pass
    made.telemetry.close()


async def test_who_starts_it_at_a_terminal_is_told_at_once(kafka: BrokerSettings) -> None:
    made = Listening(kafka)
    made.worker.parts = Parts(NEWER).opened
    with pytest.raises(NewerDatabase):
        async with made.worker.running():
            pass
    made.telemetry.close()


async def test_checks_run_where_a_service_has_its_process_to_itself(kafka: BrokerSettings) -> None:
    made, looked = Listening(kafka), asyncio.Event()

    async def look() -> VigieError | None:
        looked.set()
        return StoreUnavailable(part="objects")

    made.worker.checks = (Check("objects", look),)
    async with made.worker.running(patient=True), asyncio.timeout(PATIENCE_S):
        await looked.wait()
        while not made.worker.health.told("en"):
            await asyncio.sleep(0)
        assert made.worker.ready(), "what is stored elsewhere is waited for by who needs it"
    made.telemetry.close()
