"""Words of withdrawn documents are taken out of lines, their history and files that were written of them (ADR 71)."""

from collections.abc import Awaitable, Callable, Collection
from uuid import UUID

from sqlmodel import col, select

from services.gateway.database.duerp_tables import DuerpChangeRow, DuerpEntryRow
from services.gateway.database.engine import Database
from services.gateway.duerp.contents import LINES
from services.gateway.duerp.evidence import without_words_of
from services.gateway.duerp.model import change_of, without_words
from services.gateway.duerp.sql import SqlChanges, SqlEntries, change_record, content_columns, entry_record
from shared.access import PUBLIC
from shared.clock import utc_now
from shared.http_api.duerp.entries import ChangeType

_AT_ONCE = 100
"""Rows read and written in one transaction: on SQLite it keeps other writers waiting for some 20 ms."""

_BY = "vigie-gateway"
"""Who makes the revision of a line that loses words."""


class SqlWithdrawnEvidence:
    """Blanks evidence in the DUERPs.

    Args:
        forget_files: removes the files that were written of the DUERP of a scope.
    """

    def __init__(self, database: Database, forget_files: Callable[[str], Awaitable[None]]) -> None:
        self._database = database
        self._forget_files = forget_files

    async def blank(self, scope: str, versions: Collection[UUID]) -> int:
        """Take out the words of versions of a document of this scope; how many lines and changes lost some.

        Files are removed again at each call: one may have been on its way when its line lost its words.
        """
        for table in (DuerpEntryRow, DuerpChangeRow):
            while await self._note_cited(table):
                pass
        blanked = 0
        for version in versions:
            while done := await self._blank_entries(version):
                blanked += done
            while done := await self._blank_changes(version):
                blanked += done
        for each in await self._scopes() if scope == PUBLIC else [scope]:
            await self._forget_files(each)
        return blanked

    async def _note_cited(self, table: type[DuerpEntryRow] | type[DuerpChangeRow]) -> int:
        """Note what lines cite that were stored before that was noted."""
        query = select(table).where(col(table.cited).is_(None), col(table.kind).in_(sorted(LINES))).limit(_AT_ONCE)
        async with self._database.writing() as session:
            rows = (await session.exec(query)).all()
            for row in rows:
                assert isinstance(row, DuerpEntryRow | DuerpChangeRow)  # as the query says
                record = change_record(row) if isinstance(row, DuerpChangeRow) else entry_record(row)
                row.cited = content_columns(record.content)["cited"]
                session.add(row)
            return len(rows)

    async def _blank_entries(self, version: UUID) -> int:
        query = select(DuerpEntryRow).where(col(DuerpEntryRow.cited).contains(version.hex)).limit(_AT_ONCE)
        async with self._database.writing() as session:
            records = [entry_record(row) for row in (await session.exec(query.with_for_update())).all()]
            now = utc_now()
            blanked = [without_words(each, without_words_of(each.content, {version}), _BY, now) for each in records]
            if blanked:
                await SqlEntries(session).save_all(blanked)
                await SqlChanges(session).add_all([change_of(each, ChangeType.CHANGED) for each in blanked])
            return len(blanked)

    async def _blank_changes(self, version: UUID) -> int:
        query = select(DuerpChangeRow).where(col(DuerpChangeRow.cited).contains(version.hex)).limit(_AT_ONCE)
        async with self._database.writing() as session:
            rows = (await session.exec(query)).all()
            for row in rows:
                columns = content_columns(without_words_of(change_record(row).content, {version}))
                row.content, row.cited = columns["content"], columns["cited"]
                session.add(row)
            return len(rows)

    async def _scopes(self) -> list[str]:
        async with self._database.reading() as session:
            return list((await session.exec(select(DuerpEntryRow.scope).distinct())).all())
