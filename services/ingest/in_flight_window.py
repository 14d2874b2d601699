"""Bounds on the batches that ingest has published and the index has not confirmed.

The embedded broker silently drops the oldest records of a partition past its size, so the unconfirmed batches must stay
well below that size. And what is published is embedded in its order: a scope that had more than its share on its way
would hold up all others, for minutes if its documents are large.
"""

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from shared.contracts.object_layout import BATCH
from shared.kafka.interruption import interruptible

logger = logging.getLogger(__name__)

LATENCY_S = 2.0


class _Batch(NamedTuple):
    """The number of the version's passages up to its end, and its own; when it was published."""

    done: int
    passages: int
    since: float


@dataclass(slots=True)
class _Unconfirmed:
    """Unconfirmed batches of a version."""

    document: UUID
    sequence: int
    scope: str
    batches: deque[_Batch] = field(default_factory=deque)


class InFlightWindow:
    """Counts the unconfirmed batches of all documents of this process.

    Belongs to one event loop, and is not thread-safe.

    Args:
        limit: most unconfirmed batches.
        share: most unconfirmed passages of a scope; one batch may always be on its way. It grows while batches come
            back within half of `latency_s`, and shrinks while they take longer than that: not below this before they
            take twice as long, and then to one batch.
        latency_s: how long a batch of somebody else may have to wait behind those of a scope.
        clock: seconds.
        stall_timeout: seconds without any confirmation after which the batches waited for count as lost, since the
            process that should confirm them may have restarted.
    """

    def __init__(
        self,
        limit: int,
        share: int,
        stall_timeout: float,
        *,
        latency_s: float = LATENCY_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = limit
        self._least_share = self._share = share
        self._latency_s = latency_s
        self._clock = clock
        self._stall_timeout = stall_timeout
        self._versions: dict[UUID, _Unconfirmed] = {}
        self._of_scope: Counter[str] = Counter()
        self._in_flight = 0
        self._freed = asyncio.Event()

    @property
    def in_flight(self) -> int:
        """Number of unconfirmed batches."""
        return self._in_flight

    async def acquire(
        self, *, document: UUID, version: UUID, sequence: int, scope: str, done: int, passages: int
    ) -> None:
        """Wait for room, then count one batch of a version as unconfirmed.

        Args:
            sequence: sequence of the version; batches of older versions of the document are freed.
            done: number of the version's passages up to the end of this batch.
            passages: number of the batch's own.
        """
        self._supersede(document, sequence)
        while not self._has_room(scope, passages):
            try:
                with interruptible():
                    await self._sign_of_life(scope, passages)
            except TimeoutError:
                self._give_up(scope)
        unconfirmed = self._versions.setdefault(version, _Unconfirmed(document, sequence, scope))
        unconfirmed.batches.append(_Batch(done, passages, self._clock()))
        self._of_scope[scope] += passages
        self._in_flight += 1

    async def _sign_of_life(self, scope: str, passages: int) -> None:
        """Wait until there is room, or at least fewer of the scope's passages on their way; TimeoutError if not."""
        waited_for = self._of_scope[scope]
        async with asyncio.timeout(self._stall_timeout):
            while True:
                self._freed.clear()  # others may go on; that is no sign of life for this scope's own
                await self._freed.wait()
                if self._has_room(scope, passages) or self._of_scope[scope] != waited_for:
                    return

    def _has_room(self, scope: str, passages: int) -> bool:
        of_scope = self._of_scope[scope]
        return self._in_flight < self._limit and (not of_scope or of_scope + passages <= self._share)

    def confirm(self, version: UUID, done: int) -> None:
        """Free the batches of a version that end within its first `done` passages."""
        unconfirmed = self._versions.get(version)
        if unconfirmed is None:
            return
        confirmed = []
        while unconfirmed.batches and unconfirmed.batches[0].done <= done:
            confirmed.append(unconfirmed.batches.popleft())
        if not unconfirmed.batches:
            del self._versions[version]
        if confirmed:
            self._adapt(confirmed[-1])
        self._free(unconfirmed.scope, confirmed)

    def release(self, version: UUID) -> None:
        """Free all batches of a version, which has failed or is sent again from its start."""
        unconfirmed = self._versions.pop(version, None)
        if unconfirmed is not None:
            self._free(unconfirmed.scope, unconfirmed.batches)

    def withdraw(self, document: UUID, sequence: int) -> None:
        """Free the batches of all versions of a document up to `sequence`."""
        self._supersede(document, sequence + 1)

    def _supersede(self, document: UUID, sequence: int) -> None:
        older = [
            version
            for version, unconfirmed in self._versions.items()
            if unconfirmed.document == document and unconfirmed.sequence < sequence
        ]
        for version in older:
            self.release(version)

    def _adapt(self, confirmed: _Batch) -> None:
        """Fit the share to the time that a batch took: what is quick needs more on its way, or it idles."""
        took = self._clock() - confirmed.since
        if took < self._latency_s / 2:
            self._share = min(self._share + confirmed.passages, self._limit * BATCH)
        elif took <= self._latency_s:
            self._share = max(self._share, self._least_share)
        elif took <= 2 * self._latency_s:
            self._share = min(self._share, max(self._share - confirmed.passages, self._least_share))
        else:  # the embedder takes a document's batches one by one: a second one stands before what others send
            self._share = max(self._share - confirmed.passages, min(BATCH, self._least_share))

    def _give_up(self, scope: str) -> None:
        """Forget the batches of a scope that wait for nobody; all batches, where it has none of its own."""
        lost = [version for version, each in self._versions.items() if each.scope == scope or not self._of_scope[scope]]
        logger.warning(
            "no batch was confirmed in %g s: going on without %d that are still waited for",
            self._stall_timeout,
            sum(len(self._versions[version].batches) for version in lost),
        )
        for version in lost:
            self.release(version)

    def _free(self, scope: str, batches: Iterable[_Batch]) -> None:
        for batch in batches:
            self._in_flight -= 1
            self._of_scope[scope] -= batch.passages
            self._freed.set()
        if not self._of_scope[scope]:
            del self._of_scope[scope]
