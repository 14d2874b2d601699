"""Measure the five services on Apache Kafka and PostgreSQL: the chain's overhead on a question, and its throughput.

python -m lab.bench.connected [--questions N] [--at-once N] [--json]      # `make bench-connected`

1. The product's services, questions at fixed times whatever becomes of the former ones: what is left of the time
   without embedding, search and writing, at 5 and at 20 questions a second; of it, what is waiting behind others.
2. The same chain with a search and a backend that are instant (lab/bench/connected/bare.py): questions a second.

The client, the services, Kafka and PostgreSQL share the machine's cores. Ends with 0 whatever the figures are. Linux.
"""

import argparse
import json
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from lab.bench import report
from lab.bench.connected import servers
from lab.bench.connected.bare import store_passages
from lab.bench.connected.hops import queueing, ways_of
from lab.bench.connected.load import Answered, Load
from lab.bench.connected.services import BARE, ROOT, Services
from lab.bench.processes import cpu_s
from lab.bench.report import Figure, Spread, spread
from lab.bench.steps import index
from services.standalone.corpora import CorpusDocument
from shared.contracts.services import Service
from shared.settings import BrokerSettings
from shared.storage.folder import FolderStore

P50_MS, P99_MS = 15, 60
THROUGHPUT = 200
_DOCUMENT = ROOT / "docs" / "guide.fr.md"
_WARM_UP = 40
_WARM_UP_BARE = 200

err = Console(stderr=True, highlight=False)


