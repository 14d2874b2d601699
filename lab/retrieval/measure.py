"""Measure what questions, words and the reading of errors give the search by words, on the whole Code du travail.

python -m lab.retrieval.measure PAIRS [--data DIR] [--samples N]        # npm, for the Code du travail

PAIRS are labelled questions as `vigie eval retrieval` takes them. It needs no model: passages are those of the product,
its encoder weighs the terms, and rarity is counted as Qdrant does. Each number has its interval (bootstrap over
questions, 95 %), and each step its difference from the one before, paired. With meaning: `vigie eval retrieval`.
"""

import argparse
import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from lab.retrieval.vocabulary import passages
from services.ingest.adapters.question_files import QuestionFiles
from services.retriever.adapters.bm25 import Bm25Encoder
from services.standalone.evaluation.retrieval import Pair, read_pairs
from shared.language.acronyms import meanings
from shared.language.folding import folded
from shared.language.spelling import WORD
from shared.language.understanding import understood

Scores = npt.NDArray[np.float64]
_SEED = 20261128
_DEPTH = 10
_ERRORS = 2
_SHORTEST = 5


class WordSearch:
    """Ranks articles by the product's term weights alone.

    Args:
        texts: of the passages, each with what leads to it.
        articles: of the passages, in the same order.
    """

    def __init__(self, texts: Iterable[tuple[str, str]], articles: Sequence[str]) -> None:
        self._encoder, self._articles = Bm25Encoder(), articles
        postings: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for at, (text, led_by) in enumerate(texts):
            vector = self._encoder.encode_passage(text, led_by)
            for term, weight in zip(vector.indices, vector.values, strict=True):
                postings[term].append((at, weight))
        self._postings = {term: np.array(found) for term, found in postings.items()}

    def articles(self, question: str) -> list[str]:
        """Return the best articles, each once, best first."""
        count = len(self._articles)
        scores = np.zeros(count)
        for term in self._encoder.encode_question(question).indices:
            if (found := self._postings.get(term)) is not None:
                rarity = math.log1p((count - len(found) + 0.5) / (len(found) + 0.5))
                scores[found[:, 0].astype(int)] += found[:, 1] * rarity
        best = np.argsort(-scores, kind="stable")[: 20 * _DEPTH]
        articles = dict.fromkeys(self._articles[at] for at in best if scores[at] > 0 and self._articles[at])
        return [*articles][:_DEPTH]


def spoiled(question: str, chance: random.Random) -> str:
    """Return a question without accents, two of its longer words with a letter too much, too few, wrong or turned."""
    for _ in range(_ERRORS):
        words = [match for match in WORD.finditer(question) if len(match[0]) >= _SHORTEST]
        if not words:
            break
        match = chance.choice(words)
        word, at, letter = match[0], chance.randrange(1, len(match[0]) - 1), chance.choice("aeinrstlou")
        head, tail = word[:at], word[at:]
        forms = (head + tail[1:], head + letter + tail, head + tail[1] + tail[0] + tail[2:], head + letter + tail[1:])
        question = question[: match.start()] + chance.choice(forms) + question[match.end() :]
    return folded(question)


def gain(pair: Pair, ranked: Sequence[str]) -> float:
    """Return nDCG@10 with binary labels."""
    found = sum(1 / math.log2(rank + 2) for rank, article in enumerate(ranked[:_DEPTH]) if article in pair.articles)
    return found / sum(1 / math.log2(rank + 2) for rank in range(min(_DEPTH, len(pair.articles))))


def interval(values: Scores, samples: int) -> str:
    """Return the mean with its interval of 95 %, by bootstrap over questions."""
    chance = np.random.default_rng(_SEED)
    means = values[chance.integers(0, len(values), (samples, len(values)))].mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return f"{values.mean():+.3f} [{low:+.3f}, {high:+.3f}]"


def report(pairs: Sequence[Pair], steps: dict[str, Scores], samples: int) -> None:
    groups = dict.fromkeys(group for pair in pairs for group in pair.groups)
    for group in groups:
        chosen = np.array([group in pair.groups for pair in pairs])
        print(f"{group} ({chosen.sum()})")
        before: Scores | None = None
        for name, values in steps.items():
            change = "" if before is None else f"   change {interval((values - before)[chosen], samples)}"
            print(f"  {name:34} nDCG@10 {interval(values[chosen], samples)}{change}")
            before = values


def measured(pairs: Sequence[Pair], search: WordSearch, read: Callable[[str], str] = str) -> Scores:
    return np.array([gain(pair, search.articles(read(pair.question))) for pair in pairs])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--data", type=Path, default=Path("vigie-data"), help="folder with the corpora")
    parser.add_argument("--samples", type=int, default=2000, help="of the bootstrap")
    given = parser.parse_args()
    pairs, corpus = read_pairs(given.pairs), list(passages(given.data))
    articles = [article for article, _, _ in corpus]
    plain = [f"{headings}\n{text}" for _, headings, text in corpus]
    led, seen = [], set[str]()
    known = QuestionFiles().load()
    for article, text in zip(articles, plain, strict=True):
        lines = known.get(article, ()) if article not in seen else ()
        seen.add(article)
        led.append("\n".join([*meanings(text), *(each for a in lines for each in (*a.questions, *a.terms))]))
    without = WordSearch(((text, "") for text in plain), articles)
    search = WordSearch(zip(plain, led, strict=True), articles)
    chance = random.Random(_SEED)  # noqa: S311
    wrong = {pair.id: spoiled(pair.question, chance) for pair in pairs}
    typed = [Pair(pair.id, wrong[pair.id], pair.groups, pair.articles) for pair in pairs]
    steps = {
        "text and headings": measured(pairs, without),
        "and questions and words": measured(pairs, search),
        "the question read": measured(pairs, search, understood),
        "two errors, no accents": measured(typed, search),
        "two errors, no accents, read": measured(typed, search, understood),
    }
    report(pairs, steps, given.samples)


if __name__ == "__main__":
    main()
