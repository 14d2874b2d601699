"""What lacks a model's vectors, in the database (port: ReplayQueue)."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import and_, col, exists, func, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.database.engine import Database
from services.gateway.database.tables import DocumentRow, EmbeddedVersionRow, EmbeddingRow, VersionRow
from services.gateway.embedding_models.ports import EmbeddingRecord, EmbeddingRole, Replay
from services.gateway.embedding_models.sql import ENDED, embedding_of, in_role
from shared.clock import utc_now
from shared.contracts.base import Failure
from shared.contracts.index import EmbeddingModel
from shared.contracts.object_layout import BATCH
from shared.http_api.documents import DocumentState

_AT_ONCE = 20
"""Versions whose batches are counted and sent in one round."""

_PLACE_OF_MODEL = (
    col(EmbeddedVersionRow.version_id) == VersionRow.id,
    col(EmbeddedVersionRow.model_id) == EmbeddingRow.id,
)
_LACKING = (
    exists()
    .where(
        col(VersionRow.state) == DocumentState.INDEXED,
        ~exists().where(*_PLACE_OF_MODEL, col(EmbeddedVersionRow.whole)).correlate(VersionRow, EmbeddingRow),
    )
    .correlate(EmbeddingRow)
)
"""Whether a version that can be found is without all vectors of the statement's model."""

_WAITING = (
    exists()
    .where(*_PLACE_OF_MODEL, ~col(EmbeddedVersionRow.whole), col(VersionRow.state).not_in(ENDED))
    .correlate(EmbeddingRow)
)
"""Whether one that nobody can find yet waits for it: it came while another model was in use."""

_ANYTHING_LACKS = (
    select(EmbeddingRow.id)
    .where(
        or_(
            EmbeddingRow.role == EmbeddingRole.NEXT,
            and_(EmbeddingRow.role == EmbeddingRole.ACTIVE, or_(_LACKING, _WAITING)),
        )
    )
    .limit(1)
)

_UNDER_WAY = (~col(EmbeddedVersionRow.whole), col(EmbeddedVersionRow.sent) > 0)


