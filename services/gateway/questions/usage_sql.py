"""How much was asked in each of the last weeks, in the database (port: UsageCounts)."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import col, func, select

from services.gateway.database.engine import Database
from services.gateway.database.tables import QuestionRow, VersionRow


class SqlUsage:
    """Port: UsageCounts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def questions(self, since: datetime, until: datetime) -> Mapping[str, int]:
        query = select(QuestionRow.state, func.count()).where(
            col(QuestionRow.created_at) >= since, col(QuestionRow.created_at) < until
        )
        async with self._database.reading() as session:
            return dict((await session.exec(query.group_by(col(QuestionRow.state)))).all())

    async def people(self, since: datetime, until: datetime) -> int:
        query = select(func.count(func.distinct(QuestionRow.asked_by))).where(
            col(QuestionRow.created_at) >= since, col(QuestionRow.created_at) < until
        )
        async with self._database.reading() as session:
            return (await session.exec(query)).one()

    async def documents(self, since: datetime, until: datetime) -> int:
        query = select(func.count()).where(col(VersionRow.created_at) >= since, col(VersionRow.created_at) < until)
        async with self._database.reading() as session:
            return (await session.exec(query)).one()
