"""Keeps promises: publishes what the outbox holds, sends again what stands still, ends what is overdue."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from services.gateway.ports import Outbox
from services.gateway.questions import QuestionService
from shared.errors import Unavailable, trace_of
from shared.ports import EventPublisher

logger = logging.getLogger("vigie.gateway")

PERIOD_S = 1.0


class Relay:
    """A task of the gateway.

    Args:
        documents_in_flight: most documents between submission and index at any time.
        stall_s: seconds without progress after which a job is sent again.
    """

    def __init__(
        self,
        outbox: Outbox,
        events: EventPublisher,
        questions: QuestionService,
        *,
        documents_in_flight: int,
        stall_s: float,
    ) -> None:
        self._outbox = outbox
        self._events = events
        self._questions = questions
        self._documents_in_flight = documents_in_flight
        self._stall = timedelta(seconds=stall_s)
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Something was put into the outbox, or room was made for the next document."""
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled. First, what a former run did not see end: brokers forget, workers deduplicate."""
        restarted = False
        while not _is_cancelled():  # looked up, since a driver may answer a cancellation with an error of its own
            try:
                if not restarted:
                    await self._outbox.retry_all()
                    restarted = True
                await self.once()
            except Unavailable as error:
                logger.warning("outbox waits: %s", error)
            except Exception as error:  # noqa: BLE001 (a promise outlives any defect: the next round tries again)
                logger.error("defect in the outbox relay: %s", trace_of(error))  # noqa: TRY400 (no foreign message)
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), PERIOD_S)
            except TimeoutError:
                continue

    async def once(self) -> None:
        await self._questions.end_overdue()
        await self._outbox.retry_stalled(datetime.now(UTC) - self._stall)
        while events := await self._outbox.due(self._documents_in_flight):
            for event in events:
                await self._events.publish(event)
            await self._outbox.published(events)


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
