"""Versions of a delegation's units in the database (port: DelegationVersions)."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, func, select

from services.gateway.database.duerp_tables import DuerpEntryRow, DuerpVersionRow
from services.gateway.database.engine import Database
from services.gateway.duerp.versions.model import VersionRecord
from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.unit import Unit

_AT_ONCE = 200


class SqlDelegationVersions:
    """Port: DelegationVersions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def latest(self, delegation: str, before: datetime) -> Sequence[VersionRecord]:
        described = select(DuerpEntryRow).where(
            DuerpEntryRow.kind == EntryKind.UNIT, col(DuerpEntryRow.archived_at).is_(None)
        )
        found: list[VersionRecord] = []
        async with self._database.reading() as session:
            rows = (await session.exec(described)).all()
            scopes = sorted(row.scope for row in rows if _is_of(row.content, delegation))
            for start in range(0, len(scopes), _AT_ONCE):
                newest = (
                    select(DuerpVersionRow.scope, func.max(DuerpVersionRow.sequence).label("sequence"))
                    .where(
                        col(DuerpVersionRow.scope).in_(scopes[start : start + _AT_ONCE]),
                        DuerpVersionRow.frozen_at < before,
                    )
                    .group_by(DuerpVersionRow.scope)
                    .subquery()
                )
                query = select(DuerpVersionRow).join(
                    newest,
                    (col(DuerpVersionRow.scope) == newest.c.scope)
                    & (col(DuerpVersionRow.sequence) == newest.c.sequence),
                )
                found += [VersionRecord.model_validate(row) for row in (await session.exec(query)).all()]
        return found


def _is_of(content: str, delegation: str) -> bool:
    return Unit.model_validate_json(content).delegation == delegation
