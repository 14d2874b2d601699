"""Entries of DUERPs and their history in the database (ports: EntryRepository, ChangeRepository, DuerpCatalogue)."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, func, insert, select, tuple_, update
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.database.duerp_tables import DUERP_CHANGES, DUERP_ENTRIES, DuerpChangeRow, DuerpEntryRow
from services.gateway.database.engine import Database
from services.gateway.database.listing import any_of, between, page
from services.gateway.database.ports import fields_of
from services.gateway.duerp.contents import family_of, work_unit_of
from services.gateway.duerp.evidence import cited_versions
from services.gateway.duerp.known_records import KnownRecords, KnownWholes, Revision
from services.gateway.duerp.model import Change, EntryRecord
from services.gateway.duerp.ports import ChangeSearch, EntrySearch, Stamp
from services.gateway.duerp.ratings import ScaleVersion
from services.gateway.duerp.sources_sql import SqlSources
from shared.errors import Conflict
from shared.http_api.duerp.entries import Decided, EntryKind
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.kinds import KINDS
from shared.http_api.duerp.scales import Scale

Item = TypeVar("Item")

_AT_ONCE = 500
_UPDATE = update(DUERP_ENTRIES).where(DUERP_ENTRIES.c.id == bindparam("_id"))
_OF_ENTRY = frozenset(EntryRecord.model_fields) - {"content", "decided"}
_OF_CHANGE = frozenset(Change.model_fields) - {"content"}


class SqlEntries:
    """Port: EntryRepository, within the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def locked(self, scope: str, identity: UUID) -> EntryRecord | None:
        query = _entry(scope, identity).with_for_update().execution_options(populate_existing=True)
        row = (await self._session.exec(query)).first()
        return entry_record(row) if row else None

    async def locked_all(self, scope: str, identities: Collection[UUID]) -> Mapping[UUID, EntryRecord]:
        named = select(DuerpEntryRow).where(DuerpEntryRow.scope == scope, col(DuerpEntryRow.id).in_(sorted(identities)))
        query = named.order_by(col(DuerpEntryRow.id)).with_for_update().execution_options(populate_existing=True)
        return {row.id: entry_record(row) for row in (await self._session.exec(query)).all()}

    async def add(self, record: EntryRecord) -> None:
        self._session.add(DuerpEntryRow(**_columns(record)))
        try:
            await self._session.flush()
        except IntegrityError as error:
            raise Conflict(reason="duerp-exists") from error

    async def save(self, record: EntryRecord) -> None:
        await self._session.merge(DuerpEntryRow(**_columns(record)))
        await self._session.flush()

    async def add_all(self, records: Sequence[EntryRecord]) -> None:
        try:
            await in_batches(self._session, insert(DUERP_ENTRIES), records, _columns)
        except IntegrityError as error:
            raise Conflict(reason="duerp-exists") from error

    async def save_all(self, records: Sequence[EntryRecord]) -> None:
        await in_batches(self._session, _UPDATE, records, lambda each: {**_columns(each), "_id": each.id})

    async def whole(self, scope: str) -> Sequence[EntryRecord]:
        away = select(DuerpEntryRow).where(
            DuerpEntryRow.scope == scope, DuerpEntryRow.kind == EntryKind.STATEMENT, ~_IS_KEPT
        )
        archived = [entry_record(row) for row in (await self._session.exec(away)).all()]
        return [*await kept_entries(self._session, scope), *archived]

    async def stamp(self, scope: str) -> Stamp:
        return await stamp_of(self._session, scope)

    async def some(self, scope: str, identities: Collection[UUID]) -> Mapping[UUID, EntryRecord]:
        if not identities:
            return {}
        query = select(DuerpEntryRow).where(DuerpEntryRow.scope == scope, col(DuerpEntryRow.id).in_(sorted(identities)))
        return {row.id: entry_record(row) for row in (await self._session.exec(query)).all()}


