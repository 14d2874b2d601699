"""The outbox in the database (port: Outbox)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from heapq import heapify, heappop, heappush
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, literal, union_all
from sqlalchemy import select as sa_select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, delete, func, insert, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.database.engine import Database
from services.gateway.database.tables import OUTBOX, OutboxRow
from services.gateway.outbox.ports import OutboxEntry, Stage
from shared.clock import utc_now
from shared.contracts.base import Event
from shared.contracts.documents import DocumentSubmitted
from shared.contracts.topics import find_topic, topic_of
from shared.telemetry.trace_context import traceparent

_BATCH = 100

_KEPT_FOR_OTHERS = 4
"""Of the documents on their way one in so many is never of the scope that has all the others."""

_LARGE_BYTES = 2_000_000
"""A file that goes behind all smaller ones of its scope."""

_WAITS = OUTBOX.c.published_at.is_(None)
_SCOPE = OUTBOX.c.scope
_UNPUBLISHED = select(OutboxRow).where(_WAITS)

_ON_THEIR_WAY = select(_SCOPE, func.count()).where(~_WAITS, _SCOPE.is_not(None)).group_by(_SCOPE)
"""Each scope's documents between submission and index."""


def _waiting_scopes() -> Select[Any]:
    """Return the query of the scopes with documents that wait, one look into the index for each.

    Source: PostgreSQL's wiki, "Loose indexscan": DISTINCT would go through all documents that wait.
    """
    first = sa_select(func.min(_SCOPE).label("scope")).where(_WAITS, _SCOPE.is_not(None)).cte("scopes", recursive=True)
    following = sa_select(func.min(_SCOPE)).where(_WAITS, first.c.scope < _SCOPE).scalar_subquery()
    scopes = first.union_all(sa_select(following).where(first.c.scope.is_not(None)))
    return sa_select(scopes.c.scope).where(scopes.c.scope.is_not(None))


def _oldest(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Return the query of when the oldest entry of these conditions was accepted."""
    return sa_select(func.min(OUTBOX.c.created_at)).where(*conditions)


_WAITING_SCOPES = _waiting_scopes()

_OLDEST: Mapping[Stage, Select[Any]] = {
    Stage.DUE: _oldest(_WAITS, _SCOPE.is_(None)),
    Stage.IN_TURN: _oldest(_WAITS, _SCOPE.is_not(None)),
    Stage.UNDER_WAY: _oldest(~_WAITS),
}

PUT = insert(OUTBOX)
FORGET_JOB = delete(OUTBOX).where(OUTBOX.c.job_id == bindparam("job"))
REQUEUE_JOB = update(OUTBOX).where(OUTBOX.c.job_id == bindparam("job")).values(published_at=None, moved_at=None)


class SqlOutbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, limit_documents: int) -> Sequence[OutboxEntry]:
        """Documents wait their turn, scopes in turn; withdrawals and questions never do."""
        others = _UNPUBLISHED.where(_SCOPE.is_(None)).order_by(col(OutboxRow.created_at)).limit(_BATCH)
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
                update(OutboxRow)
                .where(~_WAITS, col(OutboxRow.moved_at) < before)
                .values(published_at=None, moved_at=None)
            )
            return int(result.rowcount)

    async def retry_all(self) -> int:
        async with self._database.writing() as session:
            result = await session.exec(update(OutboxRow).values(published_at=None, moved_at=None))
            return int(result.rowcount)

    async def oldest(self) -> Mapping[Stage, datetime]:
        async with self._database.reading() as session:
            connection = await session.connection()
            found = {stage: (await connection.execute(query)).scalar_one() for stage, query in _OLDEST.items()}
        return {stage: accepted_at for stage, accepted_at in found.items() if accepted_at is not None}


async def _next_documents(session: AsyncSession, limit: int) -> Sequence[UUID]:
    """The entries of the documents whose turn it is, in its order: of the scope with fewest on their way first."""
    connection = await session.connection()
    on_their_way: Counter[str] = Counter(dict(map(tuple, (await connection.execute(_ON_THEIR_WAY)).all())))
    room = min(_BATCH, limit - on_their_way.total())
    if room <= 0:
        return []
    left: dict[str, int] = dict.fromkeys((await connection.execute(_WAITING_SCOPES)).scalars(), room)
    most_of_a_scope = limit - limit // _KEPT_FOR_OTHERS
    while True:  # until no scope had fewer than was thought: each round learns how many one of them has
        turns = take_turns(on_their_way, left, room, most_of_a_scope)
        wanted = Counter(turns)
        found = await _first_of(connection, wanted)
        fewer = {scope: len(found[scope]) for scope, count in wanted.items() if len(found[scope]) < count}
        if not fewer:
            return [found[scope].pop(0) for scope in turns]
        left |= fewer


def take_turns(on_their_way: Mapping[str, int], left: Mapping[str, int], room: int, most_of_a_scope: int) -> list[str]:
    """Return whose document goes next, again and again: that of the scope with fewest on their way.

    Args:
        on_their_way: documents between submission and index, by scope.
        left: documents that wait, by scope; more than `room` need not be known.
        room: most that go now.
        most_of_a_scope: most that one scope may have on their way.
    """
    heap = [(on_their_way.get(scope, 0), scope) for scope, count in left.items() if count]
    heapify(heap)
    turns: list[str] = []
    taken: Counter[str] = Counter()
    while heap and len(turns) < room and heap[0][0] < most_of_a_scope:
        count, scope = heappop(heap)
        turns.append(scope)
        taken[scope] += 1
        if taken[scope] < left[scope]:
            heappush(heap, (count + 1, scope))
    return turns


async def _first_of(connection: AsyncConnection, wanted: Mapping[str, int]) -> dict[str, list[UUID]]:
    """Return the first entries of each scope, as many as are wanted of it: files that are not large, then by age."""
    if not wanted:
        return {}
    columns = (OUTBOX.c.id, _SCOPE, OUTBOX.c.large, OUTBOX.c.created_at)
    order = (_SCOPE, OUTBOX.c.large, OUTBOX.c.created_at)
    firsts = (
        sa_select(*columns).where(_WAITS, literal(scope) == _SCOPE).order_by(*order).limit(count).subquery()
        for scope, count in wanted.items()
    )
    rows = (await connection.execute(union_all(*(sa_select(first) for first in firsts)))).all()
    found: dict[str, list[UUID]] = {scope: [] for scope in wanted}
    for row in sorted(rows, key=lambda row: (row.large, row.created_at)):
        found[row.scope].append(row.id)
    return found


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
        "scope": event.scope if isinstance(event, DocumentSubmitted) else None,
        "large": event.source.size > _LARGE_BYTES if isinstance(event, DocumentSubmitted) else None,
    }


def _entry(row: OutboxRow) -> OutboxEntry | None:
    topic = find_topic(row.topic)
    return OutboxEntry(topic.message.model_validate_json(row.body), row.traceparent) if topic else None
