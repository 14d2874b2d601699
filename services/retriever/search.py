"""Hybrid search: the articles that a question names, then passages similar in meaning, themselves or by a question that
they answer, and in words.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest
from itertools import chain

from services.retriever.fusion import Candidate, Ranked, boost_by_chapter, decided, demoted, fuse, interleave
from services.retriever.leads import cas_terms, row_terms
from services.retriever.ports import DenseVector, Hit, Query, SparseEncoder
from services.retriever.scoped_index import ScopedIndex
from shared.access import PUBLIC
from shared.contracts.identities import parse_passage_id
from shared.contracts.index import EmbeddingModel
from shared.contracts.questions import Evidence
from shared.language.folding import folded
from shared.language.spelling import RARE, rare_words
from shared.language.understanding import granted_by, understood
from shared.references import references_of
from shared.references.special_rules import special_articles

MOST_REFERENCES = 20
"""Most articles of a question that are looked up by their number."""

LONGEST_ARTICLE = 200
"""Passages of an article that are looked up, so that its first one is among them."""

_MOST_RARE = 3
"""Most rare words of a question that are looked for by themselves."""

GUIDES = 3
"""Passages, the best of those that are no article, whose named articles are found too."""

GRANTED = 3
"""Passages for what a question takes for granted alone."""

READ = 8
"""Passages that an answer is made of; those for the premise are the last of them where they were not found."""

LED_WITHIN = 5
"""Passages of which one is an article that a guide among the first three names."""

_MEANING, _QUESTIONS, _WORDS, _RARE = "meaning", "questions", "words", "rare"
"""What passages are searched by: likeness of their text, of the questions that they answer, and common words."""


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    vector: DenseVector
    model: EmbeddingModel
    language: str = "fr"
    premise: DenseVector | None = None
    """Of what it takes for granted alone (shared/language/premises.py)."""


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
        depth = max(self._candidates, limit)
        references = _looked_up(question.text)
        meant = understood(question.text, question.language)
        kinds = self._kinds(question, " ".join([meant, *cas_terms(question.text)]), depth)
        numbers = [Query(question.vector, LONGEST_ARTICLE, article=article) for article in references]
        about = [*cas_terms(question.text)[:_MOST_RARE], *([" ".join(rows)] if (rows := row_terms(meant)) else [])]
        rare = self._rare([*about, *rare_words(meant)[:_MOST_RARE]])
        found = await self._index.search(question.model, [*kinds.values(), *numbers, *rare], scopes=scopes)
        by_number, by_rare = found[len(kinds) : len(kinds) + len(numbers)], found[len(kinds) + len(numbers) :]
        rows_meant = _by_passage(chain(*(each for each in by_rare[: len(about)] if len(each) <= RARE)))
        decisive = _by_passage(chain(*(each for each in by_rare if len(each) <= RARE)))
        hits = {kind: _by_passage(each) for kind, each in zip(kinds, found, strict=False)}
        hits[_MEANING] |= _by_passage(chain(*by_number))
        hits[_RARE] = decisive
        candidates = await self._score(question, kinds, hits, scopes)
        candidates |= await self._led(question, kinds, candidates, scopes)
        in_order = [sorted(each, key=_reading_order) for each in by_number]
        named = sorted(interleave(in_order), key=lambda hit: hit.scope != PUBLIC)  # the law before a unit's own text
        exact = [candidates.pop(hit.passage) for hit in named]
        special = special_articles(folded(f"{meant} {question.text}"))  # a story tells whom it is about
        fused = demoted(boost_by_chapter(fuse(candidates.values(), self._dense_weight)), special.have)
        others = decided(fused, decisive.keys())
        others = decided(others, rows_meant.keys(), within=1)
        named_by_guides = {name for each in others[:GUIDES] for name in each.candidate.hit.names}
        led = [each.candidate.hit.passage for each in others if each.candidate.hit.article in named_by_guides]
        others = decided(others, led, within=LED_WITHIN)
        ranked = [Ranked(candidate, 1.0) for candidate in exact] + others
        most = max(limit, sum(bool(hits) for hits in by_number))  # each article that is named has a passage
        evidence = [_evidence(at, each, exact=at < len(exact)) for at, each in enumerate(ranked[:most])]
        if question.premise is None or exact:
            return evidence
        granted = Question(granted_by(question.text, question.language), question.premise, question.model)
        return with_granted(evidence, await self.find(granted, scopes=scopes, limit=GRANTED))

    async def _led(
        self,
        question: Question,
        kinds: Mapping[str, Query],
        candidates: Mapping[str, Candidate],
        scopes: frozenset[str],
    ) -> dict[str, Candidate]:
        """Return the passage of each article that the nearest guides name and no other search found."""
        nearest: list[Candidate] = []
        if any(each.hit.names for each in candidates.values()):
            near = nlargest(READ, candidates.values(), key=lambda each: each.likeness)
            nearest = [each for each in near if each.hit.names][:GUIDES]
        known = {each.hit.article for each in candidates.values()} if nearest else set()
        missing = dict.fromkeys(name for each in nearest for name in each.hit.names if name not in known)
        queries = [Query(question.vector, 1, article=article) for article in missing]
        found = _by_passage(chain(*await self._index.search(question.model, queries, scopes=scopes)))
        hits: dict[str, dict[str, Hit]] = {kind: {} for kind in (*kinds, _RARE)} | {_MEANING: found}
        return await self._score(question, kinds, hits, scopes) if found else {}

    def _kinds(self, question: Question, meant: str, depth: int) -> dict[str, Query]:
        """Return the three searches of a question; none by words for a question of stop words alone."""
        terms = self._encoder.encode_question(meant)
        kinds = {
            _MEANING: Query(question.vector, depth),
            _QUESTIONS: Query(question.vector, depth, of_questions=True),
        }
        return kinds | ({_WORDS: Query(terms, depth)} if terms.indices else {})

    def _rare(self, words: Sequence[str]) -> list[Query]:
        """Return a search for each rare word, which tells too whether more passages have it than a rare word's."""
        terms = (self._encoder.encode_question(word) for word in words)
        return [Query(each, RARE + 1) for each in terms if each.indices]

    async def _score(
        self,
        question: Question,
        kinds: Mapping[str, Query],
        hits: Mapping[str, dict[str, Hit]],
        scopes: frozenset[str],
    ) -> dict[str, Candidate]:
        """Return all hits with all their scores; a second round of searches fetches those that the first did not."""
        every = {passage: hit for found in hits.values() for passage, hit in found.items()}
        missing = {kind: tuple(hit for passage, hit in every.items() if passage not in hits[kind]) for kind in kinds}
        again = [replace(kinds[kind], limit=len(among), among=among) for kind, among in missing.items() if among]
        found = iter(await self._index.search(question.model, again, scopes=scopes))
        scores = {kind: hits[kind] | (_by_passage(next(found)) if missing[kind] else {}) for kind in kinds}
        by_words, by_questions = scores.get(_WORDS, {}), scores[_QUESTIONS]
        return {
            passage: Candidate(
                hit,
                dense=hit.score,
                sparse=by_words[passage].score if passage in by_words else 0.0,
                question=by_questions[passage].score if passage in by_questions else None,
            )
            for passage, hit in scores[_MEANING].items()
        }


