"""The backend that lets a language model write: within its slots, its time and what it can read."""

import asyncio
import logging
import math
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager

from services.generator.answering.output_parsing import JsonReader, Reader, TextReader, WrittenSentence
from services.generator.answering.prompting import PROMPT, Budget, Prepared, prepare
from services.generator.grounding.citations import standing_quote
from services.generator.models.circuit_breaker import CircuitBreaker
from services.generator.models.slots import Slots
from services.generator.ports import (
    INPUT_REFUSED,
    SLOW,
    Claim,
    Delta,
    DraftSentence,
    Source,
    TextModel,
    Truncated,
    WritingRequest,
)
from shared.contracts.backends import BackendConfig
from shared.contracts.confidentiality import Confidentiality
from shared.errors import ModelUnavailable, Overloaded

_log = logging.getLogger(__name__)

_FULL_STOP = re.compile(r"\s*([.!?\u2026]?)\s*$")
_BROKEN = "\ufffd"
"""What decoders put where bytes are no character: a token that was cut."""


class ModelBackend:
    """A model's sentences with their sources, for citations.py to check.

    Args:
        config: its name, limits and classes.
        model: what writes.
        slots, breaker: of this worker's own; replicas do not know of each other.

    Attributes:
        ended: is told how each answer ended: `whole`, `cancelled`, `overloaded`, or the reason of a failure.
    """

    mode = "generated"
    prompt = PROMPT

    def __init__(
        self, config: BackendConfig, model: TextModel, slots: Slots | None = None, breaker: CircuitBreaker | None = None
    ) -> None:
        self._config = config
        self._model = model
        self.slots = slots or Slots(config.name, config.slots, config.queue)
        self.breaker = breaker or CircuitBreaker(config.failures, config.pause_s)
        self.ended: Callable[[str], None] = lambda _end: None

    @property
    def name(self) -> str:
        return self._config.name

    @property
    def model(self) -> str:
        return self._config.model

    @property
    def classes(self) -> frozenset[Confidentiality]:
        return self._config.classes

    async def write(self, request: WritingRequest) -> AsyncGenerator[DraftSentence | Truncated, None]:
        end = "cancelled"
        try:
            async with aclosing(self._write(request)) as writing:
                async for draft in writing:
                    yield draft
            end = "whole"
        except (ModelUnavailable, Overloaded) as error:
            end = str(error.params.get("reason", error.code))
            raise
        finally:
            self.ended(end)

    async def _write(self, request: WritingRequest) -> AsyncGenerator[DraftSentence | Truncated, None]:
        clock = _Clock(self._config, request.seconds)
        prepared = await asyncio.to_thread(self._prepare, request)
        async with self._slot(clock), self._judged():
            reader: Reader = JsonReader() if self._config.output == "json" else TextReader()
            said = finish = ""
            async with aclosing(self._model.stream(prepared.prompt)) as deltas:
                while not finish:
                    delta = await clock.next(deltas)
                    said, finish = said + delta.text, delta.finish or ""
                    for sentence in reader.feed(delta.text):
                        yield _draft(sentence, request.sources[: prepared.shown])
                    if isinstance(reader, JsonReader) and reader.finished:
                        finish = finish or "stop"  # what follows the object is no answer: do not wait for it
            for sentence in reader.end(whole=finish == "stop"):
                yield _draft(sentence, request.sources[: prepared.shown])
            self._check_end(reader, said, finish)
        if finish == "length":
            yield Truncated()

    def _prepare(self, request: WritingRequest) -> Prepared:
        budget = Budget(self._config.context_tokens, self._config.max_output_tokens)
        return prepare(request.question, request.language, request.sources, budget, self._config.output)

    @asynccontextmanager
    async def _slot(self, clock: "_Clock") -> AsyncIterator[None]:
        """A slot, within the time that the question has; the breaker is asked once there is one."""
        slot = self.slots.slot()
        try:
            async with asyncio.timeout(clock.seconds if math.isfinite(clock.seconds) else None):
                await slot.__aenter__()
        except TimeoutError as error:
            raise ModelUnavailable(backend=self.name, reason=SLOW) from error
        try:
            clock.start()
            yield
        finally:
            await slot.__aexit__(None, None, None)

    @asynccontextmanager
    async def _judged(self) -> AsyncIterator[None]:
        """Tell the breaker how it went; a question that is cancelled tells nothing of the model."""
        if not self.breaker.admit():
            raise ModelUnavailable(backend=self.name, reason="circuit open")
        judged = self.breaker.abandoned
        try:
            yield
            judged = self.breaker.succeeded
        except ModelUnavailable as error:
            _log.warning("%s: %s", self.name, error.params["reason"])
            if error.params["reason"] != INPUT_REFUSED:
                judged = self.breaker.failed
            raise
        finally:
            judged()

    def _check_end(self, reader: Reader, said: str, finish: str) -> None:
        """A server that answers, but not with an answer.

        Raises:
            ModelUnavailable: nothing was said, it ended for a strange reason, or its JSON is none.
        """
        if not said.strip():
            raise ModelUnavailable(backend=self.name, reason="empty")
        if finish not in {"stop", "length"}:
            raise ModelUnavailable(backend=self.name, reason="broke off")
        if finish == "stop" and isinstance(reader, JsonReader) and not reader.finished:
            raise ModelUnavailable(backend=self.name, reason="malformed")


class _Clock:
    """The time-outs of one answer."""

    def __init__(self, config: BackendConfig, seconds: float) -> None:
        self._name = config.name
        self._times = config.timeouts
        self.seconds = seconds
        self._asked_at = time.monotonic()
        self._end = self._asked_at + seconds
        self._patience = config.timeouts.first_token

    def start(self) -> None:
        """The model is asked now."""
        self._end = min(self._end, time.monotonic() + self._times.total)

    async def next(self, deltas: AsyncGenerator[Delta, None]) -> Delta:
        """The next piece.

        Raises:
            ModelUnavailable: it does not come in time.
        """
        left = self._end - time.monotonic()
        limit = asyncio.timeout(max(0.0, min(self._patience, left)))
        try:
            async with limit:
                delta = await anext(deltas)
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise ModelUnavailable(backend=self._name, reason=SLOW) from error
        except StopAsyncIteration as error:
            raise ModelUnavailable(backend=self._name, reason="broke off") from error
        self._patience = self._times.between_tokens
        return delta


def _draft(sentence: WrittenSentence | None, sources: Sequence[Source]) -> DraftSentence:
    """The sentence with its markers and claims; without claims, and so without a chance, when it is none."""
    if sentence is None or _BROKEN in sentence.text:
        return DraftSentence("", (), written=True)
    numbers = list(dict.fromkeys(sentence.sources))
    if not numbers or not all(1 <= n <= len(sources) for n in numbers):
        return DraftSentence("", (), written=True)
    cited = [sources[n - 1] for n in numbers]
    claims = [_quoted(quote, cited) for quote in sentence.quotes]
    quoted = {claim.passage for claim in claims}
    claims += [Claim(source.passage.id, None) for source in cited if source.passage.id not in quoted]
    markers = "".join(f"[{n}]" for n in numbers)
    text = _FULL_STOP.sub(lambda stop: f" {markers}{stop[1]}", sentence.text, count=1)
    return DraftSentence(text, tuple(claims), written=True)


def _quoted(quote: str, cited: Sequence[Source]) -> Claim:
    """The quote in the first source that has it; in the first at all when none has, for the check to refuse."""
    found = next((source for source in cited if standing_quote(quote, source.passage.text)), cited[0])
    return Claim(found.passage.id, quote)
