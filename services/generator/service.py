"""Takes a question through the generator: its grant, its deadline, its cancellation, the publishing of its answer."""

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing
from datetime import datetime
from functools import partial

from services.generator.answer_stream import AnswerStream
from services.generator.answering.answering import Answering
from services.generator.answering.calibration import Calibrations
from services.generator.answering.choice import Backends
from services.generator.answering.ports import Texts
from services.generator.answering.quote_selection import row_wanted
from services.generator.answering.read_question import ReadQuestion
from services.generator.grounding.sources import SourceReader
from shared.access import Grant, GrantVerifier
from shared.clock import utc_now
from shared.contracts.questions import GenerationRequested, Outcome, Sentence
from shared.kafka.ports import Cancellations, EventPublisher
from shared.language.detection import language_of_text


class _Abandoned(Exception):
    """The question was cancelled, or is past its deadline."""


class GeneratorService:
    """Answers questions from their evidence.

    Args:
        publisher: of answers.streamed and answers.completed.
        verifier: of the grants that the gateway signed.
        cancellations: questions that nobody waits for any more.
        reader: of the passages behind the evidence.
        backends: by the name that a plan gives.
        texts: sentences for people.
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
        """Publish the frames of an answer and its outcome; nothing once the question is abandoned.

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
        """Return the outcome without timings, its sentences already published; None once the question is abandoned."""
        limit = asyncio.timeout(self._seconds_left(request))
        try:
            async with limit:
                with self._cancellations.watched(request.question_id, lambda: _expire(limit)):
                    return await self._outcome(request, grant, frames)
        except _Abandoned:
            return None
        except TimeoutError:
            if not limit.expired():
                raise
            return None

    async def _outcome(self, request: GenerationRequested, grant: Grant, frames: AnswerStream) -> Outcome:
        named = len({item.article for item in request.evidence if item.exact})  # each has its first passage in front
        evidence = request.evidence[: max(request.plan.generation.passages, named)]
        language = language_of_text(request.text) or request.language  # an answer may be wanted in another one
        question = ReadQuestion.read(request.text, language)
        answering = Answering(
            request,
            question,
            await self._reader.read(evidence, grant.scopes, row_wanted(question)),
            grant.scopes,
            backends=self._backends,
            texts=self._texts,
            calibrations=self._calibrations,
            publish=partial(self._publish, request, frames),
            seconds_left=partial(self._seconds_left, request),
        )
        return await answering.outcome()

    async def _publish(self, request: GenerationRequested, frames: AnswerStream, sentence: Sentence) -> None:
        if self._cancellations.is_unwanted(request):
            raise _Abandoned
        await frames.sentence(sentence)

    def _seconds_left(self, request: GenerationRequested) -> float:
        return (request.deadline - self._now()).total_seconds()


def _expire(limit: asyncio.Timeout) -> None:
    """End the block of a time-out now; a question may be cancelled twice, or as its deadline passes."""
    if not limit.expired():
        limit.reschedule(0)
