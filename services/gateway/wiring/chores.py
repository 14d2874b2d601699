"""What the gateway does by the clock: named chores, each with its period and its metrics, in the replica that leads."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge

from services.gateway.outbox.leadership import Leadership
from shared.errors import Unavailable, trace_of
from shared.kafka.cancellation_safety import raise_if_cancelled

logger = logging.getLogger("vigie.gateway")

Work = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to do again and again; doing it twice does no harm.

    Attributes:
        name: as metrics and logs call it.
        period_s: seconds from the end of one run to the next.
        run: does all that there is to do now.
        at_term: what is done before the first run of each term, since a former leader may have died in the middle.
        at_loss: what is done wherever another replica leads, or nobody can tell which one does.
    """

    name: str
    period_s: float
    run: Work
    at_term: Work | None = None
    at_loss: Callable[[], None] | None = None


class Chores:
    """Runs each chore in a task of its own: a slow one delays no other.

    Args:
        leadership: without it this replica does nothing but look whether it leads.
        registry: of the process; `vigie_chore_runs` counts runs by their end, `vigie_chore_done_seconds` has the time
            of the last that ended well.
    """

    def __init__(self, chores: Sequence[Chore], leadership: Leadership, registry: CollectorRegistry) -> None:
        self._chores = tuple(chores)
        self._leadership = leadership
        self._terms: dict[str, int] = {}
        labels = ("chore",)
        self._runs = Counter(
            "vigie_chore_runs", "runs of a chore, by how they ended", (*labels, "end"), registry=registry
        )
        self._done = Gauge("vigie_chore_done_seconds", "when a chore last ended well", labels, registry=registry)

    async def run(self) -> None:
        """Run every chore by its period until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for chore in self._chores:
                tasks.create_task(self._repeat(chore))

    async def run_once(self) -> None:
        """Run every chore once, in their order."""
        for chore in self._chores:
            await self._run(chore)

    async def _repeat(self, chore: Chore) -> None:
        while True:
            raise_if_cancelled()  # a driver may answer a cancellation with an error of its own
            end = await self._attempt(chore)
            if end is not None:
                self._runs.labels(chore.name, end).inc()
            if end == "done":
                self._done.labels(chore.name).set_to_current_time()
            await asyncio.sleep(chore.period_s)

    async def _attempt(self, chore: Chore) -> str | None:
        """Run a chore; how that ended, None if another replica leads."""
        try:
            return "done" if await self._run(chore) else None
        except Unavailable as error:
            logger.warning("%s waits: %s", chore.name, error)
            return "unavailable"
        except Exception as error:  # noqa: BLE001 (the next run tries again, whatever the defect)
            logger.error("defect in %s: %s", chore.name, trace_of(error))  # noqa: TRY400 (no foreign message)
            return "defect"

    async def _run(self, chore: Chore) -> bool:
        """Whether it ran: this replica leads."""
        term = await self._term(chore)
        if term is None:
            return False
        if chore.at_term is not None and self._terms.get(chore.name) != term:
            await chore.at_term()
            self._terms[chore.name] = term
        await chore.run()
        return True

    async def _term(self, chore: Chore) -> int | None:
        term = None
        try:
            term = await self._leadership.term()
        finally:
            if term is None and chore.at_loss is not None:
                chore.at_loss()
        return term