class SqlReplays:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, room: int, stalled_before: datetime) -> Sequence[Replay]:
        """First what can be found already and lacks the vectors of the model in use, then the next model's."""
        async with self._database.reading() as session:
            if not await _anything_lacks(session):
                return []
        found: list[Replay] = []
        async with self._database.writing() as session:
            await _send_again_from_the_start(session, stalled_before)
            for role in (EmbeddingRole.ACTIVE, EmbeddingRole.NEXT):
                model = await in_role(session, role)
                if model is not None and model.failure is None:
                    await _take_in(session, model)
                    found += await _unsent(session, model, room)
        return found

    async def sent(self, replay: Replay, failure: Failure | None = None) -> None:
        model_id = replay.embedding.id
        async with self._database.writing() as session:
            version = await session.get(VersionRow, replay.version_id)
            if version is None or version.sequence != replay.sequence or version.state in ENDED:
                return
            await session.exec(
                update(EmbeddedVersionRow)
                .where(
                    col(EmbeddedVersionRow.model_id) == model_id,
                    col(EmbeddedVersionRow.version_id) == replay.version_id,
                )
                .values(sent=replay.until, moved_at=utc_now())
            )
            if failure is not None:
                failed = update(EmbeddingRow).where(col(EmbeddingRow.id) == model_id)
                await session.exec(failed.values(failure=failure.model_dump()))

    async def restart(self) -> None:
        """What has arrived is not sent again, but for the last batch, whose arrival may not have been told."""
        async with self._database.writing() as session:
            for place in (await session.exec(select(EmbeddedVersionRow).where(*_UNDER_WAY))).all():
                place.sent = min(place.done // BATCH, place.sent - 1)
                session.add(place)

    async def switch(self) -> EmbeddingRecord | None:
        async with self._database.reading() as session:  # once a second, and there is none but during a change
            if await in_role(session, EmbeddingRole.NEXT) is None:
                return None
        async with self._database.writing() as session:
            new = await in_role(session, EmbeddingRole.NEXT)
            if new is None or new.failure is not None or await _lacking(session, new):
                return None
            old = await in_role(session, EmbeddingRole.ACTIVE)
            for row, role in ((old, None), (new, EmbeddingRole.ACTIVE), (old, EmbeddingRole.PREVIOUS)):
                if row is not None:  # one after the other: no two have one role at any moment
                    row.role = role
                    session.add(row)
                    await session.flush()
            new.used_since = utc_now()
            session.add(new)
            return EmbeddingRecord(
                id=new.id,
                role=EmbeddingRole.ACTIVE,
                engine=new.engine,
                model=EmbeddingModel.model_validate(new.model) if new.model else None,
                failure=None,
                done=0,
                total=0,
                started_at=new.started_at,
                used_since=new.used_since,
            )


async def _anything_lacks(session: AsyncSession) -> bool:
    """Whether there is a next model, or a version without all vectors of the model in use; in one quick statement."""
    return (await session.exec(_ANYTHING_LACKS)).first() is not None


async def _send_again_from_the_start(session: AsyncSession, stalled_before: datetime) -> None:
    """What stands still may have a gap, so all of it is sent again."""
    stalled = update(EmbeddedVersionRow).where(*_UNDER_WAY, col(EmbeddedVersionRow.moved_at) < stalled_before)
    await session.exec(stalled.values(sent=0))


async def _take_in(session: AsyncSession, model: EmbeddingRow) -> None:
    """A place for every version that can be found and has none yet."""
    has_place = exists().where(
        col(EmbeddedVersionRow.version_id) == VersionRow.id, col(EmbeddedVersionRow.model_id) == model.id
    )
    missing = select(VersionRow.id).where(VersionRow.state == DocumentState.INDEXED, ~has_place)
    for version in (await session.exec(missing)).all():
        session.add(EmbeddedVersionRow(model_id=model.id, version_id=version, moved_at=utc_now()))
    await session.flush()


async def _lacking(session: AsyncSession, model: EmbeddingRow) -> bool:
    return bool((await session.exec(select(_LACKING).where(EmbeddingRow.id == model.id))).one())


async def _unsent(session: AsyncSession, model: EmbeddingRow, room: int) -> list[Replay]:
    of_model = (
        EmbeddedVersionRow.model_id == model.id,
        ~col(EmbeddedVersionRow.whole),
        EmbeddedVersionRow.version_id == VersionRow.id,
        col(VersionRow.state).not_in(ENDED),
    )
    on_their_way = select(func.sum(EmbeddedVersionRow.sent - col(EmbeddedVersionRow.done) // BATCH)).where(
        *of_model, col(EmbeddedVersionRow.sent) > 0
    )
    room -= int((await session.exec(on_their_way)).one() or 0)
    query = (
        select(EmbeddedVersionRow, VersionRow, DocumentRow)
        .where(*of_model, DocumentRow.id == VersionRow.document_id)
        .where(col(EmbeddedVersionRow.sent) * BATCH < col(VersionRow.passages))
        .order_by(col(EmbeddedVersionRow.version_id))
        .limit(_AT_ONCE)
    )
    wanted = embedding_of(model).model_copy(update={"replay": True})
    replays = []
    for place, version, document in (await session.exec(query)).all():
        until = min(-(-version.passages // BATCH), place.sent + room)
        if until <= place.sent:
            break
        room -= until - place.sent
        replays.append(
            Replay(
                embedding=wanted,
                document_id=document.id,
                version_id=version.id,
                sequence=version.sequence,
                scope=document.scope,
                submitted_by=document.submitted_by,
                passages=version.passages,
                sent=place.sent,
                until=until,
            )
        )
    return replays
