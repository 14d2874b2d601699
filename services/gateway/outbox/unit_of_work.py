"""The unit of work over the database (port: UnitOfWork): rows, events and idempotency keys in one transaction."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, update
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.database.engine import Database
from services.gateway.database.tables import OUTBOX, IdempotencyRow, OutboxRow
from services.gateway.outbox.idempotency_sql import idempotency_row
from services.gateway.outbox.ports import IdempotencyKey
from services.gateway.outbox.sql import FORGET_JOB, PUT, outbox_row
from shared.clock import utc_now
from shared.contracts.base import Event
from shared.errors import Conflict

Rows = TypeVar("Rows")

_END_JOB = FORGET_JOB.returning(OUTBOX.c.created_at)


class SqlUnitOfWork(Generic[Rows]):
    """One transaction. Whatever must be stored together with a change has a verb here (next: an audit entry)."""

    def __init__(self, session: AsyncSession, rows: Rows) -> None:
        self._session = session
        self.rows = rows
        self.wakes_relay = False

    async def publish(self, event: Event, *, job: UUID) -> None:
        await (await self._session.connection()).execute(PUT, outbox_row(event, job=job, published=False))
        self.wakes_relay = True

    async def end_job(self, job: UUID) -> datetime | None:
        ended = await (await self._session.connection()).execute(_END_JOB, {"job": job})
        self.wakes_relay = True  # room for the next document
        return min(ended.scalars(), default=None)

    async def job_moved(self, job: UUID) -> None:
        await self._session.exec(
            update(OutboxRow)
            .where(col(OutboxRow.job_id) == job, col(OutboxRow.published_at).is_not(None))
            .values(moved_at=utc_now())
        )

    async def remember(self, key: IdempotencyKey | None, resource: UUID) -> None:
        if key is None:
            return
        self._session.add(IdempotencyRow(**idempotency_row(key, resource)))
        try:
            await self._session.flush()
        except IntegrityError as error:
            raise Conflict(reason="concurrent submission") from error


class SqlUnitsOfWork(Generic[Rows]):
    """Begins units of work for one feature.

    Args:
        rows: makes the feature's repositories for a session.
        wake: tells the relay that there is something to publish, or room for more; called after the commit.
    """

    def __init__(self, database: Database, rows: Callable[[AsyncSession], Rows], wake: Callable[[], None]) -> None:
        self._database = database
        self._rows = rows
        self._wake = wake

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[SqlUnitOfWork[Rows]]:
        async with self._database.writing() as session:
            work = SqlUnitOfWork(session, self._rows(session))
            yield work
        if work.wakes_relay:
            self._wake()
