"""Revisions of actions in the database (port: ActionHistory)."""

from collections.abc import Sequence

from sqlmodel import col, select

from services.gateway.database.duerp_tables import DuerpChangeRow
from services.gateway.database.engine import Database
from services.gateway.duerp.model import Change
from services.gateway.duerp.sql import change_record
from shared.http_api.duerp.entries import EntryKind


class SqlActionHistory:
    """Port: ActionHistory."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def actions(self, scope: str) -> Sequence[Change]:
        query = select(DuerpChangeRow).where(DuerpChangeRow.scope == scope, DuerpChangeRow.kind == EntryKind.ACTION)
        ordered = query.order_by(col(DuerpChangeRow.at), col(DuerpChangeRow.revision))
        async with self._database.reading() as session:
            return [change_record(row) for row in (await session.exec(ordered)).all()]
