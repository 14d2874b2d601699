"""States of documents' versions in the database (port: DocumentVersionStates)."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import col, exists, or_, select

from services.gateway.database.engine import Database
from services.gateway.database.tables import DocumentRow, VersionRow
from services.gateway.duerp.versions.article_texts import CODES
from shared.access import PUBLIC
from shared.http_api.documents import DocumentState

_AT_ONCE = 500


class SqlDocumentVersionStates:
    """Port: DocumentVersionStates."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def replaced(self, scope: str, versions: Collection[UUID]) -> frozenset[UUID]:
        wanted, found = sorted(versions), set[UUID]()
        newer = aliased(VersionRow)
        says_the_same = exists().where(
            col(newer.document_id) == col(VersionRow.document_id),
            col(newer.sha256) == col(VersionRow.sha256),
            col(newer.state) == DocumentState.INDEXED,
            col(newer.sequence) > col(DocumentRow.withdrawn),
        )
        for start in range(0, len(wanted), _AT_ONCE):
            query = (
                select(VersionRow.id)
                .join(DocumentRow, col(DocumentRow.id) == col(VersionRow.document_id))
                .where(
                    col(VersionRow.id).in_(wanted[start : start + _AT_ONCE]),
                    col(DocumentRow.scope).in_([PUBLIC, scope]),
                    VersionRow.media_type != CODES,
                    ~says_the_same,  # only cut otherwise
                    or_(
                        col(VersionRow.state).in_([DocumentState.REPLACED, DocumentState.WITHDRAWN]),
                        col(VersionRow.sequence) <= col(DocumentRow.withdrawn),
                    ),
                )
            )
            async with self._database.reading() as session:
                found.update((await session.exec(query)).all())
        return frozenset(found)
