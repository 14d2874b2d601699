"""A rush hour, simulated with the figures of docs/scaling.md: how long people wait, and what is full (SimPy)."""

import random
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import simpy

from lab.scaling.model import WORKERS, Costs, Installation, working

_Steps = Generator[simpy.Event, Any, None]


@dataclass(frozen=True, slots=True)
class RushHour:
    """Who asks, and when.

    Attributes:
        people: of the institution.
        asking: share of them who ask in the hour.
        questions: of each of these.
        peak: how many times more they ask in the middle of the hour than at its ends.
    """

    people: int
    asking: float = 0.1
    questions: float = 2
    peak: float = 3
    duration_s: float = 3600

    @property
    def rate(self) -> float:
        """Questions a second over the hour."""
        return self.people * self.asking * self.questions / self.duration_s

    def rate_at(self, now_s: float) -> float:
        """Return the questions a second at a moment: a triangle with the same mean."""
        nearness = 1 - abs(2 * now_s / self.duration_s - 1)
        return self.rate * 2 * (1 + (self.peak - 1) * nearness) / (1 + self.peak)

    @property
    def highest(self) -> float:
        return self.rate_at(self.duration_s / 2)


@dataclass
class Simulated:
    """What became of the questions.

    Attributes:
        waited_s: from the question to the whole answer.
        busy: share of the time in which each part was at work.
    """

    waited_s: list[float] = field(default_factory=list)
    busy: dict[str, float] = field(default_factory=dict)

    def percentile(self, share: float) -> float:
        ordered = sorted(self.waited_s)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


class _Part:
    """Something that so many questions can have at a time, and how long it was had."""

    def __init__(self, hour: simpy.Environment, capacity: int) -> None:
        self._hour = hour
        self._places = simpy.Resource(hour, capacity)
        self.capacity = capacity
        self.had_s = 0.0

    def use(self, seconds: float, on: "_Part | None" = None) -> _Steps:
        """Have a place for so long, of it a place `on` what it runs on."""
        with self._places.request() as place:
            yield place
            if on is None:
                yield self._hour.timeout(seconds)
            else:
                yield from on.use(seconds)
        self.had_s += seconds


def simulate(what: RushHour, costs: Costs, there: Installation, *, seed: int = 1) -> Simulated:
    """Let a rush hour pass; the questions that are under way at its end are waited for.

    Processor time is spread exponentially around its mean, as short and long questions are; a replica works on one
    core at a time, and all share the machine's cores. Source of the thinning of arrivals: Lewis and Shedler, 1979.
    """
    hour, dice, found = simpy.Environment(), random.Random(seed), Simulated()  # noqa: S311 (no secret)
    parts = {"gateway": _Part(hour, there.of("gateway"))}
    parts |= {name: _Part(hour, max(1, int(working(there.of(name), there.partitions)))) for name in WORKERS}
    parts["processor"] = _Part(hour, max(1, int(there.cores)))
    slots = _Part(hour, costs.slots * parts["generator"].capacity)
    servers_ms = sum(ms for name, ms in costs.cpu_ms.items() if name not in parts)

    def work(name: str, ms: float) -> _Steps:
        seconds = dice.expovariate(1000 / ms) if ms else 0.0
        processor = parts["processor"]
        yield from parts[name].use(seconds, processor) if name in parts else processor.use(seconds)

    def question() -> _Steps:
        began = hour.now
        for name in ("gateway", "embedder", "retriever"):
            yield from work(name, costs.cpu_ms.get(name, 0.0))
        if costs.writing_s:
            yield from slots.use(dice.gammavariate(4, costs.writing_s / 4))
        yield from work("generator", costs.cpu_ms.get("generator", 0.0))
        yield from work("servers", servers_ms)
        found.waited_s.append(hour.now - began)

    def arrivals() -> _Steps:
        while True:
            yield hour.timeout(dice.expovariate(what.highest))
            if hour.now > what.duration_s:
                return
            if dice.random() < what.rate_at(hour.now) / what.highest:
                hour.process(question())

    hour.process(arrivals())
    hour.run()
    found.busy = {name: part.had_s / part.capacity / hour.now for name, part in parts.items()}
    if costs.writing_s:
        found.busy["slots"] = slots.had_s / slots.capacity / hour.now
    return found
