"""How much one person and one unit may ask of this replica: requests a second; streams, uploads, exports at once (S25).

Pure but for the clock. What is kept of somebody is gone when it is as if they had never asked.
"""

import math
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.access import PUBLIC, Principal
from shared.errors import TooManyRequests

HELD_RETRY_S = 2
"""When to come again for a stream, an upload or an export: nobody knows when one of the others ends."""

_FEW = 1_000


class Held(StrEnum):
    """What is counted for as long as it lasts."""

    STREAM = "streams"
    UPLOAD = "uploads"
    EXPORT = "exports"


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one person, or all people of a unit together, may do; 0: as much as they want.

    Attributes:
        requests_s: requests a second, for as long as one likes.
        streams, uploads, exports: at once.
    """

    requests_s: float = 0
    streams: int = 0
    uploads: int = 0
    exports: int = 0

    def most(self, what: Held) -> int:
        return {Held.STREAM: self.streams, Held.UPLOAD: self.uploads, Held.EXPORT: self.exports}[what]


@dataclass(frozen=True, slots=True)
class _Party:
    """Somebody whose share is counted: `kind` is `person` or `unit`."""

    kind: str
    name: str
    allowed: Allowance


class Limits:
    """Counts what people and units do, and refuses what is too much.

    The rate is that of the generic cell rate algorithm (ITU-T I.371), which keeps one moment of each party: the one at
    which all that they asked would have been due at their rate.

    Args:
        burst_s: seconds of their rate that may come at once.
        clock: seconds that only grow.
    """

    def __init__(
        self, person: Allowance, unit: Allowance, *, burst_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._person = person
        self._unit = unit
        self._burst_s = burst_s
        self._clock = clock
        self._due: dict[_Party, float] = {}
        self._held: dict[Held, Counter[_Party]] = {what: Counter() for what in Held}
        self._swept_at = _FEW

    def __len__(self) -> int:
        """How many parties something is kept of."""
        return len(self._due) + sum(len(parties) for parties in self._held.values())

    def admit(self, principal: Principal) -> None:
        """Count a request. One that is refused counts for nobody.

        Raises:
            TooManyRequests: the person, or a unit of theirs, has sent more than their rate.
        """
        now = self._clock()
        limited = [each for each in self._parties(principal) if each.allowed.requests_s]
        for party in limited:
            early_s = self._due.get(party, now) - now - self._burst_s
            if early_s >= 0:
                raise _refusal(party, "requests", math.floor(early_s) + 1)
        for party in limited:
            self._due[party] = max(self._due.get(party, now), now) + 1 / party.allowed.requests_s
        self._sweep(now)

    def hold(self, principal: Principal, what: Held) -> Callable[[], None]:
        """Count a stream, an upload or an export until the returned function is called.

        Raises:
            TooManyRequests: the person, or a unit of theirs, has as many as they may.
        """
        parties, held = self._parties(principal), self._held[what]
        for party in parties:
            if 0 < party.allowed.most(what) <= held[party]:
                raise _refusal(party, what, HELD_RETRY_S)
        held.update(parties)

        def release() -> None:
            held.subtract(parties)
            for party in parties:
                if held[party] <= 0:
                    del held[party]

        return release

    def _parties(self, principal: Principal) -> Sequence[_Party]:
        units = [_Party("unit", scope, self._unit) for scope in principal.scopes if scope != PUBLIC]
        return [_Party("person", principal.subject, self._person), *units]

    def _sweep(self, now: float) -> None:
        """Drop whoever has their whole burst again, now and then."""
        if len(self._due) < self._swept_at:
            return
        self._due = {party: due for party, due in self._due.items() if due > now}
        self._swept_at = max(_FEW, 2 * len(self._due))


def _refusal(party: _Party, what: str, retry_after_s: int) -> TooManyRequests:
    return TooManyRequests(reason=f"{party.kind}-{what}", retry_after_s=retry_after_s)
