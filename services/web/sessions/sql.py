"""Sessions in a database of their own (port: SealedStore).

They are worth a new signing in and no more: when their form changes, the table gets another name and nobody migrates.
"""

import hashlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Column, DateTime, Index, LargeBinary, MetaData, String, Table, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from services.web.sessions.reaching import reached

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
_CONNECT_S, _STATEMENT_S = 5, 15

_ANY = select(_SESSIONS.c.name).limit(1)
_ONE_MAKES_IT = select(func.pg_advisory_xact_lock(func.hashtext(_SESSIONS.name)))


class SqlSessions:
    """Port: SealedStore.

    Args:
        url: SQLAlchemy URL, of SQLite or PostgreSQL.
        tls: asyncpg's `ssl`, for PostgreSQL; None: as the address says.
    """

    def __init__(self, url: str, tls: ssl.SSLContext | str | None = None) -> None:
        self._is_sqlite = make_url(url).get_backend_name() == "sqlite"
        arguments = {} if self._is_sqlite else _connect_args(tls)
        self._engine = create_async_engine(url, pool_pre_ping=True, connect_args=arguments)
        self._insert = sqlite.insert if self._is_sqlite else postgresql.insert
        self.is_prepared = False

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["SqlSessions"]:
        """Close the connections at the end; there are none before something is asked."""
        try:
            yield self
        finally:
            await self._engine.dispose()

    async def look(self) -> None:
        """Make the table unless it is there, and see that it answers.

        Raises:
            StoreUnavailable, StoreRefused: the database is away, or does not let us in.
        """
        with reached():
            async with self._engine.begin() as connection:
                if not self._is_sqlite:  # replicas that start together would both make it
                    await connection.execute(_ONE_MAKES_IT)
                await connection.run_sync(_METADATA.create_all)
                await connection.execute(_ANY)
        self.is_prepared = True

    async def put(self, name: str, sealed: bytes, ends_at: datetime, group: str | None) -> None:
        newer = {"sealed": sealed, "ends_at": ends_at, "session": _hashed(group) if group else None}
        statement = self._insert(_SESSIONS).values(name=name, **newer)
        async with self._connected() as connection:
            await connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=newer))

    async def get(self, name: str) -> bytes | None:
        async with self._connected() as connection:
            sealed: bytes | None = await connection.scalar(select(_SESSIONS.c.sealed).where(_SESSIONS.c.name == name))
        return sealed

    async def delete(self, name: str) -> None:
        async with self._connected() as connection:
            await connection.execute(delete(_SESSIONS).where(_SESSIONS.c.name == name))

    async def delete_group(self, group: str) -> int:
        async with self._connected() as connection:
            return (await connection.execute(delete(_SESSIONS).where(_SESSIONS.c.session == _hashed(group)))).rowcount

    async def delete_ended(self, now: datetime) -> int:
        async with self._connected() as connection:
            return (await connection.execute(delete(_SESSIONS).where(_SESSIONS.c.ends_at <= now))).rowcount

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncConnection]:
        with reached():
            async with self._engine.begin() as connection:
                yield connection


def _connect_args(tls: ssl.SSLContext | str | None) -> dict[str, Any]:
    limits: dict[str, Any] = {"timeout": _CONNECT_S, "command_timeout": _STATEMENT_S}
    return limits if tls is None else limits | {"ssl": tls}


def _hashed(group: str) -> str:
    return hashlib.sha256(group.encode()).hexdigest()
