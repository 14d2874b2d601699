"""Measure the engines of the built-in embedding model against each other, in one run. Linux only.

python -m lab.bench.embedding [--passages N] [--rounds N] [--questions FILE] [--json]

Passages are articles of the Code du travail, evenly taken. The engines embed the same batches in turn, other ones each
round, since an engine may be slow on its first sight of a shape; the middle round counts. CPU is that of all threads.
Memory is the peak of a process that embeds all of these passages and questions, and how much of it is its own, not
mapped from files. The exact
vectors are those of the graph for questions in ONNX Runtime. With `--questions` (lines as those of `vigie eval
retrieval`) also nDCG@10, by vectors alone, among these passages and all that the questions ask for; the exact vectors
take a minute of CPU for 600 passages.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import sentencepiece
from rich.console import Console
from rich.table import Table

from lab.bench import corpus
from services.embedder.adapters.e5_build import ONNX, QUERY_FILE, TOKENIZER_FILE, installed_model
from services.embedder.adapters.e5_tokenizer import PASSAGE, pad, tokenise
from services.embedder.adapters.onnx import run_of
from services.embedder.app import build_engine
from services.embedder.batching import plan_batches
from services.embedder.ports import Engine, Vectors
from services.embedder.settings import EmbedderSettings
from services.ingest.chunking import STRATEGIES
from services.ingest.extraction import extract
from services.ingest.parsers import FORMATS
from services.ingest.ports import ExtractionRequest
from services.ingest.settings import IngestSettings
from services.standalone.evaluation.retrieval import Pair, evaluate, read_pairs
from shared.contracts.object_layout import BATCH

ENGINES = ("onnx", "openvino")
BUDGET = EmbedderSettings().token_budget
MB = 1e6

err = Console(stderr=True, highlight=False)


@dataclass(slots=True)
class Costs:
    """What an engine takes, by round, and how near it is: the least and the mean cosine."""

    passage_cpu_ms: list[float] = field(default_factory=list)
    question_cpu_ms: list[float] = field(default_factory=list)
    question_ms: list[float] = field(default_factory=list)
    peak_mb: float = 0
    own_mb: float = 0
    passages_cosine: tuple[float, float] = (0, 0)
    questions_cosine: tuple[float, float] = (0, 0)


@dataclass(slots=True)
class Texts:
    """Passages with their articles, and questions with the articles that answer them."""

    passages: list[str] = field(default_factory=list)
    articles: list[str] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)

    @property
    def questions(self) -> list[str]:
        return [pair.question for pair in self.pairs] or list(corpus.QUESTIONS)


def read_texts(data: Path, count: int, questions: Path | None) -> Texts:
    """`count` passages of the code, and those that the questions ask for."""
    document = corpus.code(data, None)
    longest = IngestSettings.model_fields["max_chars"].default
    request = ExtractionRequest(document.media_type, document.file_name, None, longest)
    found = extract(request, document.read(), formats=FORMATS, strategies=STRATEGIES, max_text=10**9, budget=None)
    texts = Texts(pairs=read_pairs(questions) if questions else [])
    asked = {article for pair in texts.pairs for article in pair.articles}
    step = max(1, len(found.chunks) // count)
    for number, chunk in enumerate(found.chunks):
        section = chunk.section
        if number % step == 0 or section.article in asked:
            texts.passages.append("\n".join([*section.headings[-2:], found.text_of(chunk).text]))
            texts.articles.append(section.article or "")
    return texts


async def embed(engine: Engine, passages: Sequence[str]) -> Vectors:
    """Embed passages as the service does, a batch of an event at a time."""
    parts = [await engine.embed_passages(passages[at : at + BATCH]) for at in range(0, len(passages), BATCH)]
    return np.concatenate(parts)


async def measure(engine: Engine, passages: Sequence[str], questions: Sequence[str], costs: Costs) -> None:
    """Embed all once, and note what it took."""
    cpu = time.process_time()
    await embed(engine, passages)
    costs.passage_cpu_ms.append((time.process_time() - cpu) / len(passages) * 1000)
    cpu, times = time.process_time(), []
    for question in questions:
        started = time.perf_counter()
        await engine.embed_query(question)
        times.append(time.perf_counter() - started)
    costs.question_cpu_ms.append((time.process_time() - cpu) / len(questions) * 1000)
    costs.question_ms.append(statistics.median(times) * 1000)


def exact_passages(folder: Path, texts: Sequence[str]) -> Vectors:
    """Vectors of passages by the graph that rounds no activation."""
    tokenizer = sentencepiece.SentencePieceProcessor(model_file=str(folder / TOKENIZER_FILE))
    run, tokens = run_of(folder / QUERY_FILE, EmbedderSettings().threads), tokenise(tokenizer, PASSAGE, texts)
    vectors = [np.empty(0, np.float32)] * len(texts)
    for batch in plan_batches([len(text) for text in tokens], BUDGET):
        found = run(*pad([tokens[index] for index in batch.indices], tokenizer.pad_id()))
        for index, vector in zip(batch.indices, found, strict=True):
            vectors[index] = vector
    return np.stack(vectors)


def cosines(vectors: Vectors, exact: Vectors) -> tuple[float, float]:
    """The least and the mean."""
    found = np.sum(vectors * exact, axis=1)
    return float(found.min()), float(found.mean())


def ndcg(texts: Texts, passages: Vectors, questions: Vectors) -> float:
    """nDCG@10 by the cosine alone; an article stands where its best passage does."""
    order = np.argsort(-(questions @ passages.T), axis=1)[:, :400]
    found = {
        pair.id: list(dict.fromkeys(texts.articles[index] for index in row))
        for pair, row in zip(texts.pairs, order, strict=True)
    }
    return evaluate(texts.pairs, found)["all"]["nDCG@10"]


class Bench:
    """One run, and what it found."""

    def __init__(self, options: argparse.Namespace, texts: Texts) -> None:
        self._options = options
        self._texts = texts
        self.costs = {name: Costs() for name in ENGINES}
        self.ndcg: dict[str, float] = {}

    async def run(self) -> None:
        settings = EmbedderSettings()
        async with AsyncExitStack() as stack:
            engines = {name: build_engine(name, settings) for name in ENGINES}
            for engine in engines.values():
                await stack.enter_async_context(engine.opened())
            for round_ in range(self._options.rounds):
                passages = self._texts.passages[round_ :: len(self._texts.passages) // self._options.timed]
                questions = self._texts.questions[round_ :: self._options.rounds]
                err.print(f"round {round_ + 1} of {self._options.rounds}, {len(passages)} passages")
                for name, engine in engines.items():
                    await measure(engine, passages, questions, self.costs[name])
            await self._compare(engines, settings)
        for name in ENGINES:
            self.costs[name].peak_mb, self.costs[name].own_mb = _memory_mb(name, self._texts)

    async def _compare(self, engines: dict[str, Engine], settings: EmbedderSettings) -> None:
        texts = self._texts
        err.print(f"exact vectors of {len(texts.passages)} passages")
        exact = exact_passages(await installed_model(settings.model_cache, ONNX), texts.passages)
        exact_questions = np.stack([await engines["onnx"].embed_query(text) for text in texts.questions])
        if texts.pairs:
            self.ndcg["exact"] = ndcg(texts, exact, exact_questions)
        for name, engine in engines.items():
            passages = await embed(engine, texts.passages)
            questions = np.stack([await engine.embed_query(text) for text in texts.questions])
            self.costs[name].passages_cosine = cosines(passages, exact)
            self.costs[name].questions_cosine = cosines(questions, exact_questions)
            if texts.pairs:
                self.ndcg[f"passages {name}"] = ndcg(texts, passages, exact_questions)
                self.ndcg[f"questions {name}"] = ndcg(texts, exact, questions)
                self.ndcg[f"both {name}"] = ndcg(texts, passages, questions)

    def show(self) -> None:
        table = Table("", *ENGINES, f"{ENGINES[1]} / {ENGINES[0]}")
        costs = [asdict(self.costs[name]) for name in ENGINES]
        for row in costs[0]:
            first, second = (each[row] for each in costs)
            if isinstance(first, list):
                first, second = statistics.median(first), statistics.median(second)
            if isinstance(first, tuple):
                table.add_row(
                    f"{row}, least and mean", *(f"{low:.4f}, {mean:.4f}" for low, mean in (first, second)), ""
                )
            else:
                table.add_row(row, f"{first:.1f}", f"{second:.1f}", f"{second / first:.2f}")
        for name, value in self.ndcg.items():
            table.add_row(f"nDCG@10, {name}", f"{value:.4f}")
        console = Console()
        console.print(table)
        console.print(f"{len(self._texts.passages)} passages, {len(self._texts.questions)} questions, load {_load()}")


def _load() -> str:
    return " ".join(f"{value:.1f}" for value in os.getloadavg())


def _memory_mb(engine: str, texts: Texts) -> tuple[float, float]:
    """The peak of a process that embeds these texts, and what of its end is not mapped from files."""
    command = [sys.executable, "-m", "lab.bench.embedding", "--memory", engine]
    given = json.dumps([texts.passages[:: max(1, len(texts.passages) // 640)], texts.questions])
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=True)  # noqa: S603 (this module)
    peak, own = json.loads(done.stdout)
    return peak, own


async def _embed_alone(name: str, passages: Sequence[str], questions: Sequence[str]) -> None:
    """Embed, do nothing else, and print this process's memory."""
    engine = build_engine(name, EmbedderSettings())
    async with engine.opened():
        await embed(engine, passages)
        for question in questions:
            await engine.embed_query(question)
        print(json.dumps([_status_mb("VmHWM"), _status_mb("RssAnon")]))


def _status_mb(line: str) -> float:
    """A size of this process; getrusage would tell its parent's peak where that was higher."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition(f"{line}:")[2].split()[0]) * 1024 / MB


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m lab.bench.embedding", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--passages", type=int, default=600, help="passages to compare, beside those asked for")
    parser.add_argument("--timed", type=int, default=100, help="passages of a round")
    parser.add_argument("--rounds", type=int, default=5, help="how often, in turn; the middle one counts")
    parser.add_argument("--questions", type=Path, help="labelled questions, for nDCG@10")
    parser.add_argument("--data", type=Path, help="folder of the corpus (default: a temporary one)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--memory", choices=ENGINES, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    options = _options()
    if options.memory:
        asyncio.run(_embed_alone(options.memory, *json.load(sys.stdin)))
        return
    with tempfile.TemporaryDirectory(prefix="vigie-bench-") as folder:
        texts = read_texts(options.data or Path(folder), options.passages, options.questions)
    bench = Bench(options, texts)
    asyncio.run(bench.run())
    if options.json:
        print(json.dumps({"costs": {name: asdict(each) for name, each in bench.costs.items()}, "ndcg": bench.ndcg}))
    else:
        bench.show()


if __name__ == "__main__":
    main()
