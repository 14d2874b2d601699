"""A soak: many messages through workers that are killed at random; counts lost and repeated effects."""

import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from lab.soak.ledger import EffectLedger, Stage
from lab.soak.worker import FIRST, SECOND
from services.standalone.settings import TopicSettings
from services.standalone.topics.kafka_admin import KafkaTopics
from services.standalone.topics.plan import declared, plan
from shared.contracts.questions import QuestionCancelled
from shared.contracts.topics import INDEXES_DROPPED, QUESTIONS_CANCELLED
from shared.kafka.broker import BrokerEvents, create_broker
from shared.settings import BrokerSettings, TelemetrySettings
from shared.telemetry.setup import Telemetry

ROOT = Path(__file__).parents[2]
STAND_STILL_S = 60
"""Longest time without progress: the bound on a consumer's recovery after a fault (docs/faults.md)."""
_PUBLISH_CONCURRENCY = 500
_LOOK_S = 0.05
_SESSION_TIMEOUT_MS = 6000


@dataclass(frozen=True, slots=True)
class SoakPlan:
    """Parameters of a soak.

    Attributes:
        kills: of random workers, at random moments of the work; each is started again at once.
        seed: of the random choices.
    """

    messages: int
    workers: int = 3
    kills: int = 20
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """Results of a soak.

    Attributes:
        longest_pause_s: longest time in which no message took effect, seconds.
    """

    plan: SoakPlan
    stages: list[Stage]
    kills: int
    seconds: float
    longest_pause_s: float

    @property
    def lost(self) -> int:
        """Number of missing effects, over both stages."""
        return sum(self.plan.messages - stage.ids for stage in self.stages)

    @property
    def twice(self) -> int:
        """Number of repeated effects."""
        return sum(stage.effects - stage.ids for stage in self.stages)

    @property
    def repeated(self) -> int:
        """Number of redeliveries, each of which idempotence kept from repeating an effect."""
        return sum(stage.deliveries - stage.ids for stage in self.stages)


class StoodStill(Exception):
    """The soak was stopped, since it had made no progress for too long."""


@contextmanager
def own_topics(kafka: BrokerSettings) -> Iterator[None]:
    """Create the two topics of the soak, and remove them at its end."""
    topics = KafkaTopics(kafka)
    names = {f"{kafka.topic_prefix}{topic.name}" for topic in (QUESTIONS_CANCELLED, INDEXES_DROPPED)}
    wanted = [
        topic
        for topic in declared(TopicSettings(partitions=6, replication=1), kafka.topic_prefix)
        if topic.name in names
    ]
    topics.apply(plan(wanted, {}, grow=False))
    try:
        yield
    finally:
        topics.delete(sorted(names))


class _Workers:
    def __init__(self, number: int, kafka: BrokerSettings, folder: Path) -> None:
        self._folder = folder
        self._environment = {
            **os.environ,
            "VIGIE_KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
            "VIGIE_KAFKA_TOPIC_PREFIX": kafka.topic_prefix,
            "VIGIE_KAFKA_SESSION_TIMEOUT_MS": str(_SESSION_TIMEOUT_MS),
        }
        self._running = [self._start() for _ in range(number)]

    def _start(self) -> subprocess.Popen[bytes]:
        with (self._folder / "workers.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 (our own module)
                [sys.executable, "-m", "lab.soak.worker", str(self._folder / "ledger.db")],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
            )

    def replace(self, number: int) -> None:
        """Kill one worker by SIGKILL, and start another."""
        self._end(self._running[number])
        self._running[number] = self._start()

    def end(self) -> None:
        for process in self._running:
            self._end(process)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait()


async def soak(
    what: SoakPlan, kafka: BrokerSettings, folder: Path, told: Callable[[str], None] = lambda _line: None
) -> Found:
    """Run a soak on topics of its own, under a random prefix.

    Raises:
        StoodStill: nothing took effect for `STAND_STILL_S`.
    """
    kafka = kafka.model_copy(update={"topic_prefix": f"soak-{uuid4().hex[:8]}."})
    ledger = EffectLedger.create(folder / "ledger.db", (FIRST, SECOND))
    with own_topics(kafka):
        workers = _Workers(what.workers, kafka, folder)
        publishing = asyncio.create_task(_publish(what.messages, kafka))
        started = time.monotonic()
        try:
            longest = await _watch(what, ledger, workers, publishing, told)
        finally:
            workers.end()
            publishing.cancel()
            await asyncio.gather(publishing, return_exceptions=True)
        found = Found(what, ledger.stages(), what.kills, time.monotonic() - started, longest)
    ledger.close()
    return found


async def _publish(number: int, kafka: BrokerSettings) -> None:
    telemetry = Telemetry(TelemetrySettings(), service="soak")
    broker, events = create_broker(kafka, service="soak", telemetry=telemetry)
    await broker.connect()
    await broker.start()
    try:
        for first in range(0, number, _PUBLISH_CONCURRENCY):
            await asyncio.gather(*(_one(events) for _ in range(min(_PUBLISH_CONCURRENCY, number - first))))
    finally:
        await broker.stop()
        telemetry.close()


async def _one(events: BrokerEvents) -> None:
    await events.publish(QuestionCancelled(question_id=uuid4()))


async def _watch(
    what: SoakPlan, ledger: EffectLedger, workers: _Workers, publishing: asyncio.Task[None], told: Callable[[str], None]
) -> float:
    """Kill workers as planned until all effects are there; return the longest time without one, seconds."""
    dice = random.Random(what.seed)  # noqa: S311 (it chooses victims, not keys)
    everything = 2 * what.messages
    moments = sorted(dice.randrange(1, int(everything * 0.95)) for _ in range(what.kills))
    seen, moved, longest = 0, time.monotonic(), 0.0
    while (total := ledger.total()) < everything:
        if publishing.done():
            publishing.result()
        now = time.monotonic()
        if total > seen:
            longest = max(longest, now - moved) if seen else 0.0
            seen, moved = total, now
        elif now - moved > STAND_STILL_S:
            raise StoodStill(f"{total} of {everything} effects")
        if moments and total >= moments[0]:
            victim = dice.randrange(what.workers)
            workers.replace(victim)
            told(f"{total} of {everything} effects: worker {victim} killed ({what.kills - len(moments) + 1})")
            moments.pop(0)
        await asyncio.sleep(_LOOK_S)
    return longest
