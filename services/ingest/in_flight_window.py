"""Bound on the batches that ingest has published and the index has not confirmed.

The embedded broker silently drops the oldest records of a partition past its size, so the unconfirmed batches must stay
well below that size.
"""

import asyncio
import logging
from collections import deque
from dataclasses import dataclass, field
from uuid import UUID

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Unconfirmed:
    """Unconfirmed batches of a version: for each, the number of the version's passages up to its end."""

    document: UUID
    sequence: int
    batches: deque[int] = field(default_factory=deque)


class InFlightWindow:
    """Counts the unconfirmed batches of all documents of this process.

    Belongs to one event loop, and is not thread-safe.

    Args:
        limit: most unconfirmed batches.
        stall_timeout: seconds without any confirmation after which all unconfirmed batches count as lost, since the
            process that should confirm them may have restarted.
    """

    def __init__(self, limit: int, stall_timeout: float) -> None:
        self._limit = limit
        self._stall_timeout = stall_timeout
        self._versions: dict[UUID, _Unconfirmed] = {}
        self._in_flight = 0
        self._freed = asyncio.Event()

    @property
    def in_flight(self) -> int:
        """Number of unconfirmed batches."""
        return self._in_flight

    async def acquire(self, *, document: UUID, version: UUID, sequence: int, done: int) -> None:
        """Wait for room, then count one batch of a version as unconfirmed.

        Args:
            sequence: sequence of the version; batches of older versions of the document are freed.
            done: number of the version's passages up to the end of this batch.
        """
        self._supersede(document, sequence)
        while self._in_flight >= self._limit:
            self._freed.clear()
            try:
                async with asyncio.timeout(self._stall_timeout):
                    await self._freed.wait()
            except TimeoutError:
                self._give_up()
        self._versions.setdefault(version, _Unconfirmed(document, sequence)).batches.append(done)
        self._in_flight += 1

    def confirm(self, version: UUID, done: int) -> None:
        """Free the batches of a version that end within its first `done` passages."""
        unconfirmed = self._versions.get(version)
        if unconfirmed is None:
            return
        confirmed = 0
        while unconfirmed.batches and unconfirmed.batches[0] <= done:
            unconfirmed.batches.popleft()
            confirmed += 1
        if not unconfirmed.batches:
            del self._versions[version]
        self._free(confirmed)

    def release(self, version: UUID) -> None:
        """Free all batches of a version, which has failed or is sent again from its start."""
        unconfirmed = self._versions.pop(version, None)
        if unconfirmed is not None:
            self._free(len(unconfirmed.batches))

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

    def _give_up(self) -> None:
        logger.warning(
            "no batch was confirmed in %g s: going on without %d that are still waited for",
            self._stall_timeout,
            self._in_flight,
        )
        self._versions.clear()
        self._free(self._in_flight)

    def _free(self, batches: int) -> None:
        if batches:
            self._in_flight -= batches
            self._freed.set()
