"""The models of the index in the database (ports: EmbeddingInUse, EmbeddingModelRepository, EmbeddingProgress)."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row
from sqlalchemy import select as core_select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import case, col, delete, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.database.engine import Database
from services.gateway.database.tables import MODELS, EmbeddedVersionRow, EmbeddingRow, OutboxRow, VersionRow
from services.gateway.embedding_models.ports import EmbeddingRecord, EmbeddingRole, Embeddings
from services.gateway.outbox.unit_of_work import SqlUnitOfWork, SqlUnitsOfWork
from shared.clock import utc_now
from shared.contracts.base import Failure
from shared.contracts.documents import DocumentIndexed, DocumentProgressed
from shared.contracts.index import Embedding, EmbeddingModel, IndexDropped, IndexRetired
from shared.errors import Conflict, StoreUnavailable
from shared.http_api.documents import DocumentState

ENDED = (DocumentState.FAILED, DocumentState.REPLACED, DocumentState.WITHDRAWN)
"""States of a version that nobody looks for in the index."""

_IN_USE = core_select(MODELS).where(MODELS.c.role == EmbeddingRole.ACTIVE)

Retired = Callable[[UUID, EmbeddingModel | None], IndexRetired]


class SqlEmbeddings:
    """The models and their roles.

    Args:
        work: begins a unit of work whose rows are the session itself.
        retired: makes the signed event with which a model leaves the index.
    """

    def __init__(self, database: Database, work: SqlUnitsOfWork[AsyncSession], retired: Retired) -> None:
        self._database = database
        self._work = work
        self._retired = retired

    # --- EmbeddingInUse, EmbeddingModelRepository --------------------------------------------------------------------

    async def in_use(self) -> Embedding:
        async with self._database.reading() as session:
            return await embedding_in_use(await session.connection())

    async def overview(self) -> Embeddings:
        async with self._database.reading() as session:
            rows = [await in_role(session, role) for role in EmbeddingRole]
            records = [await _record(session, row) if row else None for row in rows]
            return Embeddings(*records)

    async def begin(self, engine: str) -> None:
        async with self._work() as work:
            session = work.rows
            rows = (await session.exec(select(EmbeddingRow).where(EmbeddingRow.engine == engine))).all()
            if any(row.role is None for row in rows):
                raise Conflict(reason="model-leaving")
            running = await in_role(session, EmbeddingRole.NEXT)
            if running is not None and running.engine != engine:
                raise Conflict(reason="reembedding-running", model=running.engine)
            failed = next((row for row in rows if row.failure and row.role != EmbeddingRole.PREVIOUS), running)
            if failed is not None:
                failed.failure = None
                await _send_all_again(session, failed.id)
                session.add(failed)
                return
            kept = await in_role(session, EmbeddingRole.PREVIOUS)
            if kept is not None and kept.engine == engine:
                kept.role, kept.started_at = EmbeddingRole.NEXT, utc_now()
                session.add(kept)
                return
            if kept is not None:
                await self._retire(work, kept)
            session.add(EmbeddingRow(id=uuid4(), role=EmbeddingRole.NEXT, engine=engine, started_at=utc_now()))

    async def cancel(self) -> bool:
        """One that was in use before stays for the way back."""
        async with self._work() as work:
            session = work.rows
            row = await in_role(session, EmbeddingRole.NEXT)
            if row is None:
                return False
            if row.used_since is None:
                await self._retire(work, row)
            else:
                row.role, row.failure = EmbeddingRole.PREVIOUS, None
                session.add(row)
            return True

    async def drop_previous(self) -> bool:
        async with self._work() as work:
            session = work.rows
            row = await in_role(session, EmbeddingRole.PREVIOUS)
            if row is not None:
                await self._retire(work, row)
            return row is not None

    # --- EmbeddingProgress -------------------------------------------------------------------------------------------

    async def progressed(self, event: DocumentProgressed) -> bool:
        if event.embedding == Embedding() or (not event.embedding.replay and await self._knows(event.embedding)):
            return True
        async with self._learning() as work:
            session = work.rows
            row = await self._heard(session, event.embedding)
            if row is None:
                await self._retire_again(work, event)
                return not event.embedding.replay
            version = await _version(session, event)
            if version is not None and event.stage == "failed" and event.embedding.replay:
                row.failure = event.failure.model_dump() if event.failure else None
                session.add(row)
            elif version is not None and event.stage == "indexed" and event.embedding.replay:
                place = await _place(session, row.id, version.id)
                place.done, place.moved_at = max(place.done, event.done), utc_now()
                session.add(place)
            return not event.embedding.replay or (row.role == EmbeddingRole.ACTIVE and event.stage != "failed")

    async def indexed(self, event: DocumentIndexed) -> bool:
        """What was on its way with the former model when the next one took its place waits for the vectors of that."""
        async with self._learning() as work:
            session = work.rows
            row = await self._heard(session, event.embedding)
            if row is None:
                return not event.embedding.replay
            version = await _version(session, event)
            if version is None:
                return True
            place = await _place(session, row.id, version.id)
            place.done, place.whole, place.moved_at = event.passages, True, utc_now()
            session.add(place)
            if row.role == EmbeddingRole.ACTIVE:
                return True
            active = await in_role(session, EmbeddingRole.ACTIVE)
            if active is not None and not event.embedding.replay:
                version.passages = event.passages
                session.add(version)
                place = await _place(session, active.id, version.id)
                session.add(place)
                return place.whole
            return False

    async def dropped(self, event: IndexDropped) -> None:
        async with self._work() as work:
            session = work.rows
            await work.end_job(event.model_id)
            row = await session.get(EmbeddingRow, event.model_id)
            if row is not None and row.role is None:
                await session.delete(row)

    @asynccontextmanager
    async def _learning(self) -> AsyncIterator[SqlUnitOfWork[AsyncSession]]:
        """A unit of work in which two replicas may learn of the first model at once: the second one tries again."""
        try:
            async with self._work() as work:
                yield work
        except IntegrityError as error:
            raise StoreUnavailable(part="database") from error

    async def _knows(self, told: Embedding) -> bool:
        """Nothing is to be learnt of this model, so that nothing need be written: most events are such."""
        async with self._database.reading() as session:
            if told.id is None:
                row = await in_role(session, EmbeddingRole.ACTIVE)
                here = row is not None and row.engine == told.engine
            else:
                row = await session.get(EmbeddingRow, told.id)
                here = row is not None and row.role is not None
        return row is not None and here and (row.model is not None or told.model is None)

    async def _heard(self, session: AsyncSession, told: Embedding) -> EmbeddingRow | None:
        """The row of the model that an event is about, with what the event tells of it."""
        if told.id is None:
            row = await in_role(session, EmbeddingRole.ACTIVE)
            if row is None and told.engine is not None:  # the first that was ever indexed
                row = EmbeddingRow(
                    id=uuid4(),
                    role=EmbeddingRole.ACTIVE,
                    engine=told.engine,
                    started_at=utc_now(),
                    used_since=utc_now(),
                )
            if row is None or row.engine != told.engine:
                return None
        else:
            row = await session.get(EmbeddingRow, told.id, with_for_update=True)
            if row is None or row.role is None:
                return None
        if row.model is None and told.model is not None:
            row.model = told.model.model_dump()
            session.add(row)
            await session.flush()
            if row.role == EmbeddingRole.NEXT:
                return await _adopted(session, row)
        return row

    async def _retire(self, work: SqlUnitOfWork[AsyncSession], row: EmbeddingRow) -> None:
        """The model leaves the index, with its vectors unless another one in a role has the same."""
        session = work.rows
        await session.exec(delete(EmbeddedVersionRow).where(col(EmbeddedVersionRow.model_id) == row.id))
        keeps = row.model is None or await _is_shared(session, row.id, row.model)
        model = None if keeps else EmbeddingModel.model_validate(row.model)
        row.role, row.failure = None, None
        session.add(row)
        await work.publish(self._retired(row.id, model), job=row.id)
        await session.flush()

    async def _retire_again(self, work: SqlUnitOfWork[AsyncSession], event: DocumentProgressed) -> None:
        """What was on its way when its model was retired has brought vectors of it back."""
        told = event.embedding
        if told.id is None or told.model is None or event.stage != "indexed":
            return
        session = work.rows
        leaving = (await session.exec(select(OutboxRow.id).where(OutboxRow.job_id == told.id))).first()
        if leaving is None and not await _is_shared(session, told.id, told.model.model_dump()):
            await work.publish(self._retired(told.id, told.model), job=told.id)


async def in_role(session: AsyncSession, role: EmbeddingRole) -> EmbeddingRow | None:
    return (await session.exec(select(EmbeddingRow).where(EmbeddingRow.role == role))).first()


async def embedding_in_use(connection: AsyncConnection) -> Embedding:
    """What is embedded now is embedded with this; nothing before the first model is known."""
    row = (await connection.execute(_IN_USE)).first()
    return embedding_of(row) if row else Embedding()


def embedding_of(row: "EmbeddingRow | Row[Any]") -> Embedding:
    model = EmbeddingModel.model_validate(row.model) if row.model else None
    return Embedding(id=row.id, engine=row.engine, model=model)


async def _adopted(session: AsyncSession, row: EmbeddingRow) -> EmbeddingRow | None:
    """A next model that turns out to be the one in use under another spelling: nothing is embedded again for that."""
    active = await in_role(session, EmbeddingRole.ACTIVE)
    if active is None or active.model != row.model:
        return row
    active.engine = row.engine
    await session.exec(delete(EmbeddedVersionRow).where(col(EmbeddedVersionRow.model_id) == row.id))
    await session.delete(row)
    session.add(active)
    return active


async def _is_shared(session: AsyncSession, model_id: UUID, model: dict[str, object]) -> bool:
    others = (await session.exec(select(EmbeddingRow).where(EmbeddingRow.id != model_id))).all()
    return any(other.model == model and other.role is not None for other in others)


async def _version(session: AsyncSession, event: DocumentProgressed | DocumentIndexed) -> VersionRow | None:
    """The version that the event is about, unless nobody looks for it any more or it was sent again since."""
    row = await session.get(VersionRow, event.version_id, with_for_update=True)
    return row if row is not None and row.sequence == event.sequence and row.state not in ENDED else None


async def _place(session: AsyncSession, model_id: UUID, version_id: UUID) -> EmbeddedVersionRow:
    place = await session.get(EmbeddedVersionRow, (model_id, version_id))
    return place or EmbeddedVersionRow(model_id=model_id, version_id=version_id, moved_at=utc_now())


async def _send_all_again(session: AsyncSession, model_id: UUID) -> None:
    places = await session.exec(
        select(EmbeddedVersionRow).where(EmbeddedVersionRow.model_id == model_id, ~col(EmbeddedVersionRow.whole))
    )
    for place in places.all():
        place.sent = 0
        session.add(place)


async def _record(session: AsyncSession, row: EmbeddingRow) -> EmbeddingRecord:
    arrived = case((col(EmbeddedVersionRow.whole), VersionRow.passages), else_=EmbeddedVersionRow.done)
    live = col(VersionRow.state) == DocumentState.INDEXED
    done = select(func.sum(arrived)).where(
        EmbeddedVersionRow.version_id == VersionRow.id, EmbeddedVersionRow.model_id == row.id, live
    )
    total = select(func.sum(VersionRow.passages)).where(live)
    return EmbeddingRecord(
        id=row.id,
        role=EmbeddingRole(str(row.role)),
        engine=row.engine,
        model=EmbeddingModel.model_validate(row.model) if row.model else None,
        failure=Failure.model_validate(row.failure) if row.failure else None,
        done=int((await session.exec(done)).one() or 0),
        total=int((await session.exec(total)).one() or 0),
        started_at=row.started_at,
        used_since=row.used_since,
    )