class Bench:
    """One run, and its figures so far."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self.figures: list[Figure] = []
        self.tables: dict[str, dict[str, Spread]] = {}
        self.notes = [f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start"]

    async def run(self, folder: Path) -> None:
        with servers.kafka() as kafka:
            if not self._options.only_bare:
                async with servers.postgres() as database:
                    with servers.topics(kafka.bootstrap_servers) as settings:
                        await self._overhead(
                            Services(folder / "whole", servers.environment(settings, database)), settings
                        )
            # A database of its own: the first one knows the model that its documents were embedded with.
            async with servers.postgres() as database:
                with servers.topics(kafka.bootstrap_servers) as settings:
                    services = Services(folder / "bare", servers.environment(settings, database))
                    await self._throughput(services, kafka.pid, database)
        self.notes.append(f"load {os.getloadavg()[0]:.1f} at the end")

    async def _overhead(self, services: Services, kafka: BrokerSettings) -> None:
        err.print(f"starting the services; their logs: {services.folder}")
        try:
            await services.start(*reversed(Service))
            async with services.client() as client:
                text = CorpusDocument("bench", "Guide", _DOCUMENT.name, "text/markdown", _DOCUMENT.read_bytes())
                state = await index(client, text, lambda _: None)
            self.notes.append(f"the product's services search among {state.passages} passages of {_DOCUMENT.name}")
            load = Load(services.port, services.token)
            with _progress("warming up", _WARM_UP) as advance:
                await load.open_loop(5, _WARM_UP, advance)
            for rate in (5, 20):
                with _progress(f"{rate} questions a second", self._options.questions) as advance:
                    answered = await load.open_loop(rate, self._options.questions, advance)
                await self._report_overhead(rate, answered, kafka)
            await load.close()
        finally:
            services.stop()

    async def _report_overhead(self, rate: int, answered: list[Answered], kafka: BrokerSettings) -> None:
        ways = await ways_of(kafka, [each.answer for each in answered])
        waited = queueing(ways)
        chain = [way.chain for way in ways]
        rows = {step: [getattr(each.answer.timings_ms, step) for each in answered] for step in ("embed", "retrieve")}
        rows["generate"] = [each.answer.timings_ms.generate for each in answered]
        rows |= {hop: [way.hops[hop] for way in ways] for hop in ways[0].hops}
        rows["chain"] = chain
        rows["of it waiting behind others"] = waited
        rows["chain without that"] = [whole - part for whole, part in zip(chain, waited, strict=True)]
        rows["total, as the gateway counts"] = [each.answer.timings_ms.total for each in answered]
        rows["total, as the client lived it"] = [each.lived for each in answered]
        rows["the client's own lateness"] = [each.late for each in answered]
        table = {name: spread(values) for name, values in rows.items()}
        self.tables[f"{rate} questions a second, {len(answered)} of them (ms)"] = table
        how = f"{rate} a second; total without embed, retrieve, generate; {len(answered)} questions"
        counted = table["chain"] if rate == 5 else table["chain without that"]  # noqa: PLR2004 (at rest, and not)
        how += "" if rate == 5 else f"; without waiting behind others (p99 {table['chain'].p99:.0f} ms with it)"  # noqa: PLR2004
        self._found(Figure(f"chain p50 at {rate}/s", counted.p50, P50_MS, "ms", how))
        self._found(Figure(f"chain p99 at {rate}/s", counted.p99, P99_MS, "ms", "the same"))

    def _found(self, figure: Figure) -> None:
        err.print(f"{figure.name}: {figure.value:.1f} {figure.unit}")
        self.figures.append(figure)

    async def _throughput(self, services: Services, kafka_pid: int | None, database: servers.Postgres) -> None:
        count, at_once = self._options.bare_questions, self._options.at_once
        try:
            await store_passages(FolderStore(services.folder / "objects"))
            await services.start(*reversed(Service), bare=True)
            load = Load(services.port, services.token)
            with _progress("warming up, without work", _WARM_UP_BARE) as advance:
                await load.closed_loop(at_once, _WARM_UP_BARE, advance)
            servers_pids = {"kafka": kafka_pid, "postgres": await database.pid()}
            pids = services.pids | {name: pid for name, pid in servers_pids.items() if pid is not None}
            before, client = {name: cpu_s(pid) for name, pid in pids.items()}, time.process_time()
            transactions = await database.transactions()
            started = time.perf_counter()
            with _progress(f"{at_once} at once, without work", count) as advance:
                answered = await load.closed_loop(at_once, count, advance)
            elapsed = time.perf_counter() - started
            transactions = await database.transactions() - transactions
            used = {name: cpu_s(pid) - before[name] for name, pid in pids.items()} | {
                "client": time.process_time() - client
            }
            await load.close()
        finally:
            services.stop()
        states = {str(each.answer.state) for each in answered}
        how = f"{count} questions, {at_once} at once; {', '.join(BARE)} without work; all {'/'.join(sorted(states))}"
        self._found(Figure("throughput", count / elapsed, THROUGHPUT, "/s", how, at_least=True))
        lived = {"as the client lived it": spread([each.lived for each in answered])}
        self.tables[f"{at_once} questions at once, without work (ms)"] = lived
        of_one = {name: seconds * 1000 / count for name, seconds in used.items()}
        each = ", ".join(f"{name} {ms:.2f}" for name, ms in sorted(of_one.items(), key=lambda item: -item[1]))
        self.notes.append(f"CPU a question, ms: {each}; together {sum(of_one.values()):.2f}")
        self.notes.append(f"{transactions / count:.2f} database transactions a question, those that read included")


@contextmanager
def _progress(name: str, total: int) -> Iterator[Callable[[], None]]:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=err, refresh_per_second=2) as progress:
        task = progress.add_task(name, total=total)
        yield lambda: progress.advance(task)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m lab.bench.connected", description=(__doc__ or "").partition("\n")[0], epilog=servers.__doc__
    )
    parser.add_argument("--questions", type=int, default=300, help="at each rate")
    parser.add_argument("--bare-questions", type=int, default=3000, help="to count how many pass a second")
    parser.add_argument("--at-once", type=int, default=64, help="people who ask again as soon as they have an answer")
    parser.add_argument("--only-bare", action="store_true", help="count the throughput alone")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


def main() -> None:
    options = _options()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a stop stops the servers too
    with tempfile.TemporaryDirectory(prefix="vigie-bench-") as folder:
        bench = Bench(options)
        uvloop.run(bench.run(Path(folder)))
    if options.json:
        print(json.dumps(report.as_json(bench.figures, bench.tables, bench.notes), ensure_ascii=False))
    else:
        report.show(bench.figures, bench.tables, bench.notes)


if __name__ == "__main__":
    main()
