"""Who publishes and who consumes a topic, as shared/contracts/topics.py declares it, is what the services do."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import services.embedder.app
import services.gateway.app
import services.generator.app
import services.ingest.app
import services.retriever.app
from services.embedder.settings import EmbedderSettings
from services.gateway.settings import GatewaySettings
from services.retriever.settings import RetrieverSettings
from services.standalone.local_issuer import LocalIssuer
from shared.contracts.failures import terminal_events
from shared.contracts.services import Service
from shared.contracts.topics import DEAD_LETTER_GROUP, DEAD_LETTER_READER, TOPICS, Topic, topic_of
from shared.errors import InvalidMessage
from shared.kafka.broker import Broker
from shared.settings import BrokerSettings, GrantSettings, ObjectStoreSettings, TelemetrySettings
from shared.telemetry.setup import Telemetry
from shared.worker.context import WorkerContext
from tests.shared.test_messages import example
from tests.support.subscribers import subscribers_of

ROOT = Path(__file__).parents[2]
PREFIX = "test."
BY_MESSAGE = {topic.message.__name__: topic for topic in TOPICS}
Read = tuple[str, str | None]


@pytest.fixture(scope="module")
def brokers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Service, Broker]]:
    """The brokers of all services, each with its consumers, as app.py registers them; none is connected."""
    folder = tmp_path_factory.mktemp("services")
    issuer = LocalIssuer(folder / "keys")
    issuer.prepare()
    telemetry = Telemetry(TelemetrySettings(), service="test")
    context = WorkerContext(
        kafka=BrokerSettings(topic_prefix=PREFIX),
        objects=ObjectStoreSettings(folder=folder / "objects"),
        grants=GrantSettings(public_key_file=issuer.grant_public_key_file),
        telemetry=telemetry,
    )
    gateway = GatewaySettings(kafka=context.kafka, grant_private_key_file=issuer.grant_private_key_file)
    workers = [
        services.gateway.app.create_app(gateway, telemetry).state.worker,
        services.ingest.app.create_worker(platform=context),
        services.embedder.app.create_worker(EmbedderSettings(backend="hashing"), context),
        services.retriever.app.create_worker(RetrieverSettings(folder=folder / "index"), context),
        services.generator.app.create_worker(platform=context),
    ]
    yield {Service(worker.name): worker.broker for worker in workers}
    telemetry.close()


def test_every_service_is_built(brokers: dict[Service, Broker]) -> None:
    assert list(brokers) == list(Service)
    assert {path.parent.name for path in (ROOT / "services").glob("*/consumer.py")} == set(Service)


@pytest.mark.parametrize("service", Service)
def test_a_service_consumes_what_is_declared_in_the_group_that_is_declared(
    service: Service, brokers: dict[Service, Broker]
) -> None:
    declared = [
        (f"{PREFIX}{topic.name}", None if consumer.group is None else f"{PREFIX}{topic.group_id(consumer.group)}")
        for topic in TOPICS
        for consumer in topic.consumers
        if consumer.service == service
    ]
    if service == DEAD_LETTER_READER:
        declared += [(f"{PREFIX}{topic.dead_letters}", f"{PREFIX}{DEAD_LETTER_GROUP}") for topic in TOPICS]
    assert sorted(_registered(brokers[service]), key=str) == sorted(declared, key=str)


def _registered(broker: Broker) -> Iterator[Read]:
    for subscriber in subscribers_of(broker):
        for topic in subscriber.topics:
            yield topic.name, subscriber.group_id


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_nobody_is_declared_twice_and_each_topic_has_both_ends(topic: Topic) -> None:
    consumers = [each.service for each in topic.consumers]
    assert len(consumers) == len(set(consumers)) > 0
    assert len(topic.producers) == len(set(topic.producers)) > 0
    groups = {each.service: f"vigie-{each.service}.{topic.name}" for each in topic.consumers if each.group}
    assert topic.group_ids == groups


@pytest.mark.parametrize("service", Service)
def test_a_service_publishes_what_is_declared(service: Service) -> None:
    """What its code makes, and what ends the jobs of the records that it cannot handle."""
    made = {BY_MESSAGE[name] for path in (ROOT / "services" / service).rglob("*.py") for name in _made(path)}
    ended = {
        topic_of(end)
        for topic in TOPICS
        if service in {each.service for each in topic.consumers}
        for end in terminal_events(example(topic.message), InvalidMessage())
    }
    assert made | ended == {topic for topic in TOPICS if service in topic.producers}


def test_what_the_services_share_makes_only_what_ends_a_job() -> None:
    """Or a service would publish what its own code does not show."""
    making = {path.relative_to(ROOT).as_posix() for path in (ROOT / "shared").rglob("*.py") if [*_made(path)]}
    assert making == {"shared/contracts/topics.py", "shared/contracts/failures.py"}


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ("from shared.contracts.index import IndexDropped\nIndexDropped(model_id=1)", ["IndexDropped"]),
        ("from shared.contracts.index import IndexDropped as D\npartial(D, model_id=1)", ["IndexDropped"]),
        ("from shared.contracts import index\nindex.IndexDropped.model_validate(x)", ["IndexDropped"]),
        ("from shared.contracts.index import IndexDropped\nkind = IndexDropped if x else None", ["IndexDropped"]),
        ("from shared.contracts.index import IndexDropped\ndef f(x: IndexDropped) -> IndexDropped: ...", []),
        ("from shared.contracts.index import IndexDropped\nF = Callable[[IndexDropped], None]", []),
        ("from shared.contracts.index import IndexDropped\nx: list[IndexDropped] = isinstance(y, IndexDropped)", []),
    ],
)
def test_a_message_is_seen_however_it_is_made(tmp_path: Path, source: str, made: list[str]) -> None:
    path = tmp_path / "service.py"
    path.write_text(source, encoding="utf-8")
    assert [*_made(path)] == made


def _made(path: Path) -> Iterator[str]:
    """The messages whose class the module uses as a value: all but annotations, and what `isinstance` compares with."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("shared.contracts.")
        for alias in node.names
    }
    for node in _values(tree):
        name = (
            names.get(node.id) if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        )
        if name in BY_MESSAGE:
            yield name


def _values(node: ast.AST) -> Iterator[ast.AST]:
    """This node and those below it, but for what only tells types."""
    yield node
    for field, value in ast.iter_fields(node):
        if field in {"annotation", "returns"} or _tells_a_type(node, field):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _values(child)


def _tells_a_type(node: ast.AST, field: str) -> bool:
    """Whether a field of the node is the parameter of a generic, or the type that `isinstance` compares with."""
    if isinstance(node, ast.Subscript):
        return field == "slice"
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance"
