"""Dead letters in the database (port: DeadLetterRepository)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, delete, select, update

from services.gateway.database.engine import Database
from services.gateway.database.listing import any_of, between, page
from services.gateway.database.tables import DeadLetterRow
from services.gateway.dead_letters.model import LetterRecord
from services.gateway.dead_letters.ports import LetterSearch
from shared.http_api.dead_letters import LetterState


class SqlDeadLetters:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, record: LetterRecord) -> None:
        # One consumer of the group has the one partition: nobody else stores the same letter meanwhile.
        async with self._database.writing() as session:
            if await session.get(DeadLetterRow, record.id) is None:
                session.add(DeadLetterRow(**record.model_dump()))

    async def find(self, identity: UUID) -> LetterRecord | None:
        async with self._database.reading() as session:
            row = await session.get(DeadLetterRow, identity)
            return LetterRecord.model_validate(row) if row else None

    async def page(self, search: LetterSearch) -> Sequence[LetterRecord]:
        query = select(DeadLetterRow).where(
            *any_of(DeadLetterRow.state, search.states),
            *any_of(DeadLetterRow.code, search.codes),
            *between(DeadLetterRow.occurred_at, search),
        )
        async with self._database.reading() as session:
            rows = await session.exec(page(query, DeadLetterRow.occurred_at, DeadLetterRow.id, search))
            return [LetterRecord.model_validate(row) for row in rows]

    async def close(self, record: LetterRecord) -> bool:
        done = (
            update(DeadLetterRow)
            .where(col(DeadLetterRow.id) == record.id, col(DeadLetterRow.state) == LetterState.OPEN.value)
            .values(**record.model_dump(include={"state", "closed_at", "closed_by"}))
        )
        async with self._database.writing() as session:
            return bool((await session.exec(done)).rowcount)

    async def forget(self, before: datetime) -> None:
        async with self._database.writing() as session:
            await session.exec(delete(DeadLetterRow).where(col(DeadLetterRow.occurred_at) < before))
