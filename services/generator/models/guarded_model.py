"""Calls a model within slots, time-outs and a circuit breaker, whatever it writes."""

import asyncio
import logging
import math
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager

from services.generator.models.circuit_breaker import CircuitBreaker
from services.generator.models.ports import FINISHED, INPUT_REFUSED, SLOW, Delta, Prompt, TextModel
from services.generator.models.slots import Slots
from services.generator.models.watching import Watch
from shared.contracts.backends import BackendConfig
from shared.errors import ModelUnavailable, Overloaded

_log = logging.getLogger(__name__)


class GuardedModel:
    """Calls a model within its slots and its time, and leaves it alone after failures in a row.

    Args:
        config: its name and limits.
        model: what writes.
        slots, breaker: of this worker's own; replicas do not know of each other.

    Attributes:
        watch: is told of each call.
    """

    def __init__(
        self, config: BackendConfig, model: TextModel, slots: Slots | None = None, breaker: CircuitBreaker | None = None
    ) -> None:
        self._config = config
        self._model = model
        self.slots = slots or Slots(config.name, config.slots, config.queue)
        self.breaker = breaker or CircuitBreaker(config.failures, config.pause_s)
        self.watch = Watch()

    @property
    def name(self) -> str:
        return self._config.name

    @asynccontextmanager
    async def call(self, seconds: float) -> AsyncIterator["ModelCall"]:
        """Hold a slot for one call. How the block ends is how the call ended: it may raise `failure(...)` itself.

        Args:
            seconds: how long the block may take, the wait for a slot included.

        Raises:
            ModelUnavailable: no slot came free in time, or the circuit is open.
            Overloaded: the slots and the queue are full.
        """
        end = "cancelled"
        try:
            clock = _Clock(self._config, seconds)
            async with self._slot(clock), self._judged():
                yield ModelCall(self._model, clock, self.failure, self.watch)
            end = "whole"
        except (ModelUnavailable, Overloaded) as error:
            end = str(error.params.get("reason", error.code))
            raise
        finally:
            self.watch.ended(end)

    def failure(self, reason: str) -> ModelUnavailable:
        return ModelUnavailable(backend=self.name, reason=reason)

    @asynccontextmanager
    async def _slot(self, clock: "_Clock") -> AsyncIterator[None]:
        """Hold a slot, waiting no longer than the call has; the breaker is asked after that."""
        slot = self.slots.slot()
        try:
            async with asyncio.timeout(clock.seconds if math.isfinite(clock.seconds) else None):
                await slot.__aenter__()
        except TimeoutError as error:
            raise self.failure(SLOW) from error
        try:
            clock.start()
            yield
        finally:
            await slot.__aexit__(None, None, None)

    @asynccontextmanager
    async def _judged(self) -> AsyncIterator[None]:
        """Tell the breaker how it went; a call that is cancelled tells nothing of the model."""
        if not self.breaker.admit():
            raise self.failure("circuit open")
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


class ModelCall:
    """One call of a model, its slot held (port: ports.TextModel)."""

    def __init__(
        self,
        model: TextModel,
        clock: "_Clock",
        failure: Callable[[str], ModelUnavailable],
        watch: Watch,
    ) -> None:
        self._model = model
        self._clock = clock
        self._failure = failure
        self._watch = watch

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Delta, None]:
        """Yield the text piece by piece, the last piece with its `finish`.

        Raises:
            ModelUnavailable: a piece does not come in time, the model broke off, wrote nothing, or ended for a reason
                other than `stop` and `length`.
        """
        blank, asked = True, time.monotonic()
        with self._watch.stream() as watched:
            async with aclosing(self._model.stream(prompt)) as deltas:
                while True:
                    delta = await self._next(deltas)
                    if blank and delta.text.strip():
                        blank = False
                        watched.began(time.monotonic() - asked)
                    if delta.finish:
                        watched.finished(delta.finish, delta.usage)
                    yield delta
                    if delta.finish:
                        break
            if blank:
                raise self._failure("empty")
            if delta.finish not in FINISHED:
                raise self._failure("broke off")

    async def _next(self, deltas: AsyncGenerator[Delta, None]) -> Delta:
        limit = self._clock.limit()
        try:
            async with limit:
                return await anext(deltas)
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise self._failure(SLOW) from error
        except StopAsyncIteration as error:
            raise self._failure("broke off") from error


class _Clock:
    """The time-outs of one call."""

    def __init__(self, config: BackendConfig, seconds: float) -> None:
        self._times = config.timeouts
        self.seconds = seconds
        self._end = time.monotonic() + seconds
        self._next = config.timeouts.first_token

    def start(self) -> None:
        """Count the model's total from now on: it has a slot."""
        self._end = min(self._end, time.monotonic() + self._times.total)

    def limit(self) -> asyncio.Timeout:
        """Return the time-out of the next piece: the first may take longer than the others."""
        limit = asyncio.timeout(max(0.0, min(self._next, self._end - time.monotonic())))
        self._next = self._times.between_tokens
        return limit
