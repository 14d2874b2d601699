"""Measure the embedded stack: ingestion, search, questions, idle CPU and memory, in one run. Linux only.

python -m lab.bench [--passages N] [--questions N] [--data DIR] [--corpus whole|part4] [--json]      # `make bench`

The whole Code du travail is 12,700 passages: embedding it takes minutes. The command ends with 0 whatever the figures
are: machines differ, and so do their days.
"""

import argparse
import json
import os
import signal
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from lab.bench import corpus, report, steps
from lab.bench.followers import FOLLOWERS, measure_beside_followers
from lab.bench.report import Figure, Spread, spread
from lab.bench.stack import StackProcess
from lab.bench.turns import large_text
from services.standalone.corpora import CorpusDocument
from services.standalone.local_issuer import LocalIssuer
from shared.client import VigieClient
from shared.http_api.documents import DocumentView

IDLE_S = 20
_FOLLOWED_BYTES = 20_000_000
GB = 1e9

err = Console(stderr=True, highlight=False)


class Bench:
    """One run, and its figures so far."""

    def __init__(self, options: argparse.Namespace, data: Path) -> None:
        self._options = options
        self._stack = StackProcess(data)
        self.figures: list[Figure] = []
        self.tables: dict[str, dict[str, Spread]] = {}
        self.notes = [
            f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start; {options.corpus} of the code"
        ]

    async def run(self) -> None:
        err.print(f"starting the stack; its log: {self._stack.log}")
        fourth_part = corpus.code(self._stack.data, corpus.FOURTH_PART)
        async with self._stack.running() as client:
            await self._memory(client, fourth_part)
            await self._idle()
            await self._ingestion(client, fourth_part)
            if self._options.corpus == "whole":
                await self._index(client, corpus.code(self._stack.data, None))
            await self._questions(client)
            await self._followed(client)
            self._children()

    async def _memory(self, client: VigieClient, fourth_part: CorpusDocument) -> None:
        state = await self._index(client, fourth_part)
        note = f"peak of the stack's process, {state.passages} passages indexed"
        self.figures.append(Figure("memory", self._stack.peak_bytes() / GB, 1.5, "GB", note))

    async def _idle(self) -> None:
        err.print(f"measuring {IDLE_S} s without questions")
        idle = await steps.measure_idle(self._stack, IDLE_S)
        self.figures.append(Figure("idle CPU", idle, 3, "%", f"of a core, over {IDLE_S} s without questions"))

    async def _ingestion(self, client: VigieClient, fourth_part: CorpusDocument) -> None:
        content = corpus.sample(fourth_part, self._options.passages)
        document = CorpusDocument("bench", "Bench", "bench.json", fourth_part.media_type, content)
        with _documents("pipeline and bare engine in turn") as on_progress:
            found = await steps.measure_ingestion(client, self._stack.data, document, self._options.rounds, on_progress)
        note = f"pipeline {_seconds(found.pipeline_s)}; bare engine {_seconds(found.bare_s)}; {found.passages} passages"
        self.figures.append(Figure("ingestion", found.ratio, 1.25, "", note))

    async def _questions(self, client: VigieClient) -> None:
        count = self._options.questions
        with _progress() as progress:
            task = progress.add_task("questions", total=None)
            times = await steps.measure_questions(client, count, lambda: progress.advance(task))
        spreads = {step: spread(values) for step, values in times.items()}
        self.tables["A question, one at a time (ms)"] = spreads
        passages = (await client.status()).passages
        retrieve, chain = spreads["retrieve"], spreads["chain"]
        self.figures += [
            Figure("search p50", retrieve.p50, 25, "ms", f"p95 {retrieve.p95:.1f} ms; among {passages} passages"),
            Figure(
                "chain p50", chain.p50, 30, "ms", f"p95 {chain.p95:.1f} ms; total without embed, retrieve, generate"
            ),
        ]

    async def _followed(self, client: VigieClient) -> None:
        err.print(f"asking beside {FOLLOWERS} streams of a document that is on its way")
        issuer, url = LocalIssuer(self._stack.data / "keys"), str(client.http.base_url)
        text, count = large_text(_FOLLOWED_BYTES), max(self._options.questions // 4, 2)
        alone, followed = await measure_beside_followers(
            client, lambda person: VigieClient(url, issuer.token(person), "en"), text, count
        )
        before, beside = statistics.median(alone), statistics.median(followed)
        note = f"p50 {beside:.0f} ms, without streams {before:.0f} ms; both while the document is embedded"
        self.figures.append(Figure(f"question beside {FOLLOWERS} streams", beside / before, 2, "", note))

    async def _index(self, client: VigieClient, document: CorpusDocument) -> DocumentView:
        with _documents(document.title) as on_progress:
            return await steps.index(client, document, on_progress)

    def _children(self) -> None:
        for pid, peak in self._stack.children.items():
            self.notes.append(
                f"a process that the stack started ({pid}) took {peak / GB:.2f} GB, not counted in memory"
            )


def _seconds(values: list[float]) -> str:
    return ", ".join(f"{value:.1f}" for value in values) + " s"


def _progress() -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    return Progress(*columns, console=err)


@contextmanager
def _documents(title: str) -> Iterator[Callable[[DocumentView], None]]:
    """Show a progress bar of a document's embedded and indexed passages."""
    with _progress() as progress:
        task = progress.add_task(title, total=None)

        def show(document: DocumentView) -> None:
            if document.passages:
                done = (document.embedded + document.indexed) // 2
                progress.update(task, total=document.passages, completed=done)

        yield show


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m lab.bench", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--passages", type=int, default=600, help="articles to embed bare and through the pipeline")
    parser.add_argument("--rounds", type=int, default=3, help="how often, in turn; the middle ratio counts")
    parser.add_argument("--questions", type=int, default=100, help="questions to ask, one at a time")
    parser.add_argument("--corpus", choices=("whole", "part4"), default="whole", help="what to search in")
    parser.add_argument("--data", type=Path, help="data folder (default: a temporary one; a used one measures less)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


def main() -> None:
    options = _options()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a stop stops the stack too
    with tempfile.TemporaryDirectory(prefix="vigie-bench-") as folder:
        bench = Bench(options, (options.data or Path(folder)).resolve())
        uvloop.run(bench.run())
    if options.json:
        print(json.dumps(report.as_json(bench.figures, bench.tables, bench.notes), ensure_ascii=False))
    else:
        report.show(bench.figures, bench.tables, bench.notes)


if __name__ == "__main__":
    main()