class SqlChanges:
    """Port: ChangeRepository, within the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, change: Change) -> None:
        self._session.add(DuerpChangeRow(**_columns_of_change(change)))
        await self._session.flush()

    async def add_all(self, changes: Sequence[Change]) -> None:
        await in_batches(self._session, insert(DUERP_CHANGES), changes, _columns_of_change)

    async def scales(self, scope: str, versions: Collection[ScaleVersion]) -> Mapping[ScaleVersion, Scale]:
        if not versions:
            return {}
        query = select(DuerpChangeRow).where(
            DuerpChangeRow.scope == scope,
            DuerpChangeRow.kind == EntryKind.SCALE,
            tuple_(col(DuerpChangeRow.entry_id), col(DuerpChangeRow.revision)).in_(sorted(versions)),
        )
        rows = (await self._session.exec(query)).all()
        return {(row.entry_id, row.revision): Scale.model_validate_json(row.content) for row in rows}


@dataclass(frozen=True, slots=True)
class SqlDuerpRows:
    """Port: DuerpRows."""

    entries: SqlEntries
    changes: SqlChanges
    sources: SqlSources

    @classmethod
    def within(cls, session: AsyncSession) -> "SqlDuerpRows":
        return cls(SqlEntries(session), SqlChanges(session), SqlSources(session))


class SqlDuerpCatalogue:
    """Port: DuerpCatalogue."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known = KnownRecords()
        self._wholes = KnownWholes()

    async def find(self, scope: str, identity: UUID) -> EntryRecord | None:
        async with self._database.reading() as session:
            row = (await session.exec(_entry(scope, identity))).first()
            return entry_record(row) if row else None

    async def page(self, scope: str, search: EntrySearch) -> Sequence[EntryRecord]:
        conditions = (
            DuerpEntryRow.scope == scope,
            DuerpEntryRow.kind == search.kind,
            col(DuerpEntryRow.archived_at).is_not(None) if search.archived else _IS_KEPT,
            *([DuerpEntryRow.work_unit == search.work_unit] if search.work_unit else []),
            *([DuerpEntryRow.family == search.family] if search.family else []),
            *any_of(DuerpEntryRow.state, search.states),
            *between(DuerpEntryRow.created_at, search),
        )
        query = select(*_REVISION).where(*conditions)
        return await self._records(page(query, DuerpEntryRow.created_at, DuerpEntryRow.id, search, newest_first=False))

    async def whole(self, scope: str) -> Sequence[EntryRecord]:
        query = select(*_REVISION).where(DuerpEntryRow.scope == scope, _IS_KEPT)
        in_order = query.order_by(col(DuerpEntryRow.created_at), col(DuerpEntryRow.id))
        async with self._database.reading() as session:
            stamp = await stamp_of(session, scope)
            if (known := self._wholes.get(scope, stamp)) is not None:
                return known
            records = tuple(await self._read(session, in_order))
        self._wholes.keep(scope, stamp, records)
        return records

    async def stamp(self, scope: str) -> Stamp:
        async with self._database.reading() as session:
            return await stamp_of(session, scope)

    async def changes(self, scope: str, search: ChangeSearch) -> Sequence[Change]:
        query = select(DuerpChangeRow).where(
            DuerpChangeRow.scope == scope,
            *([DuerpChangeRow.entry_id == search.entry] if search.entry else []),
            *between(DuerpChangeRow.at, search),
        )
        async with self._database.reading() as session:
            rows = (await session.exec(page(query, DuerpChangeRow.at, DuerpChangeRow.id, search))).all()
            return [change_record(row) for row in rows]

    async def _records(self, query: Any) -> Sequence[EntryRecord]:
        async with self._database.reading() as session:
            return await self._read(session, query)

    async def _read(self, session: AsyncSession, query: Any) -> Sequence[EntryRecord]:
        """Return the records of the revisions that a query finds, in its order; what is known is not read again."""
        revisions: Sequence[Revision] = [tuple(row) for row in (await session.exec(query)).all()]
        found = {each[0]: self._known.get(each) for each in revisions}
        unread = [identity for identity, record in found.items() if record is None]
        for start in range(0, len(unread), _AT_ONCE):
            some = col(DuerpEntryRow.id).in_(unread[start : start + _AT_ONCE])
            for row in (await session.exec(select(DuerpEntryRow).where(some))).all():
                found[row.id] = record = entry_record(row)
                self._known.keep(record)
            await asyncio.sleep(0)  # twenty thousand lines take seconds: others have their turn
        return [record for record in found.values() if record is not None]


