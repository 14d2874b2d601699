"""Hybrid search: the articles that a question names, then passages similar in meaning and in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from services.retriever.fusion import Candidate, Ranked, boost_by_chapter, fuse, interleave
from services.retriever.ports import DenseVector, Hit, Query, SparseEncoder, SparseVector
from services.retriever.scoped_index import ScopedIndex
from shared.access import PUBLIC
from shared.contracts.identities import parse_passage_id
from shared.contracts.index import EmbeddingModel
from shared.contracts.questions import Evidence
from shared.references import references_of

MOST_REFERENCES = 20
"""Most articles of a question that are looked up by their number."""

LONGEST_ARTICLE = 200
"""Passages of an article that are looked up, so that its first one is among them."""


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    vector: DenseVector
    model: EmbeddingModel


class HybridSearch:
    """Finds passages by meaning, by words and by article number, within scopes.

    Args:
        encoder: encodes the question as term weights.
        candidates: passages that each search returns; more where more are asked for.
        dense_weight: share of the dense score, 0 to 1.
    """

    def __init__(
        self,
        index: ScopedIndex,
        encoder: SparseEncoder,
        *,
        candidates: int,
        dense_weight: float,
    ) -> None:
        self._index = index
        self._encoder = encoder
        self._candidates = candidates
        self._dense_weight = dense_weight

    async def find(self, question: Question, *, scopes: frozenset[str], limit: int) -> list[Evidence]:
        """Return at most `limit` passages, best first: those of the articles that the question names, then the others.

        Raises:
            ModelMismatch: the index has vectors of other models only.
            IndexUnavailable: the index cannot be read now.
        """
        terms = self._encoder.encode_question(question.text)
        depth = max(self._candidates, limit)
        references = _looked_up(question.text)
        lexical = _lexical(terms, depth)
        by_article = [Query(question.vector, LONGEST_ARTICLE, article=article) for article in references]
        queries = [Query(question.vector, depth), *by_article, *lexical]
        found = await self._index.search(question.model, queries, scopes=scopes)
        by_meaning, by_number, by_words = found[0], found[1 : len(references) + 1], found[len(references) + 1 :]
        dense = _by_point(chain(by_meaning, *by_number))
        candidates = await self._score(question, terms, dense, _by_point(chain(*by_words)), scopes)
        in_order = [sorted(hits, key=_reading_order) for hits in by_number]
        named = sorted(interleave(in_order), key=lambda hit: hit.scope != PUBLIC)  # the law before a unit's own text
        exact = [candidates.pop(hit.point) for hit in named]
        others = boost_by_chapter(fuse(candidates.values(), self._dense_weight))
        ranked = [Ranked(candidate, 1.0) for candidate in exact] + others
        most = max(limit, sum(bool(hits) for hits in by_number))  # each article that is named has a passage
        return [_evidence(at, each, exact=at < len(exact)) for at, each in enumerate(ranked[:most])]

    async def _score(
        self,
        question: Question,
        terms: SparseVector,
        dense: dict[UUID, Hit],
        sparse: dict[UUID, Hit],
        scopes: frozenset[str],
    ) -> dict[UUID, Candidate]:
        """Return all hits with both scores; a second search fetches those that the first did not return."""
        no_dense = tuple(hit for point, hit in sparse.items() if point not in dense)
        no_sparse = tuple(hit for point, hit in dense.items() if point not in sparse)
        by_meaning = [Query(question.vector, len(no_dense), among=no_dense)] if no_dense else []
        by_words = _lexical(terms, len(no_sparse), no_sparse) if no_sparse else []
        found = await self._index.search(question.model, by_meaning + by_words, scopes=scopes)
        dense = dense | _by_point(chain(*found[: len(by_meaning)]))
        sparse = sparse | _by_point(chain(*found[len(by_meaning) :]))
        return {
            point: Candidate(hit, dense=hit.score, sparse=sparse[point].score if point in sparse else 0.0)
            for point, hit in dense.items()
        }


def _looked_up(question: str) -> list[str]:
    """Return the numbers of articles that a question may mean, one of each reference before the second of any."""
    numbers = interleave([each.numbers for each in references_of(question)])
    return list(dict.fromkeys(numbers))[:MOST_REFERENCES]


def _reading_order(hit: Hit) -> tuple[str, int]:
    """An article is read from its beginning, whatever part of it is most alike."""
    place = parse_passage_id(hit.passage)
    return str(hit.document), place[1] if place else 0


def _lexical(terms: SparseVector, limit: int, among: tuple[Hit, ...] | None = None) -> list[Query]:
    """Return the query by words; none for a question of stop words alone."""
    return [Query(terms, limit, among=among)] if terms.indices else []


def _by_point(hits: Iterable[Hit]) -> dict[UUID, Hit]:
    return {hit.point: hit for hit in hits}


def _evidence(at: int, ranked: Ranked, *, exact: bool) -> Evidence:
    candidate = ranked.candidate
    return Evidence(
        rank=at + 1,
        score=round(ranked.score, 6),
        passage=candidate.hit.passage,
        document=candidate.hit.document,
        article=candidate.hit.article,
        dense=round(candidate.dense, 6),
        sparse=round(candidate.sparse, 6),
        exact=exact,
    )
