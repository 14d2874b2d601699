"""The topics of a Kafka cluster, read and changed with confluent-kafka's admin client.

aiokafka's can only replace all of a topic's configuration at once, and would undo what others set by hand.
"""

import time
from collections.abc import Iterable
from concurrent.futures import Future
from typing import Any, TypeVar

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    ResourceType,
    TopicMetadata,
)

from services.standalone.topics.plan import Step, TopicState
from shared.errors import TopicsUnavailable
from shared.kafka.security import librdkafka_options
from shared.settings import BrokerSettings

T = TypeVar("T")

_TIMEOUT_S = 30
_TRY_S = 1
_REFUSALS = {KafkaError._AUTHENTICATION, KafkaError._SSL}  # noqa: SLF001 (public, by confluent-kafka's documentation)


class KafkaTopics:
    """Blocking, as befits a command that does one thing."""

    def __init__(self, settings: BrokerSettings) -> None:
        refusals: list[str] = []

        def hear(error: KafkaError) -> None:  # librdkafka itself tries again without an end
            if error.code() in _REFUSALS:
                refusals.append(error.str())

        self._refusals = refusals
        options: dict[str, Any] = {**librdkafka_options(settings), "log_level": 0, "error_cb": hear}
        self._admin = AdminClient(options)

    def found(self, names: Iterable[str]) -> dict[str, TopicState]:
        """Those of the topics that the cluster has.

        Raises:
            TopicsUnavailable: the cluster cannot be reached, or refuses.
        """
        there = self._there()
        shapes = {name: there[name].partitions for name in names if name in there}
        resources = [ConfigResource(ResourceType.TOPIC, name) for name in shapes]
        asked = self._admin.describe_configs(resources, request_timeout=_TIMEOUT_S) if resources else {}
        configs = {resource.name: _result(future) for resource, future in asked.items()}
        return {
            name: TopicState(
                name,
                len(partitions),
                len(next(iter(partitions.values())).replicas),
                {key: str(entry.value) for key, entry in configs[name].items()},
            )
            for name, partitions in shapes.items()
        }

    def _there(self) -> dict[str, TopicMetadata]:
        """In short tries: a wrong password is told at once, not at the end of the time-out."""
        deadline = time.monotonic() + _TIMEOUT_S
        while True:
            try:
                return self._admin.list_topics(timeout=_TRY_S).topics
            except KafkaException as error:
                self._admin.poll(0)  # hears
                if self._refusals or time.monotonic() >= deadline:
                    raise TopicsUnavailable(reason=next(iter(self._refusals), _reason(error))) from error

    def apply(self, steps: Iterable[Step]) -> None:
        """Do what the steps say, one kind after the other.

        Raises:
            TopicsUnavailable: the cluster refused; what was done before stays done.
        """
        by_kind: dict[str, list[Step]] = {}
        for step in steps:
            by_kind.setdefault(step.kind, []).append(step)
        if created := by_kind.get("create"):
            self._wait(self._admin.create_topics([_new(step.topic) for step in created], request_timeout=_TIMEOUT_S))
        if configured := by_kind.get("configure"):
            changes = [_changes(step) for step in configured]
            self._wait(self._admin.incremental_alter_configs(changes, request_timeout=_TIMEOUT_S))
        if grown := by_kind.get("grow"):
            wanted = [NewPartitions(step.topic.name, step.topic.partitions) for step in grown]
            self._wait(self._admin.create_partitions(wanted, request_timeout=_TIMEOUT_S))

    def delete(self, names: list[str]) -> None:
        """For tests and benchmarks, which leave a cluster as they found it."""
        if names:
            self._wait(self._admin.delete_topics(names, request_timeout=_TIMEOUT_S))

    @staticmethod
    def _wait(futures: dict[Any, "Future[Any]"]) -> None:
        for future in futures.values():
            _result(future)


def _result(future: "Future[T]") -> T:
    try:
        return future.result(_TIMEOUT_S)
    except (KafkaException, TimeoutError) as error:
        raise TopicsUnavailable(reason=_reason(error)) from error


def _reason(error: Exception) -> str:
    return str(error.args[0].str()) if isinstance(error, KafkaException) else type(error).__name__


def _new(topic: TopicState) -> NewTopic:
    return NewTopic(topic.name, topic.partitions, topic.replication, config=dict(topic.config))


def _changes(step: Step) -> ConfigResource:
    entries = [
        ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET) for name, value in step.then.items()
    ]
    return ConfigResource(ResourceType.TOPIC, step.topic.name, incremental_configs=entries)
