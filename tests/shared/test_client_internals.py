"""Private names of faststream, aiokafka and confluent-kafka in use: at an upgrade the failure says who uses them."""

import ast
import inspect
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.cluster import ClusterMetadata
from confluent_kafka import KafkaError
from faststream.asgi import AsgiFastStream
from faststream.kafka import KafkaBroker
from faststream.kafka.broker.registrator import KafkaRegistrator
from faststream.kafka.publisher.producer import AioKafkaFastProducerImpl
from faststream.kafka.subscriber.config import KafkaSubscriberConfig, KafkaSubscriberSpecificationConfig
from faststream.kafka.subscriber.specification import KafkaSubscriberSpecification
from faststream.kafka.subscriber.usecase import DefaultSubscriber

ROOT = Path(__file__).parents[2]
LIBRARIES = ("faststream", "aiokafka", "confluent_kafka")
SUBSCRIBER = "shared/kafka/subscriber.py"
CALLS = "faststream._internal.endpoint.subscriber.call_item"
RENEWAL = "shared/kafka/producer_renewal.py"


def parameters(function: Callable[..., object]) -> set[str]:
    return set(inspect.signature(function).parameters)


def _module(name: str) -> ModuleType | None:
    with suppress(ImportError):
        return import_module(name)
    return None


def producer() -> AioKafkaFastProducerImpl:
    made = KafkaBroker("localhost:9").config.broker_config.producer
    assert isinstance(made, AioKafkaFastProducerImpl)
    return made


PINNED: dict[str, tuple[str, Callable[[], bool]]] = {
    "KafkaBroker.config.broker_config": (f"{SUBSCRIBER}, shared/kafka/broker.py", lambda: producer() is not None),
    "KafkaBroker._connection_kwargs": (RENEWAL, lambda: hasattr(KafkaBroker("localhost:9"), "_connection_kwargs")),
    "AioKafkaFastProducerImpl._producer": (RENEWAL, lambda: hasattr(producer(), "_producer")),
    "AioKafkaFastProducerImpl.connect": (
        RENEWAL,
        lambda: parameters(AioKafkaFastProducerImpl.connect) == {"self", "producer", "serializer", "codec"},
    ),
    "AioKafkaFastProducerImpl.serializer, codec": (
        RENEWAL,
        lambda: hasattr(producer(), "serializer") and hasattr(producer(), "codec"),
    ),
    "AioKafkaFastProducerImpl.closed": ("shared/kafka/broker.py", lambda: producer().closed is True),
    CALLS: (SUBSCRIBER, lambda: hasattr(_module(CALLS), "CallsCollection")),
    "DefaultSubscriber.__init__": (
        SUBSCRIBER,
        lambda: parameters(DefaultSubscriber.__init__) == {"self", "config", "specification", "calls"},
    ),
    "DefaultSubscriber.consume_one, process_message, add_task, add_call": (
        SUBSCRIBER,
        lambda: all(
            callable(getattr(DefaultSubscriber, name, None))
            for name in ("consume_one", "process_message", "add_task", "add_call", "start", "stop")
        ),
    ),
    "LogicSubscriber.start, which reads the listener from the config": (
        SUBSCRIBER,
        lambda: (
            "listener" in inspect.getsource(DefaultSubscriber.start)
            or "listener" in inspect.getsource(vars(DefaultSubscriber.__mro__[1])["__init__"])
        ),
    ),
    "KafkaSubscriberConfig": (
        SUBSCRIBER,
        lambda: (
            {"topics", "group_id", "connection_args", "no_reply", "_outer_config", "_ack_policy", "listener"}
            <= parameters(KafkaSubscriberConfig)
        ),
    ),
    "KafkaSubscriberSpecification": (
        SUBSCRIBER,
        lambda: {"_outer_config", "calls", "specification_config"} <= parameters(KafkaSubscriberSpecification),
    ),
    "KafkaSubscriberSpecificationConfig": (
        SUBSCRIBER,
        lambda: (
            {"topics", "title_", "description_", "include_in_schema"} <= parameters(KafkaSubscriberSpecificationConfig)
        ),
    ),
    "super(KafkaRegistrator).subscriber": (
        SUBSCRIBER,
        lambda: callable(getattr(super(KafkaRegistrator, KafkaBroker("localhost:9")), "subscriber", None)),
    ),
    "AsgiFastStream._start_broker": (
        "shared/worker/server.py",
        lambda: inspect.iscoroutinefunction(getattr(AsgiFastStream, "_start_broker", None)),
    ),
    "AIOKafkaConsumer._client.fetch_all_metadata": (
        "shared/kafka/watchdog.py",
        lambda: (
            "self._client.fetch_all_metadata()" in inspect.getsource(AIOKafkaConsumer.topics)
            and callable(ClusterMetadata.partitions_for_topic)
        ),
    ),
    "KafkaError._AUTHENTICATION, _SSL": (
        "services/standalone/topics/kafka_admin.py",
        lambda: isinstance(KafkaError._AUTHENTICATION, int) and isinstance(KafkaError._SSL, int),
    ),
}
"""Private or undocumented part, who uses it, and whether the installed version has it."""

PRIVATE = {
    "shared/kafka/watchdog.py": {"_client"},
    RENEWAL: {"_producer", "_connection_kwargs"},
    "services/standalone/topics/kafka_admin.py": {"_AUTHENTICATION", "_SSL"},
}
"""Private attributes of objects other than `self`, `cls` and a module's own, by file."""


@pytest.mark.parametrize("name", PINNED)
def test_private_part_of_a_client_library_is_there(name: str) -> None:
    user, is_there = PINNED[name]
    assert is_there(), f"{name} has changed; {user} uses it (shared/kafka/__init__.py says why)"


def private_attributes(tree: ast.AST) -> set[str]:
    own = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _is_own(node.value)}
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and not _is_own(node.value)}
    return {name for name in used - own if name.startswith("_") and not name.startswith("__")}


def _is_own(value: ast.expr) -> bool:
    return isinstance(value, ast.Name) and value.id in {"self", "cls"}


@pytest.mark.thorough
def test_no_other_private_part_of_a_client_library_is_used() -> None:
    modules: dict[str, set[str]] = {}
    attributes: dict[str, set[str]] = {}
    for path in sorted(path for folder in ("services", "shared", "lab") for path in (ROOT / folder).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        sources = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        clients = {source for source in sources if source.split(".")[0] in LIBRARIES}
        where = path.relative_to(ROOT).as_posix()
        if private := {source for source in clients if "._" in source}:
            modules[where] = private
        if clients and (private := private_attributes(tree)):
            attributes[where] = private
    assert modules == {SUBSCRIBER: {CALLS}}
    assert attributes == PRIVATE
