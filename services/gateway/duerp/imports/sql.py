"""Imports in the database (ports: ImportRepository, ImportCatalogue)."""

import asyncio
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import col, insert, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.database.engine import Database
from services.gateway.database.listing import between, page
from services.gateway.database.ports import Slice, fields_of
from services.gateway.database.tables import DUERP_IMPORT_ENTRIES, DuerpEntryRow, DuerpImportEntryRow, DuerpImportRow
from services.gateway.duerp.imports.model import ImportRecord, WrittenEntry
from services.gateway.duerp.imports.ports import LineWords
from services.gateway.duerp.sql import SqlChanges, SqlEntries, in_batches
from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.imports import ImportMapping

_PLAIN = frozenset(ImportRecord.model_fields) - {"said", "failure"}
_MOST_OFFERED = 20


class _Words(NamedTuple):
    id: UUID
    work_unit: UUID | None
    family: str | None
    words: dict[str, Any]


class SqlImports:
    """Port: ImportRepository, within the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def locked(self, identity: UUID) -> ImportRecord | None:
        row = await self._session.get(DuerpImportRow, identity, with_for_update=True, populate_existing=True)
        return _record(row) if row else None

    async def add(self, record: ImportRecord) -> None:
        self._session.add(DuerpImportRow(**_columns(record)))
        await self._session.flush()

    async def save(self, record: ImportRecord) -> None:
        await self._session.merge(DuerpImportRow(**_columns(record)))
        await self._session.flush()

    async def lock_scope(self, scope: str) -> None:
        await self._session.exec(select(DuerpImportRow.id).where(DuerpImportRow.scope == scope).with_for_update())

    async def note(self, identity: UUID, written: Sequence[WrittenEntry]) -> None:
        await in_batches(
            self._session,
            insert(DUERP_IMPORT_ENTRIES),
            written,
            lambda each: {**each.model_dump(), "import_id": identity},
        )

    async def noted(self, identity: UUID) -> Sequence[WrittenEntry]:
        query = select(DuerpImportEntryRow).where(DuerpImportEntryRow.import_id == identity)
        return [WrittenEntry.model_validate(row) for row in (await self._session.exec(query)).all()]


@dataclass(frozen=True, slots=True)
class SqlImportRows:
    """Port: ImportRows."""

    imports: SqlImports
    entries: SqlEntries
    changes: SqlChanges

    @classmethod
    def within(cls, session: AsyncSession) -> "SqlImportRows":
        return cls(SqlImports(session), SqlEntries(session), SqlChanges(session))


class SqlImportCatalogue:
    """Port: ImportCatalogue."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, scope: str, identity: UUID) -> ImportRecord | None:
        found = await self._records(_of(scope).where(DuerpImportRow.id == identity))
        return found[0] if found else None

    async def page(self, scope: str, search: Slice) -> Sequence[ImportRecord]:
        query = _of(scope).where(*between(DuerpImportRow.created_at, search))
        return await self._records(page(query, DuerpImportRow.created_at, DuerpImportRow.id, search))

    async def of_source(self, record: ImportRecord) -> Sequence[ImportRecord]:
        alike = [DuerpImportRow.source == record.source]
        if record.signature:
            alike.append(DuerpImportRow.signature == record.signature)
        query = _of(record.scope).where(DuerpImportRow.id != record.id, or_(*alike))
        newest = query.order_by(col(DuerpImportRow.created_at).desc()).limit(_MOST_OFFERED)
        return [each for each in await self._records(newest) if each.said != ImportMapping()]

    async def work_units(self, scope: str) -> Sequence[tuple[UUID, str]]:
        query = _words(scope, col(DuerpEntryRow.kind) == EntryKind.WORK_UNIT)
        return [(row.id, row.words["name"]) for row in await self._words_of(query)]

    async def lines_of(
        self, scope: str, work_units: Collection[UUID], families: Collection[str | None]
    ) -> Sequence[LineWords]:
        place, family = col(DuerpEntryRow.work_unit), col(DuerpEntryRow.family)
        known = family.in_(sorted(each for each in families if each is not None))
        query = _words(
            scope,
            or_(
                (col(DuerpEntryRow.kind) == EntryKind.LINE) & place.in_(sorted(work_units)),
                col(DuerpEntryRow.kind) == EntryKind.SHARED_LINE,
            ),
            or_(known, family.is_(None)) if None in families else known,
        )
        return [
            LineWords(row.id, row.work_unit, row.family, row.words["hazard"], row.words["situation"])
            for row in await self._words_of(query)
        ]

    async def _words_of(self, query: Any) -> Sequence[_Words]:
        """Return rows with their contents as JSON says them: models of twenty thousand lines take seconds."""
        async with self._database.reading() as session:
            rows = (await session.exec(query)).all()
        return await asyncio.to_thread(lambda: [_Words(row[0], row[1], row[2], json.loads(row[3])) for row in rows])

    async def _records(self, query: Any) -> Sequence[ImportRecord]:
        async with self._database.reading() as session:
            return [_record(row) for row in (await session.exec(query)).all()]


def _words(scope: str, *where: Any) -> Any:
    """Return the SELECT of what tells entries apart, without their records."""
    return (
        select(DuerpEntryRow.id, DuerpEntryRow.work_unit, DuerpEntryRow.family, DuerpEntryRow.content)
        .where(DuerpEntryRow.scope == scope, col(DuerpEntryRow.archived_at).is_(None), *where)
        .order_by(col(DuerpEntryRow.created_at), col(DuerpEntryRow.id))
    )


def _of(scope: str) -> Any:
    return select(DuerpImportRow).where(DuerpImportRow.scope == scope)


def _columns(record: ImportRecord) -> dict[str, Any]:
    return {
        **fields_of(record, _PLAIN),
        "said": record.said.model_dump_json(),
        "failure": record.failure.model_dump() if record.failure else None,
    }


def _record(row: DuerpImportRow) -> ImportRecord:
    return ImportRecord(**fields_of(row, _PLAIN), said=ImportMapping.model_validate_json(row.said), failure=row.failure)
