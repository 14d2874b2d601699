"""Retrieval measures on labelled questions: which articles come back, and how far in front.

Measures: ir-measures (Macdonald et al., ECIR 2022). Labels are binary; an article counts once, at the rank of its best
passage, whatever the spelling of its number.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import ir_measures
from ir_measures import RR, Qrel, R, ScoredDoc, Success, nDCG

from shared.contracts.questions import Evidence
from shared.references import canonical_article

FLOORED = "nDCG@10"
"""The measure that `--at-least` holds: how many of the articles are found, and how far in front."""

DEPTH = 400
"""Passages to ask for, so that 100 articles are among them however many passages one article has."""

MEASURES = {
    "Recall@10": R @ 10,
    "Recall@100": R @ 100,
    "nDCG@10": nDCG @ 10,
    "MRR@10": RR @ 10,
    "Hit@10": Success @ 10,
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and the articles that answer it."""

    id: str
    question: str
    groups: tuple[str, ...]
    articles: frozenset[str]


def read_pairs(path: Path) -> list[Pair]:
    """Read pairs from lines {id, question, source, articles}; `health_safety: true` makes a group beside the sources.

    Questions for `vigie eval answers` are pairs too: their `kind` is the source, and what has no answer is passed over.

    Raises:
        ValueError: a line is not such a pair; the message names the line.
    """
    pairs = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if row.get("answerable") is False:
                continue
            source = row["source"] if "source" in row else row["kind"]
            groups = ("all", str(source), *(("health_safety",) if row.get("health_safety") else ()))
            articles = frozenset(canonical_article(article) for article in row["articles"])
            pairs.append(Pair(str(row["id"]), str(row["question"]), groups, articles))
        except (AttributeError, ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path}:{number}") from error
    if not pairs:
        raise ValueError(str(path))
    return pairs


def articles_in_order(evidence: Iterable[Evidence]) -> list[str]:
    """Return the distinct articles of an answer's evidence, best first."""
    numbers = (canonical_article(each.article) for each in evidence if each.article)
    return list(dict.fromkeys(numbers))


def evaluate(pairs: Sequence[Pair], found: Mapping[str, Sequence[str]]) -> dict[str, dict[str, float]]:
    """Return each measure's mean, by group.

    Args:
        found: for each pair's id, articles best first.
    """
    groups = dict.fromkeys(group for pair in pairs for group in pair.groups)
    return {group: _measure([pair for pair in pairs if group in pair.groups], found) for group in groups}


def _measure(pairs: Sequence[Pair], found: Mapping[str, Sequence[str]]) -> dict[str, float]:
    qrels = [Qrel(pair.id, article, 1) for pair in pairs for article in pair.articles]
    run = [
        ScoredDoc(pair.id, article, -float(rank))
        for pair in pairs
        for rank, article in enumerate(found.get(pair.id, ()))
    ]
    means = ir_measures.calc_aggregate(MEASURES.values(), qrels, run)
    return {name: round(float(means[measure]), 4) for name, measure in MEASURES.items()}
