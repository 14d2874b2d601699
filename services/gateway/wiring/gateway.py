"""The gateway as what serves it sees it: its parts, opened together and at work together."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from services.gateway.database.engine import Database
from services.gateway.dead_letters.service import DeadLetterService
from services.gateway.documents.following import DocumentFollower
from services.gateway.documents.progress import DocumentProgress
from services.gateway.drafts.clause_vectors import AskedVectors
from services.gateway.drafts.model_reading import AskedReader
from services.gateway.duerp.imports.progress import ImportProgress
from services.gateway.duerp.review.wanted import read_ahead
from services.gateway.embedding_models.sql import SqlEmbeddings
from services.gateway.outbox.leadership import Leadership
from services.gateway.outbox.relay import Relay
from services.gateway.outbox.sql import SqlOutbox
from services.gateway.questions.ends import QuestionEnds
from services.gateway.wiring.chores import Chores
from shared.disk.reserve import DiskReserve
from shared.worker.health import Check


class Opened(Protocol):
    """A part that is opened before the first request and closed after the last."""

    def opened(self) -> AbstractAsyncContextManager[object]: ...


async def _after(opened: asyncio.Event | None, run: Callable[[], Awaitable[None]]) -> None:
    if opened is not None:
        await opened.wait()
    await run()


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """The parts of one gateway, wired.

    Attributes:
        provided: what routes ask for by its class.
        parts: what has to be opened before, and closed after.
        progress, followers, models, imports, ends, vectors, reader, letters: what the consumers call.
        relay, chores: what runs beside the requests.
        disk: what stays free on the disks of its local stores.
        checks: look at its database, its objects and its issuer.
    """

    provided: tuple[object, ...]
    parts: tuple[Opened, ...]
    database: Database
    outbox: SqlOutbox
    progress: DocumentProgress
    followers: DocumentFollower
    ends: QuestionEnds
    models: SqlEmbeddings
    imports: ImportProgress
    vectors: AskedVectors
    reader: AskedReader
    letters: DeadLetterService
    relay: Relay
    chores: Chores
    leadership: Leadership
    disk: DiskReserve
    checks: tuple[Check, ...] = ()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Open the parts.

        Raises:
            NoRoomToStart: the database's disk has no room for its journals.
        """
        await asyncio.to_thread(self.disk.check_start, "database", 0)
        async with AsyncExitStack() as stack:
            for part in self.parts:
                await stack.enter_async_context(part.opened())
            yield

    @asynccontextmanager
    async def at_work(self, opened: asyncio.Event | None = None) -> AsyncIterator[None]:
        """Run the relay and the chores for as long as this lasts; another replica leads at once after it.

        Args:
            opened: set once the parts are open; unset: they are.
        """
        beside = (_after(opened, self.relay.run), _after(opened, self.chores.run), asyncio.to_thread(read_ahead))
        tasks = [asyncio.create_task(each) for each in beside]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await self.leadership.hand_over()
