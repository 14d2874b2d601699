"""Measure quoted answers to labelled questions over a whole index, with intervals and beside an earlier run.

    python -m lab.answers.measure QUESTIONS.jsonl... --data DIR [--out SEEN.jsonl] [--before SEEN.jsonl]

DIR is the data folder of a Vigie that does not run. Questions, lines {id, question, answerable, kind, articles}, are
embedded, searched for and quoted for by the product's own parts, in this process. SEEN has a line a question: what was
cited and found, and the signals that lab/abstention/judge.py reads. Intervals are of 95 %, by bootstrap over questions;
differences from an earlier run are paired.
"""

import argparse
import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lab.abstention.calibrate import read
from lab.retrieval.whole import ENGINES
from services.embedder.app import build_engine
from services.embedder.ports import Engine
from services.embedder.settings import EmbedderSettings
from services.generator.answering.abstention import abstains_by_rule, why_abstain
from services.generator.answering.asked_articles import of_the_text_asked
from services.generator.answering.calibration import packaged_calibration
from services.generator.answering.elsewhere import elsewhere
from services.generator.answering.extractive_backend import ExtractiveBackend
from services.generator.answering.ports import WritingRequest
from services.generator.answering.quote_selection import row_wanted
from services.generator.answering.read_question import ReadQuestion
from services.generator.answering.signals import signals_of
from services.generator.grounding.sources import SourceReader
from services.retriever.adapters.bm25 import Bm25Encoder
from services.retriever.adapters.qdrant_edge import EdgeIndex
from services.retriever.scoped_index import ScopedIndex
from services.retriever.search import HybridSearch, Question
from services.retriever.settings import CANDIDATES, DENSE_WEIGHT
from shared.access import PUBLIC
from shared.clock import utc_now
from shared.contracts.index import EmbeddingModel
from shared.contracts.questions import GenerationPlan, RetrievalPlan
from shared.language.detection import language_of_text
from shared.language.understanding import granted_by, understood
from shared.references import canonical_article
from shared.sealing.unsealed import UNSEALED
from shared.storage.folder import FolderStore
from shared.storage.sealed import SealedStore

SAMPLES = 2000
SEED = 20261129
FIRST = 3
LANGUAGE = "fr"
_SECONDS = 60.0

Row = dict[str, Any]


class Asker:
    """Answers questions from an index as the product does, with quotes.

    Args:
        reader: of the passages that are found.
    """

    def __init__(self, engine: Engine, search: HybridSearch, model: EmbeddingModel, reader: SourceReader) -> None:
        self._engine, self._search, self._model, self._reader = engine, search, model, reader
        self._calibration, self._quotes = packaged_calibration(), ExtractiveBackend()

    async def ask(self, row: Row) -> Row:
        """Return what was cited and found, best first, whether it was an abstention, and the signals of it."""
        text = row["question"]
        language = language_of_text(text) or LANGUAGE
        granted = granted_by(text, language)
        vector = await self._vector(understood(text, language))
        premise = await self._vector(understood(granted)) if granted else None
        question = Question(text, vector, self._model, language, premise)
        evidence = await self._search.find(question, scopes=frozenset({PUBLIC}), limit=RetrievalPlan().evidence)
        asked = ReadQuestion.read(text, language)
        read_first = evidence[: GenerationPlan().passages]
        sources = of_the_text_asked(text, await self._reader.read(read_first, [PUBLIC], row_wanted(asked)))
        year = utc_now().year
        reason = why_abstain(asked, sources, self._calibration, year)
        beyond = elsewhere(asked.asked, year, language)
        cited = [] if reason else await self._cited(WritingRequest(asked, language, sources, _SECONDS))
        return {name: row.get(name) for name in ("id", "kind", "answerable", "articles", "question")} | {
            "abstained": not cited,  # an answer that has nothing to quote is an abstention too
            "instead": [each.text or each.key for each in reason.instead] if reason else [],
            "cited": cited,
            "found": [each.article for each in evidence],
            "ruled": abstains_by_rule(asked, sources),
            "signals": signals_of(asked, sources, self._calibration.vocabulary, beyond).model_dump(),
        }

    async def _vector(self, text: str) -> list[float]:
        return [float(value) for value in np.ravel(await self._engine.embed_query(text))]

    async def _cited(self, request: WritingRequest) -> list[str | None]:
        articles = {source.passage.id: source.passage.article for source in request.sources}
        return [articles[draft.claims[0].passage] async for draft in self._quotes.write(request)]


