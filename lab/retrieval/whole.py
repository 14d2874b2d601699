"""Measure the search with meaning over a whole index, with intervals, with typing errors, and its time.

python -m lab.retrieval.whole PAIRS --data DIR [--samples N] [--errors N]

DIR is the data folder of a Vigie that does not run; PAIRS are labelled questions as `vigie eval retrieval` takes them,
which gives the same means through the whole product. Index, search and engine are the product's; the engine is that of
the index. `--errors` draws of two typing errors a question without accents, their mean beside the clean questions.
Time is that of the search alone, as deep as the product searches for an answer, each question once after a warm-up.
"""

import argparse
import asyncio
import json
import random
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from lab.retrieval.measure import gain, interval, spoiled
from services.embedder.app import build_engine
from services.embedder.ports import Engine
from services.embedder.settings import EmbedderSettings
from services.retriever.adapters.bm25 import Bm25Encoder
from services.retriever.adapters.qdrant_edge import EdgeIndex
from services.retriever.scoped_index import ScopedIndex
from services.retriever.search import HybridSearch, Question
from services.retriever.settings import CANDIDATES, DENSE_WEIGHT
from services.standalone.evaluation.retrieval import DEPTH, Pair, articles_in_order, read_pairs
from shared.access import PUBLIC
from shared.contracts.index import EmbeddingModel
from shared.contracts.questions import RetrievalPlan
from shared.language.understanding import granted_by, understood

_SEED = 20261128
ENGINES = {"multilingual-e5-small-int8": "onnx", "multilingual-e5-small-int8-openvino": "openvino"}
_WARM_UP = 20


class Searcher:
    """Asks an index as the product does."""

    def __init__(self, engine: Engine, search: HybridSearch, model: EmbeddingModel) -> None:
        self._engine, self._search, self._model = engine, search, model
        self.times_ms: list[float] = []

    async def gains(self, pairs: Sequence[Pair]) -> npt.NDArray[np.float64]:
        return np.array([gain(pair, await self._articles(pair.question, DEPTH)) for pair in pairs])

    async def time(self, questions: Sequence[str]) -> list[float]:
        """Return how long each search takes, ms."""
        for question in (*questions[:_WARM_UP], *questions):
            await self._articles(question, RetrievalPlan().evidence)
        return self.times_ms[-len(questions) :]

    async def _vector(self, text: str) -> list[float]:
        return [float(value) for value in np.ravel(await self._engine.embed_query(text))]

    async def _articles(self, text: str, limit: int) -> list[str]:
        granted = granted_by(text)
        vector = await self._vector(understood(text))
        premise = await self._vector(understood(granted)) if granted else None
        question = Question(text, vector, self._model, premise=premise)
        started = time.perf_counter()
        found = await self._search.find(question, scopes=frozenset({PUBLIC}), limit=limit)
        self.times_ms.append((time.perf_counter() - started) * 1000)
        return articles_in_order(found)


async def measure(pairs: Sequence[Pair], data: Path, samples: int, errors: int) -> None:
    folder, settings = data / "index", EmbedderSettings()
    model = EmbeddingModel.model_validate(json.loads((folder / "models.json").read_bytes())[0])
    index, engine = EdgeIndex(folder), build_engine(ENGINES[model.name], settings)
    async with index.opened(), engine.opened():
        search = HybridSearch(ScopedIndex(index), Bm25Encoder(), candidates=CANDIDATES, dense_weight=DENSE_WEIGHT)
        searcher = Searcher(engine, search, model)
        clean, chance = await searcher.gains(pairs), random.Random(_SEED)  # noqa: S311
        drawn = [
            await searcher.gains([Pair(p.id, spoiled(p.question, chance), p.groups, p.articles) for p in pairs])
            for _ in range(errors)
        ]
        times = await searcher.time([pair.question for pair in pairs])
    for group in dict.fromkeys(group for pair in pairs for group in pair.groups):
        chosen = np.array([group in pair.groups for pair in pairs])
        print(f"{group:16} {chosen.sum():4}  nDCG@10 {interval(clean[chosen], samples)}", end="")
        if drawn:
            typed = np.mean(drawn, axis=0)[chosen]
            lost = 100 * (1 - typed.mean() / clean[chosen].mean())
            print(f"   two errors, no accents {interval(typed, samples)}, lost {lost:.1f} %", end="")
        print()
    print(f"search: p50 {statistics.median(times):.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="data folder of a Vigie that does not run")
    parser.add_argument("--samples", type=int, default=2000, help="of the bootstrap")
    parser.add_argument("--errors", type=int, default=2, help="draws of typing errors")
    given = parser.parse_args()
    asyncio.run(measure(read_pairs(given.pairs), given.data, given.samples, given.errors))


if __name__ == "__main__":
    main()
