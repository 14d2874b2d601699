"""Hold the capacity model against runs of one, two and three replicas of the workers on real Kafka and PostgreSQL.

python -m lab.scaling [--kind slots processor] [--replicas N ...] [--writing-s S] [--questions N] [--json FILE]

VIGIE_TEST_KAFKA (or _SERVERS) and _POSTGRES name the servers. What the model predicts is made of the figures in
lab/scaling/figures.py alone, nothing of the run. Two kinds of runs:

- slots: workers without work of their own, an answer takes a model's time in a slot: no processor bounds;
- processor: the product's workers, built-in model, search and quotes over one guide, so that the processor bounds.

Ends with 1 where questions a second, or in a processor run their processor time, are a quarter or more away from what
the model says.
"""

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import uvloop
from rich.console import Console

from lab.bench.connected import servers
from lab.bench.connected.bare import MAX_CONCURRENCY, store_passages
from lab.bench.connected.load import Load
from lab.bench.connected.services import BARE, ROOT, Services
from lab.bench.processes import cpu_s, peak_bytes
from lab.bench.steps import index
from lab.scaling.figures import chain_costs, costs
from lab.scaling.model import Costs, Installation, first_wall
from services.standalone.corpora import CorpusDocument
from shared.contracts.services import Service
from shared.storage.folder import FolderStore

