"""The outbox in the database (port: Outbox)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, delete, func, insert, select, update

from services.gateway.database.engine import Database
from services.gateway.database.tables import OUTBOX, OutboxRow
from services.gateway.outbox.ports import OutboxEntry
from shared.clock import utc_now
from shared.contracts.base import Event
from shared.contracts.topics import DOCUMENTS_SUBMITTED, find_topic, topic_of
from shared.telemetry.trace_context import traceparent

_BATCH = 100

PUT = insert(OUTBOX)
FORGET_JOB = delete(OUTBOX).where(OUTBOX.c.job_id == bindparam("job"))
REQUEUE_JOB = update(OUTBOX).where(OUTBOX.c.job_id == bindparam("job")).values(published_at=None, moved_at=None)


class SqlOutbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, limit_documents: int) -> Sequence[OutboxEntry]:
        """Documents wait their turn; withdrawals and questions never do."""
        is_document = col(OutboxRow.topic) == DOCUMENTS_SUBMITTED.name
        unpublished = select(OutboxRow).where(col(OutboxRow.published_at).is_(None)).order_by(col(OutboxRow.created_at))
        async with self._database.reading() as session:
            on_their_way = await session.exec(
                select(func.count()).where(is_document, col(OutboxRow.published_at).is_not(None))
            )
            room = max(0, limit_documents - on_their_way.one())
            documents = await session.exec(unpublished.where(is_document).limit(min(room, _BATCH)))
            others = await session.exec(unpublished.where(~is_document).limit(_BATCH))
            return [due for row in (*others.all(), *documents.all()) if (due := _entry(row)) is not None]

    async def published(self, events: Sequence[Event]) -> None:
        async with self._database.writing() as session:
            await session.exec(
                update(OutboxRow)
                .where(col(OutboxRow.id).in_([event.id for event in events]))
                .values(published_at=utc_now(), moved_at=utc_now())
            )

    async def retry_stalled(self, before: datetime) -> int:
        async with self._database.writing() as session:
            result = await session.exec(
                update(OutboxRow).where(col(OutboxRow.moved_at) < before).values(published_at=None, moved_at=None)
            )
            return int(result.rowcount)

    async def retry_all(self) -> int:
        async with self._database.writing() as session:
            result = await session.exec(update(OutboxRow).values(published_at=None, moved_at=None))
            return int(result.rowcount)


def outbox_row(event: Event, *, job: UUID, published: bool) -> dict[str, Any]:
    """The row that keeps an event until its job ends.

    Args:
        published: whether the caller publishes it itself right after the commit.
    """
    now = utc_now()
    return {
        "id": event.id,
        "topic": topic_of(event).name,
        "job_id": job,
        "body": event.model_dump_json(),
        "created_at": now,
        "published_at": now if published else None,
        "moved_at": now if published else None,
        "traceparent": traceparent(),
    }


def _entry(row: OutboxRow) -> OutboxEntry | None:
    topic = find_topic(row.topic)
    return OutboxEntry(topic.message.model_validate_json(row.body), row.traceparent) if topic else None
