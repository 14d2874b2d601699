"""Idempotency keys in the database (port: Idempotency); they are stored by the unit of work of what they name."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, delete

from services.gateway.database.engine import Database
from services.gateway.database.tables import IdempotencyRow
from services.gateway.outbox.ports import IdempotencyKey
from shared.clock import utc_now
from shared.errors import Conflict


class SqlIdempotency:
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

    async def forget(self, before: datetime) -> int:
        async with self._database.writing() as session:
            result = await session.exec(delete(IdempotencyRow).where(col(IdempotencyRow.created_at) < before))
            return int(result.rowcount)


def idempotency_row(key: IdempotencyKey, resource: UUID) -> dict[str, Any]:
    """The row that keeps a key and what its request has made."""
    return {
        "subject": key.subject,
        "key": key.key,
        "fingerprint": key.fingerprint,
        "resource_id": resource,
        "created_at": utc_now(),
    }
