"""Receipts, what is held back and what is wanted of the store, in the database.

Ports: WithdrawalRepository, HeldWithdrawalRepository, WantedObjects.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.database.duerp_tables import DuerpImportRow
from services.gateway.database.engine import Database
from services.gateway.database.tables import DocumentRow, VersionRow, WithdrawalRow
from services.gateway.documents.model import Withdrawal
from services.gateway.documents.ports import HeldWithdrawal
from shared.http_api.documents import DocumentState
from shared.http_api.duerp.imports import ImportState

_WANTED = VersionRow.state != DocumentState.WITHDRAWN


class SqlWithdrawals:
    """Port: WithdrawalRepository, within the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def lock(self, document_id: UUID) -> None:
        await self._session.get(DocumentRow, document_id, with_for_update=True, populate_existing=True)

    async def find(self, document_id: UUID, sequence: int) -> Withdrawal | None:
        row = await self._session.get(WithdrawalRow, (document_id, sequence))
        return Withdrawal.model_validate(row) if row else None

    async def save(self, withdrawal: Withdrawal) -> None:
        await self._session.merge(WithdrawalRow(**withdrawal.model_dump(), quotes_blanked_at=None))

    async def due(self, before: datetime, limit: int) -> Sequence[Withdrawal]:
        query = (
            select(WithdrawalRow)
            .where(
                col(WithdrawalRow.ended_at).is_(None),
                col(WithdrawalRow.repeated_at).is_(None),
                col(WithdrawalRow.withdrawn_at) < before,
            )
            .order_by(col(WithdrawalRow.withdrawn_at))
            .limit(limit)
        )
        return [Withdrawal.model_validate(row) for row in (await self._session.exec(query)).all()]


class SqlHeldWithdrawals:
    """Port: HeldWithdrawalRepository."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def hold(self, document_id: UUID, subject: str, at: datetime) -> None:
        await self._set(document_id, withdraws_at=at, withdraws_for=subject)

    async def release(self, document_id: UUID) -> None:
        await self._set(document_id, withdraws_at=None, withdraws_for=None)

    async def due(self, now: datetime, limit: int) -> Sequence[HeldWithdrawal]:
        query = (
            select(DocumentRow.id, DocumentRow.withdraws_for)
            .where(col(DocumentRow.withdraws_at) <= now)
            .order_by(col(DocumentRow.withdraws_at))
            .limit(limit)
        )
        async with self._database.reading() as session:
            return [HeldWithdrawal(identity, subject or "") for identity, subject in (await session.exec(query)).all()]

    async def _set(self, document_id: UUID, **columns: datetime | str | None) -> None:
        async with self._database.writing() as session:
            await session.exec(update(DocumentRow).where(col(DocumentRow.id) == document_id).values(**columns))


class SqlWantedObjects:
    """Port: WantedObjects."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sources(self, keys: Collection[str]) -> frozenset[str]:
        async with self._database.reading() as session:
            query = select(VersionRow.source_key).where(_WANTED, col(VersionRow.source_key).in_(list(keys)))
            return frozenset((await session.exec(query)).all())

    async def versions(self, versions: Collection[UUID]) -> frozenset[UUID]:
        async with self._database.reading() as session:
            query = select(VersionRow.id).where(_WANTED, col(VersionRow.id).in_(list(versions)))
            return frozenset((await session.exec(query)).all())

    async def imports(self, imports: Collection[UUID]) -> frozenset[UUID]:
        ended = [ImportState.DISCARDED, ImportState.TAKEN_BACK]
        async with self._database.reading() as session:
            query = select(DuerpImportRow.id).where(
                col(DuerpImportRow.state).not_in(ended), col(DuerpImportRow.id).in_(list(imports))
            )
            return frozenset((await session.exec(query)).all())

    async def any(self) -> bool:
        async with self._database.reading() as session:
            for table in (DocumentRow, DuerpImportRow):
                if (await session.exec(select(table.id).limit(1))).first() is not None:
                    return True
        return False
