"""Withdrawn documents, known to every replica of a worker."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from uuid import UUID

from faststream.kafka import KafkaBroker

from shared.contracts.documents import DocumentEvent, DocumentWithdrawn
from shared.contracts.topics import DOCUMENTS_WITHDRAWN
from shared.kafka.broker import subscription
from shared.settings import BrokerSettings

_REMEMBERED = 10_000


class RecentWithdrawals:
    """Remembers the last 10,000 withdrawn documents (port: shared.kafka.ports.Withdrawals).

    A forgotten one costs needless work: what is written for it is swept (ADR 23).
    """

    def __init__(self) -> None:
        self._up_to: OrderedDict[UUID, int] = OrderedDict()
        self._watched: dict[UUID, list[Callable[[], None]]] = {}

    def withdraw(self, event: DocumentWithdrawn) -> None:
        """Remember a withdrawal, and stop what is being done for the document."""
        known = self._up_to.pop(event.document_id, 0)
        self._up_to[event.document_id] = max(known, event.sequence)
        for stop in tuple(self._watched.get(event.document_id, ())):
            stop()
        while len(self._up_to) > _REMEMBERED:
            self._up_to.popitem(last=False)

    def is_withdrawn(self, event: DocumentEvent) -> bool:
        return event.sequence <= self._up_to.get(event.document_id, 0)

    @asynccontextmanager
    async def stopping(self, event: DocumentEvent) -> AsyncIterator[None]:
        limit = asyncio.timeout(None)
        try:
            async with limit:
                with self._watching(event, limit):
                    yield
        except TimeoutError:
            if not limit.expired():
                raise

    @contextmanager
    def _watching(self, event: DocumentEvent, limit: asyncio.Timeout) -> Iterator[None]:
        def stop() -> None:
            if self.is_withdrawn(event) and not limit.expired():
                limit.reschedule(0)

        stops = self._watched.setdefault(event.document_id, [])
        stops.append(stop)
        try:
            stop()
            yield
        finally:
            stops.remove(stop)
            if not stops:
                self._watched.pop(event.document_id, None)


def follow_withdrawals(broker: KafkaBroker, withdrawals: RecentWithdrawals, kafka: BrokerSettings) -> None:
    """Subscribe `withdrawals` to the topic; without a group, since every replica needs all of them.

    The event's grant is not verified, as of cancelled questions: who may write on the topic may stop work, and no more.
    """

    @subscription(broker, DOCUMENTS_WITHDRAWN, group=None, kafka=kafka)
    async def document_withdrawn(event: DocumentWithdrawn) -> None:
        withdrawals.withdraw(event)
