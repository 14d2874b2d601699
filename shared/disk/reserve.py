"""The reserve of the disks: below it nothing new is accepted and work waits, while questions and withdrawals go on.

Whoever fills a disk to its last byte ends more than it meant to: the database cannot write an answer down, and a page
of a mapped file that cannot be had ends the process by SIGBUS, without a word (ADR 27).
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry

from shared.disk.local_disk import LocalDisk
from shared.disk.metrics import DiskMetrics
from shared.disk.ports import Disk, Part
from shared.errors import DiskReserveReached, NoRoomToStart, StoreUnavailable

logger = logging.getLogger("vigie.disk")

MEGABYTE = 1024 * 1024

_START_BYTES = 4 * MEGABYTE
"""What any part may write while it is opened: journals, locks, descriptions."""

_AGAIN = 10
"""A disk that was short has room again with a tenth of the reserve more: on the edge it would change all the time."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Room on the disk of a part, in whole megabytes; `lacking_mb` is what must be freed, 0 while there is room."""

    part: Part
    free_mb: int
    lacking_mb: int


class DiskReserve:
    """Ports: shared.disk.ports.Room, Admission. Several services of a process share one.

    Args:
        reserve_bytes: what must stay free for anything new to be accepted; 0: nothing is watched.
        period_s: time between two looks, for the log and the metrics; whoever writes looks for itself.
        disk: measures.
    """

    def __init__(self, reserve_bytes: int, period_s: float = 5, disk: Disk | None = None) -> None:
        self._reserve = reserve_bytes
        self._period_s = period_s
        self._disk = disk or LocalDisk()
        self._folders: dict[Part, Path] = {}
        self._short: frozenset[Part] = frozenset()
        self._is_watched = False

    def watch(self, part: Part, folder: Path) -> None:
        """Watch the disk of this folder too. What is on a server has its own disk, and its own operators."""
        if self._reserve:
            self._folders[part] = folder

    def check(self, part: Part, coming: int = 0, *, urgent: bool = False) -> None:
        if part not in self._folders:
            return
        free = self._measure(part)
        wanted = self._reserve // 2 if urgent else self._wanted(part)
        if free < wanted + coming:
            raise DiskReserveReached(part=part, free_mb=free // MEGABYTE, lacking_mb=_megabytes(wanted + coming - free))

    def check_start(self, part: Part, needed: int) -> None:
        if part not in self._folders:
            return
        folder = self._folders[part]
        lacking = needed + min(_START_BYTES, self._reserve) - self._disk.free_bytes(folder)
        if lacking > 0:
            raise NoRoomToStart(part=part, folder=str(folder), lacking_mb=_megabytes(lacking))

    async def admit(self, *parts: Part, coming: int = 0) -> None:
        for part in parts or tuple(self._folders):
            await asyncio.to_thread(self.check, part, coming)

    async def shortages(self) -> list[Measured]:
        """Return what is lacking now, by part; nothing while every disk has room, or does not tell."""
        return [each for each in await asyncio.to_thread(self._measure_all) if each.lacking_mb]

    @asynccontextmanager
    async def watched(self, registry: CollectorRegistry) -> AsyncIterator[None]:
        """Check that there is room to start; then tell the log of each change, and the metrics how much is free.

        Raises:
            NoRoomToStart: there is not.
        """
        for part in tuple(self._folders):
            await asyncio.to_thread(self.check_start, part, 0)
        if self._is_watched:  # for another service of this process
            yield
            return
        self._is_watched = True
        watching = asyncio.create_task(self._watch(DiskMetrics.of(registry)))
        try:
            yield
        finally:
            self._is_watched = False
            watching.cancel()
            await asyncio.wait([watching])

    async def _watch(self, metrics: DiskMetrics) -> None:
        while True:
            for each in await asyncio.to_thread(self._measure_all):
                metrics.free.labels(each.part).set(each.free_mb * MEGABYTE)
                metrics.lacking.labels(each.part).set(each.lacking_mb * MEGABYTE)
            await asyncio.sleep(self._period_s)

    def _measure_all(self) -> list[Measured]:
        measured = []
        for part in tuple(self._folders):
            try:
                free = self._measure(part)
            except StoreUnavailable:  # whoever reads or writes there says so
                continue
            lacking = _megabytes(max(0, self._wanted(part) - free))
            measured.append(Measured(part, free // MEGABYTE, lacking))
        return measured

    def _measure(self, part: Part) -> int:
        """Return the free bytes, and log when there begins or ceases to be room."""
        free = self._disk.free_bytes(self._folders[part])
        lacking = self._wanted(part) - free
        if lacking > 0 and part not in self._short:
            self._short |= {part}
            logger.warning(
                "the disk of %s is short of room, %d MB are lacking: nothing new is accepted, work waits",
                part,
                _megabytes(self._wanted(part) - free),
            )
        elif lacking <= 0 and part in self._short:
            self._short -= {part}
            logger.info("the disk of %s has room again: %d MB are free", part, free // MEGABYTE)
        return free

    def _wanted(self, part: Part) -> int:
        return self._reserve + (self._reserve // _AGAIN if part in self._short else 0)


UNWATCHED = DiskReserve(0)
"""Where nobody said how much is to stay free."""


def _megabytes(count: int) -> int:
    """Return bytes as megabytes, rounded up: who frees as much has freed enough."""
    return -(-count // MEGABYTE)
