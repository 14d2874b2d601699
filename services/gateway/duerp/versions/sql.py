"""Versions in the database (ports: VersionRepository, VersionCatalogue)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.database.duerp_tables import DuerpEntryRow, DuerpVersionRow
from services.gateway.database.engine import Database
from services.gateway.database.listing import between, page
from services.gateway.database.ports import Slice
from services.gateway.duerp.contents import LINES
from services.gateway.duerp.model import EntryRecord
from services.gateway.duerp.sql import SqlChanges, kept_entries
from services.gateway.duerp.versions.model import VersionRecord
from shared.errors import Conflict


class SqlVersions:
    """Port: VersionRepository, within the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def whole(self, scope: str) -> Sequence[EntryRecord]:
        return await kept_entries(self._session, scope)

    async def latest(self, scope: str) -> VersionRecord | None:
        query = _of(scope).order_by(col(DuerpVersionRow.sequence).desc()).limit(1)
        row = (await self._session.exec(query)).first()
        return VersionRecord.model_validate(row) if row else None

    async def add(self, version: VersionRecord) -> None:
        self._session.add(DuerpVersionRow(**version.model_dump()))
        try:
            await self._session.flush()
        except IntegrityError as error:
            raise Conflict(reason="duerp-frozen-meanwhile") from error


@dataclass(frozen=True, slots=True)
class SqlVersionRows:
    """Port: VersionRows."""

    versions: SqlVersions
    changes: SqlChanges

    @classmethod
    def within(cls, session: AsyncSession) -> "SqlVersionRows":
        return cls(SqlVersions(session), SqlChanges(session))


class SqlVersionCatalogue:
    """Port: VersionCatalogue."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, scope: str, sequence: int) -> VersionRecord | None:
        found = await self._records(_of(scope).where(DuerpVersionRow.sequence == sequence))
        return found[0] if found else None

    async def page(self, scope: str, search: Slice) -> Sequence[VersionRecord]:
        query = _of(scope).where(*between(DuerpVersionRow.frozen_at, search))
        return await self._records(page(query, DuerpVersionRow.frozen_at, DuerpVersionRow.id, search))

    async def references(self, scope: str) -> Sequence[str]:
        query = select(DuerpEntryRow.content).where(
            DuerpEntryRow.scope == scope,
            col(DuerpEntryRow.kind).in_(sorted(LINES)),
            col(DuerpEntryRow.archived_at).is_(None),
        )
        async with self._database.reading() as session:
            contents = (await session.exec(query)).all()
        return [article for each in contents for article in json.loads(each).get("articles", [])]

    async def all(self, scope: str) -> Sequence[VersionRecord]:
        return await self._records(_of(scope).order_by(col(DuerpVersionRow.sequence)))

    async def _records(self, query: Any) -> Sequence[VersionRecord]:
        async with self._database.reading() as session:
            return [VersionRecord.model_validate(row) for row in (await session.exec(query)).all()]


def _of(scope: str) -> Any:
    return select(DuerpVersionRow).where(DuerpVersionRow.scope == scope)
