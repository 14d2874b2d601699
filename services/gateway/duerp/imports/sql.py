"""Imports in the database (ports: ImportRepository, ImportCatalogue)."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col, insert, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.database.duerp_tables import (
    DUERP_IMPORT_ENTRIES,
    DuerpEntryRow,
    DuerpImportEntryRow,
    DuerpImportRow,
)
from services.gateway.database.engine import Database
from services.gateway.database.listing import between, page
from services.gateway.database.ports import Slice, fields_of
from services.gateway.duerp.imports.existing import LinesThere, LineWords
from services.gateway.duerp.imports.model import ImportRecord, WrittenEntry
from services.gateway.duerp.ports import Stamp
from services.gateway.duerp.sources_sql import SqlSources
from services.gateway.duerp.sql import SqlChanges, SqlEntries, in_batches, stamp_of
from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.imports import ImportMapping

_PLAIN = frozenset(ImportRecord.model_fields) - {"said", "failure"}
_MOST_OFFERED = 20
_MOST_THERE = 4
"""DUERPs whose lines stay indexed, of some megabytes where they are twenty thousand."""


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
    sources: SqlSources

    @classmethod
    def within(cls, session: AsyncSession) -> "SqlImportRows":
        return cls(SqlImports(session), SqlEntries(session), SqlChanges(session), SqlSources(session))


class SqlImportCatalogue:
    """Port: ImportCatalogue."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._there: dict[str, tuple[Stamp, LinesThere]] = {}

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

    async def lines_there(self, scope: str) -> LinesThere:
        async with self._database.reading() as session:
            stamp = await stamp_of(session, scope)
            known = self._there.pop(scope, None)
            if known is None or known[0] != stamp:
                rows = (await session.exec(_words(scope))).all()
                known = stamp, await asyncio.to_thread(_lines_there, rows)
        self._there[scope] = known
        if len(self._there) > _MOST_THERE:
            del self._there[next(iter(self._there))]
        return known[1]

    async def _records(self, query: Any) -> Sequence[ImportRecord]:
        async with self._database.reading() as session:
            return [_record(row) for row in (await session.exec(query)).all()]


def _words(scope: str) -> Any:
    """Return the SELECT of what tells work units and lines apart, without their records."""
    return (
        select(DuerpEntryRow.id, DuerpEntryRow.kind, DuerpEntryRow.work_unit, DuerpEntryRow.content)
        .where(
            DuerpEntryRow.scope == scope,
            col(DuerpEntryRow.archived_at).is_(None),
            col(DuerpEntryRow.kind).in_((EntryKind.WORK_UNIT, EntryKind.LINE, EntryKind.SHARED_LINE)),
        )
        .order_by(col(DuerpEntryRow.created_at), col(DuerpEntryRow.id))
    )


def _lines_there(rows: Iterable[Any]) -> LinesThere:
    """Index lines by contents as JSON says them: models of twenty thousand lines take seconds."""
    units, lines = [], []
    for identity, kind, work_unit, content in rows:
        words = json.loads(content)
        if kind == EntryKind.WORK_UNIT:
            units.append((identity, words["name"]))
        else:
            lines.append(LineWords(identity, work_unit, words["family"], words["hazard"], words["situation"]))
    return LinesThere(units, lines)


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
