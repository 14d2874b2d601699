"""Idempotency keys in the database (port: Idempotency), kept by the transaction of what they name."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.database.engine import Database
from services.gateway.database.tables import IdempotencyRow
from services.gateway.outbox.ports import IdempotencyKey
from shared.errors import Conflict


class SqlIdempotency:
    """Port: services.gateway.outbox.ports.Idempotency."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def known(self, key: IdempotencyKey) -> UUID | None:
        async with self._database.reading() as session:
            row = await session.get(IdempotencyRow, (key.subject, key.key))
        if row is None:
            return None
        if row.fingerprint != key.fingerprint:
            raise Conflict(reason="idempotency key of another request")
        return row.resource_id


def remember_key(session: AsyncSession, idempotency: IdempotencyKey | None, resource_id: UUID) -> None:
    if idempotency is not None:
        session.add(IdempotencyRow(**remembered_key(idempotency, resource_id)))


def remembered_key(idempotency: IdempotencyKey, resource_id: UUID) -> dict[str, Any]:
    """The row of `remember_key`."""
    return {
        "subject": idempotency.subject,
        "key": idempotency.key,
        "fingerprint": idempotency.fingerprint,
        "resource_id": resource_id,
        "created_at": datetime.now(UTC),
    }