async def in_batches(
    session: AsyncSession, statement: Any, items: Sequence[Item], columns: Callable[[Item], dict[str, Any]]
) -> None:
    """Execute a statement for each item, some hundred at once; between two batches, others have their turn.

    In SQLAlchemy's Core: the ORM would send rows with other fields that are null one by one.
    """
    connection = await session.connection()
    for start in range(0, len(items), _AT_ONCE):
        await connection.execute(statement, [columns(each) for each in items[start : start + _AT_ONCE]])


async def stamp_of(session: AsyncSession, scope: str) -> Stamp:
    """Return what differs after any change of a scope's entries."""
    query = select(func.count(), func.coalesce(func.sum(DuerpEntryRow.revision), 0))
    count, revisions = (await session.exec(query.where(DuerpEntryRow.scope == scope))).one()
    return count, int(revisions)


_REVISION = (col(DuerpEntryRow.id), col(DuerpEntryRow.revision), col(DuerpEntryRow.updated_at))
_IS_KEPT = col(DuerpEntryRow.archived_at).is_(None)


async def kept_entries(session: AsyncSession, scope: str) -> Sequence[EntryRecord]:
    """Return all entries of a scope that are not archived, oldest first."""
    kept = select(DuerpEntryRow).where(DuerpEntryRow.scope == scope, _IS_KEPT)
    rows = (await session.exec(kept.order_by(col(DuerpEntryRow.created_at), col(DuerpEntryRow.id)))).all()
    found: list[EntryRecord] = []
    for start in range(0, len(rows), _AT_ONCE):
        found += [entry_record(row) for row in rows[start : start + _AT_ONCE]]
        await asyncio.sleep(0)  # twenty thousand lines take seconds: others have their turn
    return found


def _entry(scope: str, identity: UUID) -> Any:
    return select(DuerpEntryRow).where(DuerpEntryRow.id == identity, DuerpEntryRow.scope == scope)


def _columns(record: EntryRecord) -> dict[str, Any]:
    """The row of an entry: what lists filter by stands beside the sealed content."""
    return {
        **fields_of(record, _OF_ENTRY),
        **content_columns(record.content),
        "work_unit": work_unit_of(record.content),
        "family": family_of(record.content),
        "state": record.decided.state if record.decided else None,
        "decided": record.decided.model_dump_json() if record.decided else None,
    }


def _columns_of_change(change: Change) -> dict[str, Any]:
    return {**fields_of(change, _OF_CHANGE), **content_columns(change.content)}


def content_columns(content: Content) -> dict[str, str]:
    """Return the columns of a content, and of the versions whose words it holds."""
    cited = " ".join(sorted(version.hex for version in cited_versions(content)))
    return {"content": content.model_dump_json(), "cited": cited}


def entry_record(row: DuerpEntryRow) -> EntryRecord:
    """Return a row as the entry that it has."""
    return EntryRecord(
        **fields_of(row, _OF_ENTRY),
        content=_read(row.kind, row.content),
        decided=Decided.model_validate_json(row.decided) if row.decided else None,
    )


def change_record(row: DuerpChangeRow) -> Change:
    """Return a row of the history as what it tells."""
    return Change(**fields_of(row, _OF_CHANGE), content=_read(row.kind, row.content))


def _read(kind: str, content: str) -> Content:
    return KINDS[EntryKind(kind)].model_validate_json(content)
