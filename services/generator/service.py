"""From a question and its evidence to an answer whose every sentence cites a passage, or to an abstention."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import aclosing
from datetime import datetime

from services.generator.answer_stream import AnswerStream
from services.generator.answering.abstention import Abstention, why_abstain
from services.generator.answering.calibration import Calibrations
from services.generator.answering.choice import Backends
from services.generator.answering.ports import Backend, Texts, Truncated, WritingRequest
from services.generator.grounding.citations import CitationChecker
from services.generator.grounding.sources import Source, SourceReader
from services.generator.models.ports import SLOW
from shared.access import PUBLIC, Grant, GrantVerifier
from shared.clock import utc_now
from shared.contracts.base import Failure
from shared.contracts.confidentiality import Confidentiality
from shared.contracts.questions import GenerationRequested, Notice, Outcome
from shared.errors import ModelUnavailable, Overloaded
from shared.kafka.ports import Cancellations, EventPublisher

_log = logging.getLogger(__name__)

_RESERVE_S = 1.5
"""What is left of a question's time for quotes and the way back, when a model does not come to an end."""

CONFIDENTIAL = Confidentiality.CONFIDENTIAL
Sources = tuple[Source, ...]


class _Unwanted(Exception):
    """Nobody waits for the answer any more."""


class GeneratorService:
    """Answers questions from their evidence.

    Args:
        publisher: of answers.streamed and answers.completed.
        verifier: of the grants that the gateway signed.
        cancellations: questions that nobody waits for any more.
        reader: of the passages behind the evidence.
        backends: by the name that a plan gives.
        texts: the sentence of an abstention, in the language of the question.
        calibrations: when evidence is too weak, by embedding model.
        now: the time, aware.
    """

    def __init__(
        self,
        *,
        publisher: EventPublisher,
        verifier: GrantVerifier,
        cancellations: Cancellations,
        reader: SourceReader,
        backends: Backends,
        texts: Texts,
        calibrations: Calibrations,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._publisher = publisher
        self._verifier = verifier
        self._cancellations = cancellations
        self._reader = reader
        self._backends = backends
        self._texts = texts
        self._calibrations = calibrations
        self._now = now

    async def answer(self, request: GenerationRequested) -> None:
        """Publish the frames of an answer and its outcome; nothing when nobody waits for it any more.

        A question that is cancelled or past its deadline stops at once, and the model behind it with it.

        Raises:
            Forbidden: the grant is not genuine, or was made for something else.
            Unavailable: a store or the broker is down; the same request may be tried again.
        """
        if self._cancellations.is_unwanted(request):
            return
        started = time.perf_counter()
        grant = self._verifier.verify(request.grant, purpose="read", job=request.question_id)
        async with aclosing(AnswerStream(self._publisher, request)) as frames:
            outcome = await self._outcome_in_time(request, grant, frames)
            if outcome is None or self._cancellations.is_unwanted(request):
                return
            elapsed = round((time.perf_counter() - started) * 1000, 3)
            timings = request.timings.model_copy(update={"generate": elapsed})
            await frames.end(outcome.model_copy(update={"timings": timings}))

    async def _outcome_in_time(
        self, request: GenerationRequested, grant: Grant, frames: AnswerStream
    ) -> Outcome | None:
        """None once nobody waits for it any more."""
        limit = asyncio.timeout(self._left(request))
        try:
            async with limit:
                with self._cancellations.watched(request.question_id, lambda: _expire(limit)):
                    return await self._outcome(request, grant, frames)
        except _Unwanted:
            return None
        except TimeoutError:
            if not limit.expired():
                raise
            return None

    async def _outcome(self, request: GenerationRequested, grant: Grant, frames: AnswerStream) -> Outcome:
        """The outcome without its timings, its sentences already streamed."""
        plan = request.plan.generation
        read = request.evidence[: plan.passages]
        sources = await self._reader.read(read, grant.scopes)
        shown = {source.passage.id for source in sources}
        found = Outcome(
            evidence=[item for item in read if item.passage in shown] + request.evidence[len(read) :],
            confidentiality=_confidentiality(plan.confidentiality, sources),
        )
        calibration = self._calibrations.fitting(request.embedding.model)
        reason = await asyncio.to_thread(why_abstain, request.text, sources, calibration, request.language)
        if reason is not None:
            return self._abstain(found, request.language, reason)
        try:
            return await self._compose(request, grant, sources, found, frames)
        except Overloaded as error:
            return found.model_copy(update={"failure": Failure(code=error.code, params=error.params)})

    async def _compose(
        self, request: GenerationRequested, grant: Grant, sources: Sources, found: Outcome, frames: AnswerStream
    ) -> Outcome:
        """What the chosen backend wrote, or quotes where it may not, cannot or did not write anything that holds."""
        choice = self._backends.choose(request.plan.generation.backend, found.confidentiality or CONFIDENTIAL)
        notice, removed = choice.notice, 0
        if choice.backend is not self._backends.quotes:
            answer = CitationChecker(sources, grant.scopes)
            notice = await self._write(request, sources, choice.backend, answer, frames)
            removed = answer.removed
            if answer.citations:
                return _answered(found, answer, choice.backend, notice)
            notice = notice or _nothing_left(choice.backend, removed)
        quotes = CitationChecker(sources, grant.scopes)
        await self._stream(request, sources, self._backends.quotes, quotes, frames)
        found = found.model_copy(update={"removed": removed + quotes.removed, "notice": notice})
        if not quotes.citations:
            return self._abstain(found, request.language, Abstention(len(sources)))
        return found.model_copy(update={"answer": quotes.text, "citations": quotes.citations})

    async def _write(
        self,
        request: GenerationRequested,
        sources: Sources,
        backend: Backend,
        answer: CitationChecker,
        frames: AnswerStream,
    ) -> Notice | None:
        """Let a model write; what to say of it if it did not come to a good end.

        Sentences that were shown stay, and nothing is put behind them: quotes after a model's words would look like
        the rest of its answer.
        """
        try:
            shortened = await self._stream(request, sources, backend, answer, frames)
        except ModelUnavailable as error:
            if answer.citations:
                return Notice(code="answer-cut", params={"backend": backend.name})
            code = "backend-slow" if error.params.get("reason") == SLOW else "backend-down"
            return Notice(code=code, params={"backend": backend.name})
        return Notice(code="answer-length") if shortened and answer.citations else None

    async def _stream(
        self,
        request: GenerationRequested,
        sources: Sources,
        backend: Backend,
        answer: CitationChecker,
        frames: AnswerStream,
    ) -> bool:
        """Publish the sentences that pass their checks; whether the writing was cut at its longest output."""
        shortened = False
        seconds = max(0.0, self._left(request) - _RESERVE_S)
        writing = backend.write(WritingRequest(request.text, request.language, sources, seconds))
        async with aclosing(writing):
            async for draft in writing:
                if isinstance(draft, Truncated):
                    shortened = True
                    continue
                if self._cancellations.is_unwanted(request):
                    raise _Unwanted
                sentence = await asyncio.to_thread(answer.admit, draft) if draft.written else answer.admit(draft)
                if sentence is not None:
                    await frames.sentence(sentence)
        if answer.removed:
            _log.warning("sentences that failed their checks were removed", extra={"count": answer.removed})
        return shortened

    def _left(self, request: GenerationRequested) -> float:
        return (request.deadline - self._now()).total_seconds()

    def _abstain(self, found: Outcome, language: str, reason: Abstention) -> Outcome:
        text = self._texts.text(language, reason.key, **reason.params)
        return found.model_copy(update={"abstained": True, "answer": text})


def _expire(limit: asyncio.Timeout) -> None:
    """End the work below a time-out now; a question may be cancelled twice, or as its deadline passes."""
    if not limit.expired():
        limit.reschedule(0)


def _confidentiality(declared: Confidentiality, sources: Sources) -> Confidentiality:
    """A unit's or a delegation's passages are confidential, whatever was said of the question."""
    return declared if all(source.passage.scope == PUBLIC for source in sources) else CONFIDENTIAL


def _answered(found: Outcome, answer: CitationChecker, backend: Backend, notice: Notice | None) -> Outcome:
    return found.model_copy(
        update={
            "answer": answer.text,
            "citations": answer.citations,
            "removed": answer.removed,
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
