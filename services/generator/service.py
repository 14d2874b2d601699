"""From a question and its evidence to an answer whose every sentence cites a passage, or to an abstention."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid5

from services.generator.abstention import Abstention, Calibration, why_abstain
from services.generator.backends import Backends
from services.generator.citations import CheckedAnswer
from services.generator.ports import Backend, Source, Texts, WritingRequest
from services.generator.sources import SourceReader
from shared.access import Grant, GrantVerifier
from shared.messages import AnswerCompleted, AnswerStreamed, GenerationRequested, Outcome, Sentence
from shared.ports import Cancellations, EventPublisher

_log = logging.getLogger(__name__)


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class _Frames:
    """Publishes an answer's frames. Their ids are the same when the request is delivered again."""

    publisher: EventPublisher
    request: GenerationRequested
    count: int = 0

    async def sentence(self, sentence: Sentence) -> None:
        await self._publish(sentence=sentence)

    async def end(self, outcome: Outcome) -> None:
        await self._publish(outcome=outcome)
        question = self.request.question_id
        completed = AnswerCompleted(id=uuid5(question, "completed"), question_id=question, outcome=outcome)
        await self.publisher.publish(completed)

    async def _publish(self, sentence: Sentence | None = None, outcome: Outcome | None = None) -> None:
        question, frame = self.request.question_id, self.count
        self.count += 1
        await self.publisher.publish(
            AnswerStreamed(
                id=uuid5(question, f"frame {frame}"),
                question_id=question,
                frame=frame,
                sentence=sentence,
                outcome=outcome,
            )
        )


class GeneratorService:
    """Answers questions from their evidence.

    Args:
        publisher: of answers.streamed and answers.completed.
        verifier: of the grants that the gateway signed.
        cancellations: questions that nobody waits for any more.
        reader: of the passages behind the evidence.
        backends: by the name that a plan gives.
        texts: the sentence of an abstention, in the language of the question.
        calibration: when evidence is too weak.
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
        calibration: Calibration,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._publisher = publisher
        self._verifier = verifier
        self._cancellations = cancellations
        self._reader = reader
        self._backends = backends
        self._texts = texts
        self._calibration = calibration
        self._now = now

    async def answer(self, request: GenerationRequested) -> None:
        """Publish the frames of an answer and its outcome; nothing when nobody waits for it any more.

        Raises:
            Forbidden: the grant is not genuine, or was made for something else.
            InvalidInput: the plan names a backend that is not here.
            Unavailable: a store, a model or the broker is down; the same request may be tried again.
        """
        if self._cancellations.is_unwanted(request):
            return
        started = time.perf_counter()
        grant = self._verifier.verify(request.grant, purpose="read", job=request.question_id)
        backend = self._backends.named(request.plan.generation.backend)
        frames = _Frames(self._publisher, request)
        limit = asyncio.timeout((request.deadline - self._now()).total_seconds())
        try:
            async with limit:
                outcome = await self._write(request, grant, backend, frames)
        except TimeoutError:
            if not limit.expired():
                raise
            return
        if outcome is None or self._cancellations.is_unwanted(request):
            return
        elapsed = round((time.perf_counter() - started) * 1000, 3)
        timings = request.timings.model_copy(update={"generate": elapsed})
        await frames.end(outcome.model_copy(update={"timings": timings}))

    async def _write(
        self, request: GenerationRequested, grant: Grant, backend: Backend, frames: _Frames
    ) -> Outcome | None:
        """The outcome without its timings, its sentences already streamed; None when it was cancelled on the way."""
        read = request.evidence[: request.plan.generation.passages]
        sources = await self._reader.read(read, grant.scopes)
        shown = {source.passage.id for source in sources}
        evidence = [item for item in read if item.passage in shown] + request.evidence[len(read) :]
        found = Outcome(mode=backend.mode, evidence=evidence)
        reason = await asyncio.to_thread(why_abstain, request.text, sources, self._calibration, request.language)
        if reason is not None:
            return self._abstain(found, request.language, reason)
        answer = CheckedAnswer(sources, grant.scopes)
        if not await self._stream(request, sources, backend, answer, frames):
            return None
        if answer.removed:
            _log.warning("sentences whose citations failed were removed", extra={"count": answer.removed})
        found = found.model_copy(update={"removed": answer.removed})
        if not answer.citations:
            return self._abstain(found, request.language, Abstention(len(sources)))
        return found.model_copy(update={"answer": answer.text, "citations": answer.citations})

    async def _stream(
        self,
        request: GenerationRequested,
        sources: tuple[Source, ...],
        backend: Backend,
        answer: CheckedAnswer,
        frames: _Frames,
    ) -> bool:
        """Publish the sentences that pass their checks; False as soon as the question is cancelled."""
        writing = backend.write(WritingRequest(request.text, request.language, sources))
        async with aclosing(writing):
            async for draft in writing:
                if self._cancellations.is_unwanted(request):
                    return False
                sentence = answer.admit(draft)
                if sentence is not None:
                    await frames.sentence(sentence)
        return True

    def _abstain(self, found: Outcome, language: str, reason: Abstention) -> Outcome:
        text = self._texts.text(language, reason.key, **reason.params)
        return found.model_copy(update={"abstained": True, "answer": text})
