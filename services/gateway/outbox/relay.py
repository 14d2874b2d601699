"""Publishes what the outbox holds, in the replica that leads."""

import asyncio
import logging
from contextlib import suppress

from services.gateway.outbox.leadership import Leadership
from services.gateway.outbox.ports import Outbox
from shared.errors import Unavailable, trace_of
from shared.kafka.cancellation_safety import raise_if_cancelled
from shared.kafka.ports import EventPublisher
from shared.telemetry.trace_context import continued

logger = logging.getLogger("vigie.gateway")

PERIOD_S = 1.0
"""How often the outbox is looked at when nothing wakes the relay: units of work of other replicas cannot."""


class Relay:
    """A task of the gateway.

    Args:
        documents_in_flight: most documents between submission and index at any time.
    """

    def __init__(
        self, outbox: Outbox, events: EventPublisher, leadership: Leadership, *, documents_in_flight: int
    ) -> None:
        self._outbox = outbox
        self._events = events
        self._leadership = leadership
        self._documents_in_flight = documents_in_flight
        self._term: int | None = None
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Look at the outbox now: something was put into it, or room was made for the next document."""
        self._wake.set()

    async def run(self) -> None:
        """Publish what is due until cancelled."""
        while True:
            raise_if_cancelled()  # a driver may answer a cancellation with an error of its own
            try:
                await self.publish_due()
            except Unavailable as error:
                logger.warning("outbox waits: %s", error)
            except Exception as error:  # noqa: BLE001 (a promise outlives any defect: the next round tries again)
                logger.error("defect in the outbox relay: %s", trace_of(error))  # noqa: TRY400 (no foreign message)
            self._wake.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(PERIOD_S):
                    await self._wake.wait()

    async def publish_due(self) -> None:
        """Publish what is due now; at the beginning of a term also what a former leader did not see end.

        Brokers forget, workers deduplicate.
        """
        while (term := await self._leadership.term()) is not None:
            if term != self._term:
                await self._outbox.retry_all()
                self._term = term
            due = await self._outbox.due(self._documents_in_flight)
            if not due:
                return
            for entry in due:
                with continued(entry.traceparent):
                    await self._events.publish(entry.event)
            await self._outbox.published([entry.event for entry in due])
