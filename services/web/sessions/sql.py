"""Sessions in a database of their own (port: SealedStore).

They are worth a new signing in and no more: when their form changes, the table gets another name and nobody migrates.
"""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import Column, DateTime, Index, LargeBinary, MetaData, String, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import create_async_engine

_METADATA = MetaData()
_SESSIONS = Table(
    "web_sessions_1",
    _METADATA,
    Column("name", String(64), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Column("session", String(64), index=True),
    Index("web_sessions_1_ends_at", "ends_at"),
)


class SqlSessions:
    """Port: SealedStore.

    Args:
        url: SQLAlchemy URL, of SQLite or PostgreSQL.
    """

    def __init__(self, url: str) -> None:
        self._engine = create_async_engine(url, pool_pre_ping=True)
        self._insert = sqlite.insert if self._engine.dialect.name == "sqlite" else postgresql.insert

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["SqlSessions"]:
        """Make the table if it is not there, and close the connections at the end."""
        async with self._engine.begin() as connection:
            await connection.run_sync(_METADATA.create_all)
        try:
            yield self
        finally:
            await self._engine.dispose()

    async def put(self, name: str, sealed: bytes, ends_at: datetime, group: str | None) -> None:
        newer = {"sealed": sealed, "ends_at": ends_at, "session": _hashed(group) if group else None}
        statement = self._insert(_SESSIONS).values(name=name, **newer)
        async with self._engine.begin() as connection:
            await connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=newer))

    async def get(self, name: str) -> bytes | None:
        async with self._engine.connect() as connection:
            sealed: bytes | None = await connection.scalar(select(_SESSIONS.c.sealed).where(_SESSIONS.c.name == name))
        return sealed

    async def delete(self, name: str) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(delete(_SESSIONS).where(_SESSIONS.c.name == name))

    async def delete_group(self, group: str) -> int:
        async with self._engine.begin() as connection:
            return (await connection.execute(delete(_SESSIONS).where(_SESSIONS.c.session == _hashed(group)))).rowcount

    async def delete_ended(self, now: datetime) -> int:
        async with self._engine.begin() as connection:
            return (await connection.execute(delete(_SESSIONS).where(_SESSIONS.c.ends_at <= now))).rowcount


def _hashed(group: str) -> str:
    return hashlib.sha256(group.encode()).hexdigest()
