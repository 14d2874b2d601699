"""Capacity of the services, from what a question and a passage take of each (docs/scaling.md)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

WORKERS = ("embedder", "retriever", "generator")


@dataclass(frozen=True, slots=True)
class Costs:
    """What one question takes.

    Attributes:
        cpu_ms: processor time by part, ms; servers among them where they share the machine.
        writing_s: time of the model that writes, in one of its slots, s; 0: quotes alone.
        slots: answers that one generator writes at a time.
    """

    cpu_ms: Mapping[str, float]
    writing_s: float = 0
    slots: int = 8


@dataclass(frozen=True, slots=True)
class Installation:
    """How much of everything there is.

    Attributes:
        cores: of all machines together.
        replicas: by service; one of those that are not named.
        partitions: of each topic.
    """

    cores: float
    replicas: Mapping[str, int] = field(default_factory=dict)
    partitions: int = 6

    def of(self, service: str) -> int:
        return self.replicas.get(service, 1)


def working(replicas: int, partitions: int) -> float:
    """Return how many replicas' work is done, where the one with the most partitions holds the others up."""
    return partitions / math.ceil(partitions / min(replicas, partitions))


def walls(costs: Costs, there: Installation) -> dict[str, float]:
    """Return the most questions a second by what bounds them; the lowest is the first wall.

    A process of Python works on one core at a time, whatever the machine has.
    """
    found = {"processor": 1000 * there.cores / sum(costs.cpu_ms.values())}
    for service in ("gateway", *WORKERS):
        working_replicas = working(there.of(service), there.partitions) if service in WORKERS else there.of(service)
        if cost := costs.cpu_ms.get(service):
            found[service] = 1000 * working_replicas / cost
    if costs.writing_s:
        slots = costs.slots * working(there.of("generator"), there.partitions)
        found["slots"] = slots / costs.writing_s
    return found


def first_wall(costs: Costs, there: Installation) -> tuple[str, float]:
    """Return what bounds the questions first, and how many a second pass."""
    return min(walls(costs, there).items(), key=lambda wall: wall[1])
