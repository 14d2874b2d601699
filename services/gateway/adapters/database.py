"""Connection to SQLite or PostgreSQL, and the migrations that bring it up to date."""

import asyncio
import traceback
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.errors import InsufficientStorage, StoreUnavailable

MIGRATIONS = Path(__file__).parent.parent / "migrations"
_POOL_SIZE = 5
_POOL_TIMEOUT_S = 10
_BUSY_TIMEOUT_MS = 10_000
_CLOSE_TIMEOUT_S = 15
_READS = "vigie_reads"


class Database:
    """The engine and its sessions; opened and closed by the composition root."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self._engine: AsyncEngine | None = None
        self._transactions: set[asyncio.Future[None]] = set()

    async def open(self) -> None:
        """Migrate to the newest schema and connect.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        if self._is_sqlite and self.url.database and self.url.database != ":memory:":
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        try:
            await asyncio.to_thread(migrate, self.url.render_as_string(hide_password=False))
        except (DBAPIError, OSError) as error:
            raise StoreUnavailable(part="database") from error
        self._engine = create_async_engine(self.url, pool_size=_POOL_SIZE, pool_timeout=_POOL_TIMEOUT_S)
        if self._is_sqlite:
            event.listen(self._engine.sync_engine, "connect", _configure_sqlite)
            event.listen(self._engine.sync_engine, "begin", _begin_sqlite)

    async def close(self) -> None:
        """Let what is under way end, take nothing new, disconnect.

        A transaction whose connection is taken from it never ends: neither it nor the event loop would stop.
        """
        engine, self._engine = self._engine, None
        if self._transactions:
            await asyncio.wait(self._transactions, timeout=_CLOSE_TIMEOUT_S)
        if engine is not None:
            await engine.dispose()

    def reading(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A transaction that only reads; the errors of `writing`."""
        return self._transaction(self._engine and self._engine.execution_options(**{_READS: True}))

    def writing(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A transaction that may read what it then writes: committed at the end, rolled back by an error.

        Raises:
            StoreUnavailable, InsufficientStorage: the database is down, locked too long, or its disk is full.
        """
        return self._transaction(self._engine)

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine | None) -> AsyncIterator[AsyncSession]:
        if engine is None:
            raise StoreUnavailable(part="database")
        ended = asyncio.get_running_loop().create_future()
        self._transactions.add(ended)
        try:
            async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
                yield session
        except (OperationalError, InterfaceError, OSError, TimeoutError) as error:
            if "full" in str(getattr(error, "orig", "")):
                raise InsufficientStorage(part="database") from error
            raise StoreUnavailable(part="database") from error
        except asyncio.CancelledError as error:
            # A cursor that a frame of the traceback holds keeps SQLite's lock when its connection is closed already.
            traceback.clear_frames(error.__traceback__)
            raise
        finally:
            self._transactions.discard(ended)
            ended.set_result(None)

    @property
    def _is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"


def migrate(url: str) -> None:
    """Bring the schema up to date; nothing to do is fine."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    command.upgrade(config, "head")


def _configure_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """WAL lets readers read beside the writer; FULL keeps what was accepted through a power cut."""
    connection.isolation_level = None  # transactions begin below, not where sqlite3 guesses
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_TIMEOUT_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the writer's lock before the first read: SQLite has no row locks, and a row read outside could be stale."""
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get(_READS) else "BEGIN IMMEDIATE")
