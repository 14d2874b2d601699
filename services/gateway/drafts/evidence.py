"""Evidence by the chain of questions: two are asked for each line, their passages taken, and they are forgotten."""

import asyncio
from collections.abc import Iterator, Sequence

from services.gateway.questions.following import QuestionFollower
from services.gateway.questions.model import Asked
from services.gateway.questions.service import QuestionService
from shared.access import Principal
from shared.contracts.questions import Citation, GenerationPlan, Outcome, Plan, RetrievalPlan
from shared.errors import Unavailable
from shared.http_api.duerp.fields import MAX_NAME_CHARS, MAX_TEXT_CHARS
from shared.http_api.duerp.lines import LineEvidence
from shared.language.names import one_line
from shared.references import canonical_article

_PLAN = Plan(
    retrieval=RetrievalPlan(evidence=20),
    generation=GenerationPlan(backend="extractive", passages=10, streamed=False),
)
"""Quotes alone: no model reads a description here."""


class AskedEvidence:
    """Asks, listens, forgets."""

    def __init__(self, questions: QuestionService, follower: QuestionFollower) -> None:
        self._questions = questions
        self._follower = follower

    async def find(self, principal: Principal, text: str, articles: Sequence[str]) -> Sequence[LineEvidence]:
        """As EvidenceFinder.find."""
        # Apart: a question that names articles is answered from these alone.
        both = await asyncio.gather(self._outcome(principal, ", ".join(articles)), self._outcome(principal, text))
        return list(evidence_of(both, articles))

    async def _outcome(self, principal: Principal, text: str) -> Outcome:
        question = await self._questions.ask(principal, Asked(text, "fr", _PLAN))
        try:
            record = await self._follower.wait_for_end(principal, question, asyncio.get_running_loop().create_future())
        finally:
            await self._questions.forget(principal, question)
        if record.outcome is None or record.outcome.failure is not None:
            raise Unavailable(what="evidence")
        return record.outcome


def evidence_of(outcomes: Sequence[Outcome], articles: Sequence[str]) -> Iterator[LineEvidence]:
    """Generate what answers stand on: their citations, then the named articles that were found by their number.

    An article that is not among those named is left out, cited or not: it may bind somebody else.
    """
    named = {canonical_article(article): article for article in articles}
    told: set[str] = set()
    for citation in (each for outcome in outcomes for each in outcome.citations):
        article = canonical_article(citation.article) if citation.article else None
        if citation.passage not in told and (article is None or article in named):
            told.add(citation.passage)
            yield _cited(citation)
    for found in (each for outcome in outcomes for each in outcome.evidence):
        article = canonical_article(found.article) if found.article else None
        if found.exact and found.passage not in told and article in named:
            told.add(found.passage)
            yield LineEvidence(reference=named[article], passage=found.passage)


def _cited(citation: Citation) -> LineEvidence:
    reference = one_line(citation.article or citation.title).strip()[:MAX_NAME_CHARS] or "?"
    return LineEvidence(reference=reference, passage=citation.passage, quote=citation.quote[:MAX_TEXT_CHARS])
