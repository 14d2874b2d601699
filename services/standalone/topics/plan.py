"""Which topics a deployment has, how they are kept, and what it takes to get there from what a cluster has now."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from services.standalone.settings import TopicSettings
from shared.contracts.topics import TOPICS, Topic

_DAY_MS = 24 * 3600 * 1000

StepKind = Literal["create", "configure", "grow", "too-few", "too-many", "replication"]


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic as it is declared, or as a cluster has it."""

    name: str
    partitions: int
    replication: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done about a topic, or what differs and is left to people.

    Attributes:
        kind: `too-few` and `too-many` (partitions) and `replication` are told, not done.
        now: of what changes, the values that the cluster has.
        then: of what changes, the values that are declared.
    """

    kind: StepKind
    topic: TopicState
    now: Mapping[str, str]
    then: Mapping[str, str]


def declared(settings: TopicSettings, prefix: str) -> list[TopicState]:
    """Every topic and its dead letters, in flow order."""
    return [state for topic in TOPICS for state in _states(topic, settings, prefix)]


def _states(topic: Topic, settings: TopicSettings, prefix: str) -> Iterator[TopicState]:
    days = settings.question_retention_days if topic.key == "question_id" else settings.retention_days
    for name, kept in ((topic.name, days), (topic.dead_letters, settings.dead_letter_retention_days)):
        yield TopicState(
            f"{prefix}{name}",
            settings.partitions if name == topic.name else 1,
            settings.replication,
            {
                # Nobody rebuilds anything from the newest record of a key, so nothing is compacted (ADR 0014).
                "cleanup.policy": "delete",
                "retention.ms": str(round(kept * _DAY_MS)),
                "max.message.bytes": str(settings.max_message_bytes),
                "min.insync.replicas": str(settings.min_insync_replicas or max(1, settings.replication - 1)),
            },
        )


def plan(wanted: Iterable[TopicState], found: Mapping[str, TopicState], *, grow: bool) -> list[Step]:
    """What it takes to get from what was found to what is wanted; nothing is ever deleted.

    Args:
        grow: whether partitions may be added: keys move, so that the order of what is under way is lost once.
    """
    return [step for topic in wanted for step in _steps(topic, found.get(topic.name), grow=grow)]


def _steps(topic: TopicState, found: TopicState | None, *, grow: bool) -> Iterator[Step]:
    if found is None:
        shape = {"partitions": str(topic.partitions), "replication": str(topic.replication)}
        yield Step("create", topic, {}, shape | dict(topic.config))
        return
    differs = {name: value for name, value in topic.config.items() if found.config.get(name) != value}
    if differs:
        yield Step("configure", topic, {name: found.config.get(name, "") for name in differs}, differs)
    if found.partitions != topic.partitions:
        fewer: StepKind = "grow" if grow else "too-few"
        kind: StepKind = fewer if found.partitions < topic.partitions else "too-many"
        yield Step(kind, topic, {"partitions": str(found.partitions)}, {"partitions": str(topic.partitions)})
    if found.replication != topic.replication:
        now, then = {"replication": str(found.replication)}, {"replication": str(topic.replication)}
        yield Step("replication", topic, now, then)
