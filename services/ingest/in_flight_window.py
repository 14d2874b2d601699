"""How many batches may be on their way downstream before ingest waits.

The embedded broker drops the oldest records of a partition past its size without a word, so what nobody has confirmed
must stay well below that size.
"""

import asyncio
import logging
from collections import deque
from dataclasses import dataclass, field
from uuid import UUID

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Unconfirmed:
    """A version's batches on their way: for each, how many passages are done once it is in the index."""

    document: UUID
    sequence: int
    batches: deque[int] = field(default_factory=deque)


class InFlightWindow:
    """Counts the batches that were published and not yet confirmed, over all documents of this process.

    Belongs to one event loop; nothing here is thread-safe, and nothing needs to be.

    Args:
        limit: batches that may be unconfirmed.
        stall_timeout: seconds without any confirmation after which those still waited for are taken as lost, since
            whoever should have confirmed them may have restarted in between.
    """

    def __init__(self, limit: int, stall_timeout: float) -> None:
        self._limit = limit
        self._stall_timeout = stall_timeout
        self._versions: dict[UUID, _Unconfirmed] = {}
        self._in_flight = 0
        self._freed = asyncio.Event()

    @property
    def in_flight(self) -> int:
        """Batches published and not confirmed."""
        return self._in_flight

    async def acquire(self, *, document: UUID, version: UUID, sequence: int, done: int) -> None:
        """Wait for room, then count one batch of a version as on its way.

        Args:
            sequence: the version's; batches of older versions of the document are no longer waited for.
            done: passages of the version up to the end of this batch.
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
        """Free the batches of a version that end at or before its passage number `done`, a count from its start."""
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
        """Free all of a version's batches: it failed, or it is sent again from its start."""
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