def with_granted(evidence: Sequence[Evidence], granted: Sequence[Evidence]) -> list[Evidence]:
    """Return evidence in which the passages found for the premise alone have their rank there.

    Those that were not found otherwise are the last that are read; as many of the last ones go.
    """
    ranks = {each.passage: each.rank for each in granted}
    own = {each.passage for each in evidence[:READ]}
    new = [each for each in granted if each.passage not in own]
    added = {each.passage for each in new}
    kept = [each for each in evidence if each.passage not in added]
    at = max(0, READ - len(new))
    merged = [*kept[:at], *new, *kept[at:]][: len(evidence)]
    return [
        each.model_copy(update={"rank": n + 1, "score": evidence[n].score, "granted": ranks.get(each.passage)})
        for n, each in enumerate(merged)
    ]


def _looked_up(question: str) -> list[str]:
    """Return the numbers of articles that a question may mean, one of each reference before the second of any."""
    numbers = interleave([each.numbers for each in references_of(question)])
    return list(dict.fromkeys(numbers))[:MOST_REFERENCES]


def _reading_order(hit: Hit) -> tuple[str, int]:
    """An article is read from its beginning, whatever part of it is most alike."""
    place = parse_passage_id(hit.passage)
    return str(hit.document), place[1] if place else 0


def _by_passage(hits: Iterable[Hit]) -> dict[str, Hit]:
    return {hit.passage: hit for hit in hits}


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
        question=None if candidate.question is None else round(candidate.question, 6),
        exact=exact,
    )
