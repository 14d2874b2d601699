"""The backend that writes nothing of its own: it quotes the sentences that answer best, each with its citation."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from functools import partial
from uuid import UUID

from services.generator.answering.ports import WritingRequest
from services.generator.answering.quote_selection import QuoteLimits, asked_row, best_quote, best_row, head_of_row
from services.generator.answering.telling import says_something, told_part
from services.generator.french.terms import asks_only_for_articles, coverage, rarity, stems
from services.generator.grounding.citations import Claim, DraftSentence
from services.generator.grounding.sources import Source
from shared.contracts.backends import EXTRACTIVE
from shared.contracts.confidentiality import Confidentiality
from shared.contracts.passages import CELL, Origin, Passage
from shared.references import article_references, canonical_article
from shared.references.special_rules import special_articles

_RETRIEVED, _COVERED, _LED, _RARE = 0.5, 0.35, 0.3, 1.2
"""What decides which passages are quoted, each 0..1: the retriever's order, the share of the question's words, how near
the nearest question is that the passage is known to answer, and, more than all these, a rare word of the question.

Fitted to 37 everyday questions and 20 with a wrong premise over the whole code; see lab/answers.
"""

_SPECIAL = 1.0
"""What an article loses that binds people or works which the question does not name."""

_MOST_NAMED = 8
"""Articles that a question names and that are quoted, each once."""

_LONGEST_HEAD = 300
"""Most characters of a sheet's header that are quoted with a row."""

_SAME = 0.8
"""The share of a quote's stems in an earlier quote from which it says nothing new."""


class ExtractiveBackend:
    """Quotes passages word for word.

    Args:
        quotes: passages quoted at most.
        limits: how long a quote may be.
    """

    name = EXTRACTIVE
    mode = "extractive"
    model = None
    prompt = None
    classes = frozenset(Confidentiality)

    def __init__(self, quotes: int = 3, limits: QuoteLimits = QuoteLimits()) -> None:  # noqa: B008 - frozen
        self._quotes = quotes
        self._limits = limits

    async def write(self, request: WritingRequest) -> AsyncGenerator[DraftSentence, None]:
        for draft in await asyncio.to_thread(self._drafts, request):
            yield draft

    def _drafts(self, request: WritingRequest) -> list[DraftSentence]:
        texts = [stems(source.passage.text) for source in request.sources]
        weights = rarity(request.question.meant, texts)
        drafts: list[DraftSentence] = []
        quoted: list[frozenset[str]] = []
        named = {source.passage.article for source in request.sources if source.evidence.exact}
        most = max(self._quotes, min(len(named), _MOST_NAMED))
        for n in self._ranked(request, texts, [coverage(weights, text) for text in texts]):
            source = request.sources[n]
            row = "" if source.passage.rows else asked_row(source.passage.text, request.question, weights)
            quote = row or told_part(self._quote(source, weights), source.passage, request.question.meant)
            words = stems(quote)
            if quote and not any(_says_the_same(words, other) for other in quoted):
                quoted.append(words)
                drafts.append(_draft(n + 1, source, quote))
            if len(drafts) == most:
                break
        return drafts

    def _quote(self, source: Source, weights: Mapping[str, float]) -> str:
        passage = source.passage
        if passage.rows:
            return best_row(passage.text[passage.header :] or passage.text, weights, self._limits)
        if passage.article is not None:
            return best_quote(passage.text, weights, self._limits, named=source.evidence.exact)
        telling = partial(says_something, passage=passage, asked=weights)
        return best_quote(passage.text, weights, self._limits, named=source.evidence.exact, tells=telling)

    def _ranked(self, request: WritingRequest, texts: Sequence[Collection[str]], covered: Sequence[float]) -> list[int]:
        """Positions in `request.sources`: the articles that the question names first, then what answers it best.

        Of these the law's come first, a unit's own text beside them (S23). A passage with a rare word of the question
        answers better than any without: a limit value of another substance is none.
        """
        sources = request.sources
        named = [n for n, source in enumerate(sources) if source.evidence.exact]
        named.sort(key=lambda n: sources[n].passage.origin is not Origin.CORPUS)
        if named and asks_only_for_articles(request.question.text):
            return _first_of_each_article(sources, named)
        decisive = [float(not request.question.rare.isdisjoint(text)) for text in texts]
        others = special_articles(request.question.understood)
        special = [float(others.have(source.passage.article)) for source in sources]
        found = [n for n in _order(sources, covered, decisive, special) if n not in named]
        if not named:
            found = _with_granted(sources, found, self._quotes)
        return named + _law_beside_guides(sources, found, covered, self._quotes)


