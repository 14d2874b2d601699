"""Keeps promises: publishes what the outbox holds, sends again what stands still, ends what is overdue."""

import asyncio
import logging
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from services.gateway.embedding_models.replays import Replays
from services.gateway.outbox.ports import Lease, Outbox
from services.gateway.questions.service import QuestionService
from shared.errors import Unavailable, trace_of
from shared.kafka.cancellation_safety import raise_if_cancelled
from shared.kafka.ports import EventPublisher
from shared.telemetry.trace_context import continued

logger = logging.getLogger("vigie.gateway")

PERIOD_S = 1.0


class Relay:
    """A task of the gateway; of several replicas' tasks, that of the one that holds the lease.

    Args:
        lease: None where there is no other replica.
        documents_in_flight: most documents between submission and index at any time.
        stall_s: seconds without progress after which a job is sent again.
    """

    def __init__(
        self,
        outbox: Outbox,
        events: EventPublisher,
        questions: QuestionService,
        replays: Replays,
        *,
        documents_in_flight: int,
        stall_s: float,
        lease: Lease | None = None,
    ) -> None:
        self._outbox = outbox
        self._lease = lease
        self._led = False
        self._events = events
        self._questions = questions
        self._replays = replays
        self._tidied_at = -PERIOD_S
        self._documents_in_flight = documents_in_flight
        self._stall = timedelta(seconds=stall_s)
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Something was put into the outbox, or room was made for the next document."""
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled. First, what a former run did not see end: brokers forget, workers deduplicate."""
        try:
            while True:
                raise_if_cancelled()  # a driver may answer one with an error of its own
                try:
                    if await self._leads():
                        await self._round()
                except Unavailable as error:
                    logger.warning("outbox waits: %s", error)
                except Exception as error:  # noqa: BLE001 (a promise outlives any defect: the next round tries again)
                    logger.error("defect in the outbox relay: %s", trace_of(error))  # noqa: TRY400 (no foreign message)
                self._wake.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(PERIOD_S):
                        await self._wake.wait()
        finally:
            await self._hand_over()

    async def once(self) -> None:
        """All that there is to do now."""
        await self._tidy()
        await self._publish_due()
        await self._replays.once(datetime.now(UTC) - self._stall)

    async def _round(self) -> None:
        """What waits for time to pass is looked at by the second: wakes come by the hundred while documents come in."""
        if time.monotonic() - self._tidied_at >= PERIOD_S:
            self._tidied_at = time.monotonic()
            await self.once()
        else:
            await self._publish_due()

    async def _tidy(self) -> None:
        await self._questions.end_overdue()
        await self._outbox.retry_stalled(datetime.now(UTC) - self._stall)

    async def _publish_due(self) -> None:
        while await self._holds_lease() and (due := await self._outbox.due(self._documents_in_flight)):
            for promise in due:
                with continued(promise.traceparent):
                    await self._events.publish(promise.event)
            await self._outbox.published([promise.event for promise in due])

    async def _leads(self) -> bool:
        leads = await self._holds_lease()
        if leads and not self._led:
            await self._outbox.retry_all()
            await self._replays.restarted()
        self._led = leads
        return leads

    async def _holds_lease(self) -> bool:
        return self._lease is None or await self._lease.held()

    async def _hand_over(self) -> None:
        if self._lease is not None and self._led:
            with suppress(Unavailable):
                await self._lease.release()
