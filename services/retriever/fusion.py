"""Fusion of the hits of two searches into one ranking. Pure."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import starmap, zip_longest
from operator import itemgetter
from typing import TypeVar

from services.retriever.ports import Hit

SUPPORT = 0.2
"""Most that the articles of a chapter add to the score of one of them, as a share of the best score."""

QUESTION_WEIGHT = 0.5
"""How far a passage's cosine is moved towards that of the nearest question that it answers."""

QUESTION_MARGIN = 0.03
"""How much nearer two questions on one thing are to each other than a question and a text that answers it."""

DECIDED_WITHIN = 3
"""Passages of which one has a rare word of the question, where any has it."""

SPECIAL = 0.8
"""What is left of the score of an article that binds some people or works which the question does not name."""

NEIGHBOURS = 3
"""Number of other articles of a chapter, the best ones, that count as support."""

_CHAPTER = re.compile(r"[LRD](\d{3,4})(?=-|$)")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage with its scores.

    Attributes:
        dense: cosine of its text and the question.
        sparse: inner product of term weights; 0 without a common term.
        question: cosine of the nearest question that it answers; None where it has none.
    """

    hit: Hit
    dense: float
    sparse: float
    question: float | None = None

    @property
    def likeness(self) -> float:
        """The cosine, moved towards that of the nearest question that the passage answers where that one is higher."""
        if self.question is None:
            return self.dense
        return max(self.dense, self.dense + QUESTION_WEIGHT * (self.question - QUESTION_MARGIN - self.dense))


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its fused score, from 0 to 1, comparable within one question only."""

    candidate: Candidate
    score: float


def fuse(candidates: Iterable[Candidate], dense_weight: float) -> list[Ranked]:
    """Rank candidates by the convex combination of their normalised scores, best first.

    Scores are min-max normalised within the question; the sparse minimum is its theoretical one, 0. See Bruch, Gai and
    Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", ACM TOIS 42(1), 2023 (arXiv:2210.11934), who
    find it better than reciprocal ranks and little sensitive to the weight. Every candidate must have both true scores:
    to count a missing one as 0 cost .005 nDCG@10 on the development questions of labour law.

    Args:
        dense_weight: share of the dense score, 0 to 1.
    """
    candidates = list(candidates)
    if not candidates:
        return []
    likenesses = [candidate.likeness for candidate in candidates]
    lowest = min(likenesses)
    dense_range = max(likenesses) - lowest
    sparse_range = max(candidate.sparse for candidate in candidates)

    def score(likeness: float, sparse: float) -> float:
        in_meaning = (likeness - lowest) / dense_range if dense_range > 0 else 1.0
        in_words = sparse / sparse_range if sparse_range > 0 else 0.0
        return dense_weight * in_meaning + (1 - dense_weight) * in_words

    both = zip(candidates, likenesses, strict=True)
    return _best_first(Ranked(candidate, score(likeness, candidate.sparse)) for candidate, likeness in both)


def boost_by_chapter(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Raise the scores of articles whose chapter has other articles among the results; best first.

    Passages that answer a question cluster (the cluster hypothesis, Jardine and van Rijsbergen, 1971), and the drafters
    of a code made its clusters: `L4121-1` and `R4121-2` are of one chapter, the law's part of it and the decree's.
    Scores stay from 0 to 1; a passage that is no article of a code gains nothing.
    """
    placed = [(each, _place(each)) for each in ranked]
    chapters: dict[tuple[int, str], dict[str, float]] = defaultdict(dict)
    for each, place in placed:
        if place is not None:
            chapter, article = place
            chapters[chapter][article] = max(each.score, chapters[chapter].get(article, 0.0))
    # One more than is counted: an article is no neighbour of its own.
    best = {
        chapter: sorted(scores.items(), key=itemgetter(1), reverse=True)[: NEIGHBOURS + 1]
        for chapter, scores in chapters.items()
    }

    def supported(each: Ranked, place: tuple[tuple[int, str], str] | None) -> Ranked:
        support = 0.0
        if place is not None:
            chapter, article = place
            others = [score for other, score in best[chapter] if other != article]
            support = sum(others[:NEIGHBOURS]) / NEIGHBOURS
        return Ranked(each.candidate, (each.score + SUPPORT * support) / (1 + SUPPORT))

    return _best_first(starmap(supported, placed))


def decided(ranked: Sequence[Ranked], decisive: Collection[str], within: int = DECIDED_WITHIN) -> list[Ranked]:
    """Bring the best passage with a rare word of the question among the first, where none of them has one.

    A table's row is found by its substance, a rule by the name of the thing. One passage alone: to raise the scores of
    all that have a rare word lost .004 to .010 nDCG@10 on the development questions of labour law.

    Args:
        decisive: ids of the passages that have a rare word.
        within: how many places count as the first.
    """
    best = next((at for at, each in enumerate(ranked) if each.candidate.hit.passage in decisive), 0)
    if best < within:
        return [*ranked]
    place = within - 1
    raised = Ranked(ranked[best].candidate, ranked[place].score)
    return [*ranked[:place], raised, *ranked[place:best], *ranked[best + 1 :]]


def demoted(ranked: Sequence[Ranked], is_special: Callable[[str | None], bool]) -> list[Ranked]:
    """Lower the scores of articles that bind people or works which the question does not name; best first."""
    return _best_first(
        replace(each, score=SPECIAL * each.score) if is_special(each.candidate.hit.article) else each for each in ranked
    )


def interleave(groups: Sequence[Sequence[T]]) -> list[T]:
    """Return the first of each group, then the second of each, and so on: a long article hides no other."""
    absent = object()
    return [each for turn in zip_longest(*groups, fillvalue=absent) for each in turn if each is not absent]  # type: ignore[misc]


def _place(ranked: Ranked) -> tuple[tuple[int, str], str] | None:
    """Return the chapter (of one document) and the article of a passage; None for other passages."""
    hit = ranked.candidate.hit
    chapter = _chapter(hit.article) if hit.article else None
    return ((hit.document.int, chapter), hit.article) if hit.article and chapter else None


@lru_cache(4096)
def _chapter(article: str) -> str | None:
    match = _CHAPTER.match(article)
    return match[1] if match else None


def _best_first(ranked: Iterable[Ranked]) -> list[Ranked]:
    return sorted(ranked, key=lambda each: (-each.score, each.candidate.hit.passage))
