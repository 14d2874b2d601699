"""Which versions have a model's vectors, in the database (port: VectorRepository)."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import col, delete
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.database.tables import EmbeddedVersionRow


class SqlVectors:
    """Within the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def forget(self, versions: Iterable[UUID]) -> None:
        await self._session.exec(
            delete(EmbeddedVersionRow).where(col(EmbeddedVersionRow.version_id).in_(list(versions)))
        )
