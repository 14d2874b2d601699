"""Questions that go on while services are restarted and upgraded, one after the other, as an orchestrator does it.

A new replica is started and ready before the old one gets SIGTERM (`maxSurge: 1, maxUnavailable: 0` of the chart); a
gateway is taken from the list of those that are asked `PRE_STOP_S` before (`preStop`). Embedding is hashing, and the
search finds the same passages for everybody (lab/bench/connected/bare.py): an engine in the process has one replica.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lab.bench.connected.load import Load
from lab.bench.connected.services import ROOT, Services
from lab.bench.report import Spread, spread
from shared.contracts.services import Service

PRE_STOP_S = 5
WORKERS_FIRST = (Service.INGEST, Service.EMBEDDER, Service.RETRIEVER, Service.GENERATOR, Service.GATEWAY)
_BROKEN = (RuntimeError, OSError, asyncio.IncompleteReadError)


@dataclass(frozen=True, slots=True)
class RollingPlan:
    """Parameters of a run.

    Attributes:
        rate: questions a second, at random times.
        calm_s: how long the services are left alone, to compare with.
        beside_s: how long two versions work side by side.
        former: a working tree with the version before; None: nothing is upgraded.
    """

    rate: float = 5
    calm_s: float = 30
    beside_s: float = 60
    former: Path | None = None


@dataclass
class Phase:
    """What became of the questions of a phase; times in ms."""

    name: str
    lived: list[float] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def asked(self) -> int:
        return len(self.states) + len(self.broken)

    @property
    def failed(self) -> list[str]:
        """What came instead of answers."""
        return [state for state in self.states if state != "answered"] + self.broken

    @property
    def times(self) -> Spread:
        return spread(self.lived)


@dataclass
class Rolled:
    """Results of a run.

    Attributes:
        exit_codes: of the replicas that were stopped.
        stored: number of questions by state, as the gateway counts them at the end.
    """

    phases: list[Phase] = field(default_factory=list)
    exit_codes: dict[str, int | None] = field(default_factory=dict)
    stored: Mapping[str, int] = field(default_factory=dict)

    @property
    def asked(self) -> int:
        return sum(phase.asked for phase in self.phases)

    @property
    def failed(self) -> list[str]:
        return [each for phase in self.phases for each in phase.failed]

    @property
    def lost(self) -> int:
        """Number of questions without a stored answer."""
        return self.asked - self.stored.get("answered", 0)

    @property
    def slower_ms(self) -> float:
        """By how much the worst phase's p99 is above that of the first, in which nothing happened."""
        return max(phase.times.p99 for phase in self.phases) - self.phases[0].times.p99


class Rolling:
    """The services of a run, their replicas by generation, and the load on them."""

    def __init__(self, what: RollingPlan, services: Services, tell: Callable[[str], None] = lambda _line: None) -> None:
        self._what = what
        self._services = services
        self._load = Load(services.port, services.token)
        self._tell = tell
        self._replica = dict.fromkeys(Service, "")
        self.found = Rolled()

    async def run(self) -> Rolled:
        """Start the services, upgrade and restart each, and stop them."""
        try:
            await self._services.start(*reversed(Service), bare=True, tree=self._what.former or ROOT)
            await self._load.ask(time.perf_counter())  # the first opens what is opened once
            async with self._asking("nothing happens"):
                await asyncio.sleep(self._what.calm_s)
            if self._what.former is not None:
                await self._upgrade()
            async with self._asking("each restarted, one after the other"):
                for name in WORKERS_FIRST:
                    former = await self._add(name, "-restarted")
                    await self._remove(name, former)
            async with self._services.client(f"{Service.GATEWAY}{self._replica[Service.GATEWAY]}") as client:
                counts = dict((await client.status()).questions)
            counts["answered"] = counts.get("answered", 0) - 1  # the one before the phases
            self.found.stored = counts
            await self._load.close()
        finally:
            self.found.exit_codes |= self._services.stop()
        return self.found

    async def _upgrade(self) -> None:
        async with self._asking("two versions side by side"):
            former = {name: await self._add(name, "-new") for name in WORKERS_FIRST}
            gateways = [self._services.port_of(label) for label in (Service.GATEWAY, f"{Service.GATEWAY}-new")]
            self._load.ports = gateways
            await asyncio.sleep(self._what.beside_s)
        async with self._asking("the former version ends"):
            for name in WORKERS_FIRST:
                await self._remove(name, former[name])

    async def _add(self, name: Service, replica: str) -> str:
        """Start one more replica of a service, of this version; return what tells the former one."""
        started = time.perf_counter()
        await self._services.start(name, bare=True, replica=replica)
        self._tell(f"{name}{replica} is ready after {time.perf_counter() - started:.1f} s")
        former, self._replica[name] = self._replica[name], replica
        return former

    async def _remove(self, name: Service, replica: str) -> None:
        if name == Service.GATEWAY:
            self._load.ports = [self._services.port_of(f"{name}{self._replica[name]}")]
            await asyncio.sleep(PRE_STOP_S)
        started = time.perf_counter()
        codes = await asyncio.to_thread(self._services.stop, f"{name}{replica}")
        self.found.exit_codes |= codes
        self._tell(f"{name}{replica} has ended {codes} after {time.perf_counter() - started:.1f} s")

    @asynccontextmanager
    async def _asking(self, name: str) -> AsyncIterator[None]:
        """Ask at random times while the block runs; all have their answer at its end."""
        phase, asked = Phase(name), set[asyncio.Task[None]]()
        self.found.phases.append(phase)
        gaps = random.Random(name)  # noqa: S311 (no secret)

        async def ask() -> None:
            due = time.perf_counter()
            while True:
                due += gaps.expovariate(self._what.rate)
                await asyncio.sleep(due - time.perf_counter())
                asked.add(asyncio.create_task(self._ask(phase, due)))

        stream = asyncio.create_task(ask())
        try:
            yield
        finally:
            stream.cancel()
            await asyncio.gather(stream, return_exceptions=True)
            await asyncio.gather(*asked)
        self._tell(f"{name}: {phase.asked} questions, {len(phase.failed)} failed, ms {phase.times}")

    async def _ask(self, phase: Phase, due: float) -> None:
        try:
            answered = await self._load.ask(due)
        except _BROKEN as error:
            phase.broken.append(f"{type(error).__name__}: {str(error)[:200]}")
            self._tell(phase.broken[-1])
        else:
            phase.lived.append(answered.lived)
            phase.states.append(str(answered.answer.state))
