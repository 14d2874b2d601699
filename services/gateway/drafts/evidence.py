"""Evidence by the chain of questions: two are asked for a line, their passages taken, and they are forgotten.

What the articles of a family give is the same for all its lines in a unit: it is asked once, and kept for a minute.
That they gave nothing is not kept: a corpus may have come meanwhile.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence

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


_KEPT_S = 60.0
_MOST_KEPT = 1_000

_Asked = tuple[frozenset[str], tuple[str, ...]]
"""Which scopes were searched for which articles."""


class AskedEvidence:
    """Asks, listens, forgets."""

    def __init__(
        self,
        questions: QuestionService,
        follower: QuestionFollower,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._questions = questions
        self._follower = follower
        self._clock = clock
        self._kept: dict[_Asked, tuple[float, asyncio.Task[Outcome]]] = {}

    async def find(self, principal: Principal, text: str, articles: Sequence[str]) -> Sequence[LineEvidence]:
        """As EvidenceFinder.find."""
        # Apart: a question that names articles is answered from these alone.
        try:
            both = await asyncio.gather(self._of_articles(principal, articles), self._outcome(principal, text))
        except Unavailable:
            self._kept.pop(_key(principal, articles), None)  # what waits for a chain that is down is asked again
            raise
        return list(evidence_of(both, articles))

    async def _of_articles(self, principal: Principal, articles: Sequence[str]) -> Outcome:
        """Ask for articles, or listen to whoever asks for the same in the same scopes."""
        key, now = _key(principal, articles), self._clock()
        known = self._kept.get(key)
        if known is None or known[0] < now or _gave_nothing(known[1]):
            for old in [each for each, (until, _) in self._kept.items() if until < now]:
                del self._kept[old]
            if len(self._kept) >= _MOST_KEPT:
                return await self._outcome(principal, ", ".join(articles))
            task = asyncio.create_task(self._outcome(principal, ", ".join(articles)))
            task.add_done_callback(_has_failed)  # it may end when nobody listens any more
            known = self._kept[key] = (now + _KEPT_S, task)
        return await asyncio.shield(known[1])  # whoever gives up listening ends nobody else's

    async def _outcome(self, principal: Principal, text: str) -> Outcome:
        question = await self._questions.ask(principal, Asked(text, "fr", _PLAN))
        try:
            record = await self._follower.wait_for_end(principal, question, asyncio.get_running_loop().create_future())
        finally:
            await self._questions.forget(principal, question)
        if record.outcome is None or record.outcome.failure is not None:
            raise Unavailable(what="evidence")
        return record.outcome


def _key(principal: Principal, articles: Sequence[str]) -> _Asked:
    return frozenset(principal.scopes), tuple(articles)


def _has_failed(task: asyncio.Task[Outcome]) -> bool:
    return task.cancelled() or task.exception() is not None


def _gave_nothing(task: asyncio.Task[Outcome]) -> bool:
    if not task.done():
        return False
    return _has_failed(task) or not (task.result().citations or task.result().evidence)


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