OFF = 0.25
SLOTS_BOUND, PROCESSOR_BOUND = KINDS = ("slots", "processor")
_GUIDE = ROOT / "docs" / "guide.fr.md"
_WARM_UP = 2
"""Rounds of all slots before it counts."""
err = Console(stderr=True, highlight=False)


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of a number of replicas.

    Attributes:
        wall: what bounds the questions first, by the model.
        predicted: questions a second, by the model.
        predicted_cpu_ms: processor time a question, by the figures; None where what bounds is no processor, since most
            of an idle chain's time is polling.
        cpu_ms: processor time a question, by service and server, ms.
        peak_mb: largest resident memory of one replica, by service, MB.
        load: of the machine, at the end.
    """

    kind: str
    replicas: int
    rate: float
    wall: str
    predicted: float
    predicted_cpu_ms: float | None
    cpu_ms: dict[str, float]
    peak_mb: dict[str, float]
    load: float

    @property
    def off(self) -> float:
        return self.rate / self.predicted - 1

    @property
    def cpu_of_all(self) -> float:
        return sum(self.cpu_ms.values())

    @property
    def cpu_off(self) -> float:
        return self.cpu_of_all / self.predicted_cpu_ms - 1 if self.predicted_cpu_ms else 0.0

    @property
    def is_near(self) -> bool:
        return abs(self.off) < OFF and abs(self.cpu_off) < OFF


@dataclass(frozen=True, slots=True)
class _Round:
    """What is measured: a kind of run with a number of replicas."""

    kind: str
    replicas: int
    questions: int
    writing_s: float

    @property
    def is_bare(self) -> bool:
        return self.kind == SLOTS_BOUND

    @property
    def costs(self) -> Costs:
        return chain_costs(self.writing_s) if self.is_bare else costs(0)

    @property
    def environment(self) -> dict[str, str]:
        bare = {"VIGIE_EMBEDDER_BACKEND": "hashing", "VIGIE_BENCH_WRITING_S": str(self.writing_s)}
        return bare if self.is_bare else {}


async def _measure(what: _Round, kafka: servers.Kafka, folder: Path) -> Measured:
    async with servers.postgres() as database:
        with servers.topics(kafka.bootstrap_servers) as settings:
            services = Services(folder, servers.environment(settings, database) | what.environment)
            await store_passages(FolderStore(folder / "objects"))
            try:
                await services.start(Service.INGEST, Service.GATEWAY)
                await services.start(*BARE, bare=what.is_bare)
                if not what.is_bare:
                    await _fill(services, what.replicas)
                for number in range(1, what.replicas):
                    await services.start(*BARE, bare=what.is_bare, replica=f"-{number}")
                return await _asked(what, services, kafka)
            finally:
                services.stop()


async def _fill(services: Services, replicas: int) -> None:
    """Index a guide, and give each retriever a copy of the index, which lies in its process."""
    text = CorpusDocument("bench", "Guide", _GUIDE.name, "text/markdown", _GUIDE.read_bytes())
    async with services.client() as client:
        await index(client, text, lambda _: None)
    services.stop(Service.RETRIEVER)
    for number in range(1, replicas):
        shutil.copytree(services.folder / "index", services.folder / f"index-{number}")
    await services.start(Service.RETRIEVER)


async def _asked(what: _Round, services: Services, kafka: servers.Kafka) -> Measured:
    load, at_once = Load(services.port, services.token), 4 * MAX_CONCURRENCY * what.replicas
    await load.closed_loop(at_once, _WARM_UP * MAX_CONCURRENCY * what.replicas, lambda: None)
    pids = services.pids | ({"kafka": kafka.pid} if kafka.pid else {})  # PostgreSQL's processes may be others' too
    before, started = {label: cpu_s(pid) for label, pid in pids.items()}, time.perf_counter()
    questions = what.questions * what.replicas
    ended: list[float] = []
    await load.closed_loop(at_once, questions, lambda: ended.append(time.perf_counter()))
    full = ended[: questions - at_once]  # behind them not every slot has a question
    cpu: dict[str, float] = {}
    for label, pid in pids.items():
        service = label.partition("-")[0]
        cpu[service] = cpu.get(service, 0) + (cpu_s(pid) - before[label]) * 1000 / questions
    peak = {label: peak_bytes(pid) / 1e6 for label, pid in services.pids.items() if "-" not in label}
    await load.close()
    there = Installation(cores=os.cpu_count() or 1, replicas=dict.fromkeys(BARE, what.replicas), partitions=6)
    wall, predicted = first_wall(what.costs, there)
    own_cpu = sum(ms for name, ms in what.costs.cpu_ms.items() if name in cpu)
    return Measured(
        kind=what.kind,
        replicas=what.replicas,
        rate=len(full) / (full[-1] - started),
        wall=wall,
        predicted=predicted,
        predicted_cpu_ms=None if what.is_bare else own_cpu,
        cpu_ms=cpu,
        peak_mb=peak,
        load=os.getloadavg()[0],
    )


async def _run(options: argparse.Namespace, folder: Path) -> list[Measured]:
    found = []
    with servers.kafka() as kafka:
        for kind in options.kind:
            for replicas in options.replicas:
                what = _Round(kind, replicas, options.questions, options.writing_s)
                found.append(await _measure(what, kafka, folder / f"{kind}-{replicas}"))
                _tell(found[-1])
    return found


def _tell(each: Measured) -> None:
    expected = f" (the figures say {each.predicted_cpu_ms:.1f}, {each.cpu_off:+.0%})" if each.predicted_cpu_ms else ""
    err.print(f"{each.kind}, {each.replicas} of each: {each.rate:.2f}/s, the model says {each.predicted:.2f} by "
              f"{each.wall} ({each.off:+.0%}); {each.cpu_of_all:.1f} ms of processor a question{expected}; "
              f"load {each.load:.1f}")  # fmt: skip
    err.print("  " + ", ".join(f"{name} {ms:.2f}" for name, ms in sorted(each.cpu_ms.items())) + " ms")
    err.print("  " + ", ".join(f"{name} {mb:.0f}" for name, mb in sorted(each.peak_mb.items())) + " MB")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m lab.scaling", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kind", nargs="+", choices=KINDS, default=list(KINDS), help="what is to bound the questions")
    parser.add_argument("--replicas", type=int, nargs="+", default=[1, 2, 3], help="of each worker, one run each")
    parser.add_argument("--writing-s", type=float, default=2, help="time of an answer in its slot")
    parser.add_argument("--questions", type=int, default=120, help="for each replica")
    parser.add_argument("--json", type=Path, help="where the figures are written")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a stop stops the services too, and drops the database
    with tempfile.TemporaryDirectory(prefix="vigie-scaling-") as folder:
        found = uvloop.run(_run(options, Path(folder)))
    if options.json:
        options.json.write_text(json.dumps([asdict(each) for each in found], indent=1), encoding="utf-8")
    return 0 if all(each.is_near for each in found) else 1


if __name__ == "__main__":
    sys.exit(main())