def _with_granted(sources: Sequence[Source], ranked: Sequence[int], quotes: int) -> list[int]:
    """Positions with the passage that answers what the question takes for granted as the last one that is quoted.

    Its words are outweighed by what is asked behind it, and it is the article on the premise that says otherwise.
    """
    first = ranked[: quotes - 1]
    granted = {n: rank for n in ranked if n not in first and (rank := sources[n].evidence.granted) is not None}
    if not granted:
        return [*ranked]
    best = min(granted, key=granted.__getitem__)
    return [*first, best, *(n for n in ranked[quotes - 1 :] if n != best)]


def _law_beside_guides(
    sources: Sequence[Source], ranked: Sequence[int], covered: Sequence[float], first: int
) -> list[int]:
    """Positions with the article that the best guide names right behind it, where no article is among the first ones.

    A guide tells what to do, the article binds (ADR 60). It stands there only where it has a word of the question.
    """
    guides = [n for n in ranked[:first] if _is_guide(sources[n].passage)]
    if len(guides) < len(ranked[:first]):
        return [*ranked]
    for guide in guides:
        names = article_references(sources[guide].passage.text)
        for n in ranked[first:]:
            article = sources[n].passage.article
            if article and canonical_article(article) in names and covered[n]:
                rest = [each for each in ranked if each != n]
                at = rest.index(guide) + 1
                return [*rest[:at], n, *rest[at:]]
    return [*ranked]


def _is_guide(passage: Passage) -> bool:
    return passage.article is None and passage.origin is Origin.CORPUS


def _first_of_each_article(sources: Sequence[Source], named: Sequence[int]) -> list[int]:
    """Positions of the passages that articles begin with: who asks for an article reads it from there."""
    first: dict[tuple[UUID, str, str | None], int] = {}
    for n in sorted(named, key=lambda n: sources[n].passage.ordinal):
        passage = sources[n].passage
        first.setdefault((passage.document_id, passage.scope, passage.article), n)
    return [n for n in named if n in first.values()]


def _draft(number: int, source: Source, quote: str) -> DraftSentence:
    """Return the sentence that quotes a passage; a row of a table comes with the lines that say what its cells are."""
    passage = source.passage
    shown = [quote]
    if not passage.rows and CELL in quote and "\n" not in quote:
        head = head_of_row(passage.text, quote)
        shown = [*head, quote] if sum(map(len, head)) <= _LONGEST_HEAD else shown
    elif passage.rows and quote not in passage.text[: passage.header]:
        lines = passage.text[: passage.header].split("\n")
        labels = next((place for place, line in enumerate(lines) if CELL in line), len(lines))
        head = [line for line in lines[labels:] if line.strip()]
        shown = [*head, quote] if sum(map(len, head)) <= _LONGEST_HEAD else shown
    words = " ".join(f"«\u00a0{each}\u00a0»" for each in shown)
    return DraftSentence(f"{words} [{number}]", tuple(Claim(passage.id, each) for each in reversed(shown)))


def _order(
    sources: Sequence[Source], covered: Sequence[float], decisive: Sequence[float], special: Sequence[float]
) -> list[int]:
    """Return positions, best first, by what decides which passages are quoted (`_RETRIEVED` and so on).

    A passage that no known question leads to (a unit's own, a guide's) is as near by questions as by the retriever.
    """
    retrieved = _scaled([source.evidence.score for source in sources])
    near = [source.evidence.question for source in sources]
    scaled = iter(_scaled([each for each in near if each is not None]))
    led = [retrieved[n] if each is None else next(scaled) for n, each in enumerate(near)]
    signs = zip(retrieved, covered, led, decisive, special, strict=True)
    merit = [_RETRIEVED * a + _COVERED * b + _LED * c + _RARE * d - _SPECIAL * e for a, b, c, d, e in signs]
    return sorted(range(len(sources)), key=lambda n: -merit[n])


def _scaled(scores: Sequence[float]) -> list[float]:
    """Return scores brought to 0..1."""
    low, high = min(scores, default=0.0), max(scores, default=0.0)
    return [(score - low) / (high - low) if high > low else 1.0 for score in scores]


def _says_the_same(words: frozenset[str], other: frozenset[str]) -> bool:
    """Whether a quote has hardly a word that an earlier one has not, as a guide that repeats an article."""
    return len(words & other) >= _SAME * len(words)
