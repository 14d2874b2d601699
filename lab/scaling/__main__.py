"""Measure one, two and three replicas of the workers on real Kafka and PostgreSQL, and compare with the capacity model.

python -m lab.scaling [--replicas N ...] [--writing-s S] [--questions N] [--json FILE]

VIGIE_TEST_KAFKA (or _SERVERS) and _POSTGRES name the servers. Answers take a model's time in a slot, without processor
time, X
figure is a quarter or more away from what the model says.
"""

import argparse
import json
import os
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
from lab.bench.connected.services import BARE, Services
from lab.bench.processes import cpu_s, peak_bytes
from lab.scaling.model import Costs, Installation, first_wall
from shared.contracts.services import Service
from shared.storage.folder import FolderStore

OFF = 0.25
_WARM_UP = 2
"""Rounds of all slots before it counts."""
err = Console(stderr=True, highlight=False)


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of a number of replicas.

    Attributes:
        cpu_ms: processor time a question, by service and server, ms.
        peak_mb: largest resident memory of one replica, by service, MB.
        load: of the machine, at the end.
    """

    replicas: int
    rate: float
    predicted: float
    cpu_ms: dict[str, float]
    peak_mb: dict[str, float]
    load: float

    @property
    def off(self) -> float:
        return self.rate / self.predicted - 1

    @property
    def cpu_of_all(self) -> float:
        return sum(self.cpu_ms.values())


async def _measure(replicas: int, options: argparse.Namespace, kafka: servers.Kafka, folder: Path) -> Measured:
    async with servers.postgres() as database:
        with servers.topics(kafka.bootstrap_servers) as settings:
            environment = servers.environment(settings, database) | {
                "VIGIE_EMBEDDER_BACKEND": "hashing",
                "VIGIE_BENCH_WRITING_S": str(options.writing_s),
            }
            services = Services(folder, environment)
            await store_passages(FolderStore(folder / "objects"))
            try:
                for number in range(replicas):
                    await services.start(*BARE, bare=True, replica=f"-{number}" if number else "")
                await services.start(Service.INGEST, Service.GATEWAY)
                return await _asked(replicas, options, services, kafka)
            finally:
                services.stop()


async def _asked(replicas: int, options: argparse.Namespace, services: Services, kafka: servers.Kafka) -> Measured:
    load, at_once = Load(services.port, services.token), 4 * MAX_CONCURRENCY * replicas
    await load.closed_loop(at_once, _WARM_UP * MAX_CONCURRENCY * replicas, lambda: None)
    pids = services.pids | ({"kafka": kafka.pid} if kafka.pid else {})  # PostgreSQL's processes may be others' too
    before, started = {label: cpu_s(pid) for label, pid in pids.items()}, time.perf_counter()
    questions = options.questions * replicas
    ended: list[float] = []
    await load.closed_loop(at_once, questions, lambda: ended.append(time.perf_counter()))
    full = ended[: questions - at_once]  # behind them not every slot has a question
    cpu: dict[str, float] = {}
    for label, pid in pids.items():
        service = label.partition("-")[0]
        cpu[service] = cpu.get(service, 0) + (cpu_s(pid) - before[label]) * 1000 / questions
    peak = {label: peak_bytes(pid) / 1e6 for label, pid in services.pids.items() if "-" not in label}
    await load.close()
    there = Installation(cores=os.cpu_count() or 1, replicas=dict.fromkeys(BARE, replicas), partitions=6)
    _, predicted = first_wall(Costs(cpu, options.writing_s, MAX_CONCURRENCY), there)
    return Measured(replicas, len(full) / (full[-1] - started), predicted, cpu, peak, os.getloadavg()[0])


async def _run(options: argparse.Namespace, folder: Path) -> list[Measured]:
    found = []
    with servers.kafka() as kafka:
        for replicas in options.replicas:
            found.append(await _measure(replicas, options, kafka, folder / str(replicas)))
            _tell(found[-1])
    return found


def _tell(each: Measured) -> None:
    err.print(f"{each.replicas} of each: {each.rate:.2f}/s, the model says {each.predicted:.2f} ({each.off:+.0%}); "
              f"{each.cpu_of_all:.1f} ms of processor a question; load {each.load:.1f}")  # fmt: skip
    err.print("  " + ", ".join(f"{name} {ms:.2f}" for name, ms in sorted(each.cpu_ms.items())) + " ms")
    err.print("  " + ", ".join(f"{name} {mb:.0f}" for name, mb in sorted(each.peak_mb.items())) + " MB")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m lab.scaling", description=(__doc__ or "").partition("\n")[0])
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
    alone = found[0].cpu_of_all
    dearer = max(each.cpu_of_all / alone - 1 for each in found)
    err.print(f"processor time a question, against one of each: {dearer:+.0%} at most")
    return 1 if any(abs(each.off) >= OFF for each in found) or dearer >= OFF else 0


if __name__ == "__main__":
    sys.exit(main())
