"""What scopes take of the store, from the database (port: ScopeUsage)."""

from collections.abc import Collection, Mapping

from sqlmodel import col, func, select

from services.gateway.database.engine import Database
from services.gateway.database.tables import DocumentRow, VersionRow
from services.gateway.documents.quotas import Usage
from shared.http_api.documents import DocumentState


class SqlScopeUsage:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, scopes: Collection[str] | None) -> Mapping[str, Usage]:
        # Versions that differ in title or chunking alone have one file.
        versions = (
            select(DocumentRow.scope, VersionRow.document_id, VersionRow.source_key, VersionRow.size)
            .join(DocumentRow)
            .where(VersionRow.state != DocumentState.WITHDRAWN)
            .distinct()
        )
        if scopes is not None:
            versions = versions.where(col(DocumentRow.scope).in_(scopes))
        files = versions.subquery()
        query = select(files.c.scope, func.count(files.c.document_id.distinct()), func.sum(files.c.size)).group_by(
            files.c.scope
        )
        async with self._database.reading() as session:
            return {scope: Usage(documents, int(size)) for scope, documents, size in (await session.exec(query)).all()}
