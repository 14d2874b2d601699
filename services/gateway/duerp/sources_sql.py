"""The documents that lines stand on, in the database (port: SourceRepository)."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.database.tables import DocumentRow, VersionRow
from services.gateway.duerp.evidence import Source
from shared.access import PUBLIC
from shared.contracts.media_types import CORPORA
from shared.contracts.passages import Origin
from shared.http_api.documents import DocumentState

_AT_ONCE = 500
"""Ids in a query; databases limit what a statement may name."""


class SqlSources:
    """Port: SourceRepository, within the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of(self, scope: str, versions: Collection[UUID]) -> Mapping[UUID, Source]:
        wanted, found = sorted(versions), dict[UUID, Source]()
        for start in range(0, len(wanted), _AT_ONCE):
            query = (
                select(VersionRow.id, VersionRow.media_type, VersionRow.state, DocumentRow.scope)
                .join(DocumentRow, col(DocumentRow.id) == col(VersionRow.document_id))
                .where(
                    col(VersionRow.id).in_(wanted[start : start + _AT_ONCE]),
                    col(DocumentRow.scope).in_([PUBLIC, scope]),
                )
            )
            for identity, media_type, state, of in (await self._session.exec(query)).all():
                found[identity] = Source(of, _origin(of, media_type), state == DocumentState.WITHDRAWN)
        return found


def _origin(scope: str, media_type: str) -> Origin:
    if scope != PUBLIC:
        return Origin(scope.partition(":")[0])
    return Origin.CORPUS if media_type in CORPORA else Origin.UPLOAD
