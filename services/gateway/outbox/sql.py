"""The outbox in the database (port: Outbox)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import case, col, delete, func, insert, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.database.engine import Database
from services.gateway.database.tables import OUTBOX, DocumentRow, OutboxRow, VersionRow
from services.gateway.outbox.ports import OutboxEntry
from shared.clock import utc_now
from shared.contracts.base import Event
from shared.contracts.topics import DOCUMENTS_SUBMITTED, find_topic, topic_of
from shared.telemetry.trace_context import traceparent

_BATCH = 100

_KEPT_FOR_OTHERS = 4
"""Of the documents on their way one in so many is never of the scope that has all the others."""

_LARGE_BYTES = 2_000_000
"""A file that goes behind all smaller ones of its scope."""

_IS_DOCUMENT = col(OutboxRow.topic) == DOCUMENTS_SUBMITTED.name
_IS_PUBLISHED = col(OutboxRow.published_at).is_not(None)
_UNPUBLISHED = select(OutboxRow).where(~_IS_PUBLISHED)
_OF_VERSION = (VersionRow.id == OutboxRow.job_id, DocumentRow.id == VersionRow.document_id)
_DOCUMENTS_OF_SCOPES = (
    select(
        DocumentRow.scope,
        func.sum(case((_IS_PUBLISHED, 1), else_=0)),
        func.sum(case((_IS_PUBLISHED, 0), else_=1)),
    )
    .where(_IS_DOCUMENT, *_OF_VERSION)
    .group_by(col(DocumentRow.scope))
)
"""Each scope's documents on their way, and those that wait."""

_TURN = (
    select(
        OutboxRow.id,
        DocumentRow.scope,
        func.row_number()
        .over(
            partition_by=col(DocumentRow.scope),
            order_by=(col(VersionRow.size) > _LARGE_BYTES, col(OutboxRow.created_at)),
        )
        .label("turn"),
    )
    .where(~_IS_PUBLISHED, _IS_DOCUMENT, *_OF_VERSION)
    .subquery()
)
_FIRST_OF_SCOPES = select(_TURN.c.id, _TURN.c.scope).order_by(_TURN.c.turn)

PUT = insert(OUTBOX)
FORGET_JOB = delete(OUTBOX).where(OUTBOX.c.job_id == bindparam("job"))
REQUEUE_JOB = update(OUTBOX).where(OUTBOX.c.job_id == bindparam("job")).values(published_at=None, moved_at=None)


class SqlOutbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, limit_documents: int) -> Sequence[OutboxEntry]:
        """Documents wait their turn, scopes in turn; withdrawals and questions never do."""
        others = _UNPUBLISHED.where(~_IS_DOCUMENT).order_by(col(OutboxRow.created_at)).limit(_BATCH)
        async with self._database.reading() as session:
            found = list((await session.exec(others)).all())
            if turns := await _next_documents(session, limit_documents):
                documents = (await session.exec(_UNPUBLISHED.where(col(OutboxRow.id).in_(turns)))).all()
                found += sorted(documents, key=lambda row: turns.index(row.id))
            return [due for row in found if (due := _entry(row)) is not None]

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


async def _next_documents(session: AsyncSession, limit: int) -> Sequence[UUID]:
    """The entries of the documents whose turn it is, in its order: of the scope with fewest on their way first."""
    counts = (await session.exec(_DOCUMENTS_OF_SCOPES)).all()
    on_their_way = Counter({scope: published for scope, published, _ in counts})
    room = min(_BATCH, limit - on_their_way.total())
    if room <= 0 or not any(waiting for *_, waiting in counts):
        return []
    waiting: dict[str, list[UUID]] = {}
    for identity, scope in (await session.exec(_FIRST_OF_SCOPES.where(_TURN.c.turn <= room))).all():
        waiting.setdefault(scope, []).append(identity)
    chosen: list[UUID] = []
    most_of_a_scope = limit - limit // _KEPT_FOR_OTHERS
    while len(chosen) < room and waiting:
        scope = min(waiting, key=lambda each: on_their_way[each])
        if on_their_way[scope] >= most_of_a_scope:
            break
        chosen.append(waiting[scope].pop(0))
        on_their_way[scope] += 1
        if not waiting[scope]:
            del waiting[scope]
    return chosen


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
