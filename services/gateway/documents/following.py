"""What becomes of documents, told to those who follow them: the consumer that stores progress hands it on.

The database is looked at for what other replicas store, once in a while, and for how a document ends.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import UUID

from services.gateway.documents.model import DocumentRecord
from services.gateway.documents.ports import LatestVersions
from services.gateway.policy import may_follow
from shared.access import Principal
from shared.errors import Unavailable
from shared.http_api.documents import ENDED

PERIOD_S = 1.0
"""Between two looks at a document that somebody follows: another replica may have stored what was told."""

PAUSE_S = 0.25
"""The shortest time between two tellings: a document reports a hundred batches in a second."""


class _Watch:
    """A document that somebody follows: how it was at the last look, and how many follow."""

    def __init__(self) -> None:
        self.moved = asyncio.Event()
        self.followers = 0
        self.task: asyncio.Task[None] | None = None
        self.stored: DocumentRecord | None = None
        self._seen: DocumentRecord | None = None
        self._is_seen = asyncio.Event()
        self._changed = asyncio.Event()

    def taken(self) -> DocumentRecord | None:
        """Take what was stored here since the last telling; None where the database has to be looked at.

        How a version ends says nothing of the document if a newer one came meanwhile.
        """
        stored, self.stored = self.stored, None
        is_former = stored is not None and self._seen is not None and stored.sequence < self._seen.sequence
        return None if stored is None or is_former or stored.state in ENDED else stored

    def tell(self, record: DocumentRecord | None) -> None:
        if self._is_seen.is_set() and record == self._seen:
            return
        self._seen = record
        self._is_seen.set()
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def seen(self) -> AsyncIterator[DocumentRecord | None]:
        """How the document is, and how it is after each change; changes in between may be left out."""
        await self._is_seen.wait()
        while True:
            changed = self._changed
            yield self._seen
            await changed.wait()


class DocumentFollower:
    """The followers of this replica.

    Args:
        catalogue: where a document is looked up.
        period_s: between two looks.
        pause_s: the shortest time between two tellings.
    """

    def __init__(self, catalogue: LatestVersions, *, period_s: float = PERIOD_S, pause_s: float = PAUSE_S) -> None:
        self._catalogue = catalogue
        self._period_s = period_s
        self._pause_s = pause_s
        self._watches: dict[UUID, _Watch] = {}

    def moved(self, document_id: UUID, stored: DocumentRecord | None = None) -> None:
        """Tell those who follow a document of what was stored of it here.

        Args:
            stored: the version as it was stored; None: look at it.
        """
        if (watch := self._watches.get(document_id)) is not None:
            watch.stored = stored
            watch.moved.set()

    async def follow(self, principal: Principal, document_id: UUID) -> AsyncIterator[DocumentRecord]:
        """Yield the document now and after each change, until its version has ended or the person may not see it."""
        watch = self._watches.setdefault(document_id, _Watch())
        watch.followers += 1
        if watch.task is None:
            watch.task = asyncio.create_task(self._look(document_id, watch))
        try:
            async for record in watch.seen():
                if record is None or not may_follow(principal, record):
                    return
                yield record
                if record.state in ENDED:
                    return
        finally:
            watch.followers -= 1
            if not watch.followers:
                watch.task.cancel()
                self._drop(document_id, watch)

    async def _look(self, document_id: UUID, watch: _Watch) -> None:
        loop = asyncio.get_running_loop()
        look_at = loop.time()
        while True:
            watch.moved.clear()
            with suppress(Unavailable):  # those who follow wait: the database comes back
                record = watch.taken() if loop.time() < look_at else None
                if record is None:
                    look_at = loop.time() + self._period_s
                    record = await self._catalogue.latest(document_id)
                watch.tell(record)
                if record is None or record.state in ENDED:
                    self._drop(document_id, watch)  # who follows from now on looks anew: it may be sent again
                    return
            await asyncio.sleep(self._pause_s)
            with suppress(TimeoutError):
                async with asyncio.timeout(max(look_at - loop.time(), 0)):
                    await watch.moved.wait()

    def _drop(self, document_id: UUID, watch: _Watch) -> None:
        if self._watches.get(document_id) is watch:
            del self._watches[document_id]