async def asked(questions: Sequence[Row], data: Path) -> AsyncIterator[Row]:
    """Ask all questions of the index in a data folder."""
    model = EmbeddingModel.model_validate(json.loads((data / "index" / "models.json").read_bytes())[0])
    index, engine = EdgeIndex(data / "index"), build_engine(ENGINES[model.name], EmbedderSettings())
    reader = SourceReader(SealedStore(FolderStore(data / "objects"), UNSEALED))
    async with index.opened(), engine.opened():
        search = HybridSearch(ScopedIndex(index), Bm25Encoder(), candidates=CANDIDATES, dense_weight=DENSE_WEIGHT)
        asker = Asker(engine, search, model, reader)
        for row in questions:
            yield await asker.ask(row)


def is_hit(row: Row, field: str, first: int) -> bool:
    """Return whether an expected article is among the first ones cited or found."""
    wanted = {canonical_article(each) for each in row["articles"] or ()}
    return any(each and canonical_article(each) in wanted for each in row[field][:first])


def interval(values: Sequence[float]) -> str:
    """Return a mean with its interval."""
    array = np.array(values, float)
    drawn = array[np.random.default_rng(SEED).integers(0, len(array), (SAMPLES, len(array)))].mean(axis=1)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return f"{array.mean():.3f} [{low:.3f}, {high:.3f}]"


def report(name: str, rows: Sequence[Row], before: dict[str, Row]) -> None:
    """Print the measures of one set of questions: those with expected articles, then what was abstained from."""
    wanted = [row for row in rows if row["articles"]]
    print(f"{name}: {len(rows)} questions")
    if wanted:
        hits = [float(is_hit(row, "cited", FIRST)) for row in wanted]
        print(f"  expected among the first {FIRST} cited {interval(hits)} ({sum(hits):.0f} of {len(hits)})", end="")
        first, found = (
            [float(is_hit(row, *where)) for row in wanted]
            for where in (("cited", 1), ("found", RetrievalPlan().evidence))
        )
        print(f", first {interval(first)}, among what was found {interval(found)}")
        if both := [(row, before[row["id"]]) for row in wanted if row["id"] in before]:
            changes = [float(is_hit(now, "cited", FIRST)) - float(is_hit(was, "cited", FIRST)) for now, was in both]
            print(f"  paired with the earlier run: {interval(changes)}", end="")
            print(f"; gained {changes.count(1.0)}, lost {changes.count(-1.0)}")
    for answerable in (True, False):
        alike = [row for row in rows if row["answerable"] is answerable]
        if alike:
            abstained = sum(row["abstained"] for row in alike)
            print(f"  abstained from {abstained} of {len(alike)} {'answerable' if answerable else 'not answerable'}")


async def _measure(given: argparse.Namespace) -> None:
    questions = [
        row | {"answerable": row["answerable"] or row["kind"] in given.answered}
        for path in given.questions
        for row in read(path)
    ]
    before = {row["id"]: row for row in read(given.before)} if given.before else {}
    rows = [row async for row in asked(questions, given.data.resolve())]
    if given.out:
        given.out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    groups = {"all": rows} | {
        kind: [row for row in rows if row["kind"] == kind] for kind in sorted({row["kind"] for row in rows})
    }
    for name, members in groups.items():
        report(name, members, before)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path, nargs="+")
    parser.add_argument("--data", type=Path, required=True, help="data folder of a Vigie that does not run")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--before", type=Path, help="what an earlier run wrote to --out")
    parser.add_argument("--answered", action="append", default=[], help="a kind that this corpus answers, if no other")
    asyncio.run(_measure(parser.parse_args()))


if __name__ == "__main__":
    main()
