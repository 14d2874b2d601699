"""A circuit breaker: after several failures in a row a model is not called for a while. Pure but for the clock."""

import time
from collections.abc import Callable


class CircuitBreaker:
    """Closed, open for a pause, then half open: one call tries, and its end decides.

    Args:
        failures: consecutive ones that open it.
        pause_s: how long it stays open, seconds.
        clock: monotonic seconds.
    """

    def __init__(self, failures: int, pause_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = failures
        self._pause = pause_s
        self._clock = clock
        self._failures = 0
        self._opened_at: float | None = None
        self._trying = False

    @property
    def is_open(self) -> bool:
        return self._opened_at is not None

    def admit(self) -> bool:
        """Whether a call may be made now. Each admitted call ends with `succeeded`, `failed` or `abandoned`."""
        if self._opened_at is None:
            return True
        if self._trying or self._clock() - self._opened_at < self._pause:
            return False
        self._trying = True
        return True

    def succeeded(self) -> None:
        self._failures, self._opened_at, self._trying = 0, None, False

    def failed(self) -> None:
        self._failures += 1
        self._trying = False
        if self._failures >= self._limit:
            self._opened_at = self._clock()

    def abandoned(self) -> None:
        """The call ended without telling anything of the model: it was cancelled, or its input was refused."""
        self._trying = False
