"""Answers one question: abstains or chooses a backend, checks its sentences, and says how the answer ended."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from contextlib import aclosing

from services.generator.answering.abstention import Abstention, why_abstain
from services.generator.answering.asked_articles import Remark, goes_on, of_the_text_asked, opening_remarks
from services.generator.answering.calibration import Calibrations
from services.generator.answering.choice import Backends
from services.generator.answering.ports import Backend, Texts, Truncated, WritingRequest
from services.generator.answering.read_question import ReadQuestion
from services.generator.grounding.citations import CitationChecker
from services.generator.grounding.sources import Source
from services.generator.models.ports import SLOW
from shared.access import PUBLIC
from shared.contracts.base import Failure
from shared.contracts.confidentiality import Confidentiality
from shared.contracts.questions import GenerationRequested, Notice, Outcome, Sentence, Writer
from shared.errors import ModelUnavailable, Overloaded

_log = logging.getLogger(__name__)

_RESERVE_S = 1.5
"""What is left of a question's time for quotes and the way back, when a model does not come to an end."""


class Answering:
    """Answers one question from its sources.

    Args:
        request: the question, its evidence and its plan.
        question: its text, read.
        sources: passages of the evidence, best first.
        scopes: what the person may read, from the verified grant.
        backends: by the name that a plan gives.
        texts: the sentence of an abstention, in the language of the question.
        calibrations: when evidence is too weak, by embedding model.
        publish: takes each sentence that passed its checks; what it raises ends the writing.
        seconds_left: until the question's deadline.
    """

    def __init__(
        self,
        request: GenerationRequested,
        question: ReadQuestion,
        sources: tuple[Source, ...],
        scopes: Collection[str],
        *,
        backends: Backends,
        texts: Texts,
        calibrations: Calibrations,
        publish: Callable[[Sentence], Awaitable[None]],
        seconds_left: Callable[[], float],
    ) -> None:
        self._request = request
        self._question = question
        self._texts = texts
        self._sources = of_the_text_asked(request.text, sources)
        left_out = {source.passage.id for source in sources} - {source.passage.id for source in self._sources}
        self._evidence = [each for each in request.evidence if each.passage not in left_out]
        opening = opening_remarks(request.text, self._sources, self._evidence, request.deadline.date())
        self._opening = [self._remark(each) for each in opening]
        self._opened = False
        self._scopes = scopes
        self._backends = backends
        self._calibrations = calibrations
        self._publish = publish
        self._seconds_left = seconds_left
        self._confidentiality = _confidentiality(request.plan.generation.confidentiality, sources)

    async def outcome(self) -> Outcome:
        """Write and publish the answer; return its outcome, without timings."""
        request = self._request
        calibration = self._calibrations.for_model(request.embedding.model)
        year = request.deadline.year
        reason = await asyncio.to_thread(why_abstain, self._question, self._sources, calibration, year)
        if reason is not None:
            return self._abstained(self._found(), reason)
        try:
            return await self._answered()
        except Overloaded as error:
            return self._found().model_copy(update={"failure": Failure(code=error.code, params=error.params)})

    def _found(self) -> Outcome:
        """Return an outcome with the evidence alone, without the passages that could not be read."""
        evidence, most = self._request.evidence, self._request.plan.generation.passages
        shown = {source.passage.id for source in self._sources}
        read = [item for item in evidence[:most] if item.passage in shown]
        return Outcome(evidence=read + evidence[most:], confidentiality=self._confidentiality)

    async def _answered(self) -> Outcome:
        """Answer with the chosen backend; with quotes where it may not see the text, fails, or nothing of it holds."""
        choice = self._backends.choose(self._request.plan.generation.backend, self._confidentiality)
        notice, removed = choice.notice, 0
        if choice.backend is not self._backends.quotes:
            generated = CitationChecker(self._sources, self._scopes)
            notice = await self._generate(choice.backend, generated)
            removed = generated.removed
            if generated.citations:
                return self._with_opening(_generated(self._found(), generated, choice.backend, notice))
            notice = notice or _nothing_left(choice.backend, removed)
        quotes = CitationChecker(self._sources, self._scopes)
        await self._write(self._backends.quotes, quotes)
        found = self._found().model_copy(update={"removed": removed + quotes.removed, "notice": notice})
        if not quotes.citations:
            return self._abstained(found, Abstention(len(self._sources)))
        cut = [self._remark(each) for each in goes_on(quotes.citations, self._sources, self._evidence)]
        for sentence in cut:
            await self._say(sentence)
        text = "\n\n".join((quotes.text, *(sentence.text for sentence in cut)))
        return self._with_opening(found.model_copy(update={"answer": text, "citations": quotes.citations}))

    async def _generate(self, backend: Backend, checker: CitationChecker) -> Notice | None:
        """Write with a model; return a notice if it failed or its output was cut.

        Sentences that were shown stay, and nothing is put behind them: quotes after a model's words would look like
        the rest of its answer.
        """
        try:
            truncated = await self._write(backend, checker)
        except ModelUnavailable as error:
            if checker.citations:
                return Notice(code="answer-cut", params={"backend": backend.name})
            code = "backend-slow" if error.params.get("reason") == SLOW else "backend-down"
            return Notice(code=code, params={"backend": backend.name})
        return Notice(code="answer-length") if truncated and checker.citations else None

    async def _write(self, backend: Backend, checker: CitationChecker) -> bool:
        """Publish the sentences that pass their checks; return whether the output was cut at its longest."""
        truncated = False
        seconds = max(0.0, self._seconds_left() - _RESERVE_S)
        writing = backend.write(WritingRequest(self._question, self._request.language, self._sources, seconds))
        async with aclosing(writing):
            async for draft in writing:
                if isinstance(draft, Truncated):
                    truncated = True
                    continue
                sentence = await asyncio.to_thread(checker.check, draft) if draft.generated else checker.check(draft)
                if sentence is not None:
                    await self._say(sentence.model_copy(update={"writer": _writer(backend)}))
        if checker.removed:
            _log.warning("sentences that failed their checks were removed", extra={"count": checker.removed})
        return truncated

    async def _say(self, sentence: Sentence) -> None:
        """Publish a sentence, before the first one what the person must know of the quotes."""
        opening = [] if self._opened else self._opening
        self._opened = True
        for each in (*opening, sentence):
            await self._publish(each)

    def _remark(self, remark: Remark) -> Sentence:
        return Sentence(text=self._texts.text(self._request.language, remark.key, **remark.params), citations=[])

    def _with_opening(self, outcome: Outcome) -> Outcome:
        return outcome.model_copy(
            update={"answer": "\n\n".join((*(each.text for each in self._opening), outcome.answer))}
        )

    def _abstained(self, found: Outcome, reason: Abstention) -> Outcome:
        said = (self._texts.text(self._request.language, key, **params) for key, params in reason.sentences)
        text = " ".join(said)
        return found.model_copy(update={"abstained": True, "answer": text})


def _confidentiality(declared: Confidentiality, sources: Collection[Source]) -> Confidentiality:
    """Return the class of the whole text: a unit's or a delegation's passages make it confidential."""
    of_all = all(source.passage.scope == PUBLIC for source in sources)
    return declared if of_all else Confidentiality.CONFIDENTIAL


def _writer(backend: Backend) -> Writer | None:
    """Return who writes, where a model does."""
    return Writer(backend=backend.name, model=backend.model, prompt=backend.prompt) if backend.model else None


def _generated(found: Outcome, checker: CitationChecker, backend: Backend, notice: Notice | None) -> Outcome:
    return found.model_copy(
        update={
            "answer": checker.text,
            "citations": checker.citations,
            "removed": checker.removed,
            "mode": backend.mode,
            "backend": backend.name,
            "model": backend.model,
            "prompt": backend.prompt,
            "notice": notice,
        }
    )


def _nothing_left(backend: Backend, removed: int) -> Notice:
    if removed:
        return Notice(code="unsupported", params={"backend": backend.name, "removed": removed})
    return Notice(code="nothing-written", params={"backend": backend.name})
