"""Connection to SQLite or PostgreSQL, and its transactions."""

import asyncio
import logging
import time
import traceback
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.database import postgres, sqlite
from services.gateway.database.schema import (
    migrate,
    newest_revision,
    read_revision,
    read_revision_of,
    schema_finding,
)
from services.gateway.database.sealed_text import use_sealer
from services.gateway.settings import DatabaseSettings
from shared.errors import InsufficientStorage, StoreUnavailable, VigieError
from shared.sealing.ports import Sealer
from shared.sealing.unsealed import UNSEALED

logger = logging.getLogger("vigie.gateway")

_CLOSE_TIMEOUT_S = 15
_FIRST_PAUSE_S = 0.25
_LONGEST_PAUSE_S = 5.0


class Database:
    """The engine and its sessions, while it is opened."""

    def __init__(self, url: str, settings: DatabaseSettings | None = None, sealer: Sealer = UNSEALED) -> None:
        self.url = make_url(url)
        self._sealer = sealer
        self._settings = settings or DatabaseSettings()
        self._engine: AsyncEngine | None = None
        self._reads: AsyncEngine | None = None
        self._single: AsyncEngine | None = None
        self._transactions: set[asyncio.Future[None]] = set()
        self._turn = asyncio.Lock()
        self._log_is_due = True  # whoever was killed may have left one

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Be open for as long as this lasts; errors as `open`."""
        try:
            await self.open()
            yield
        finally:
            await self.close()

    async def open(self) -> None:
        """Migrate to the newest schema and connect; wait for a PostgreSQL that is not there yet.

        Raises:
            StoreUnavailable: the database cannot be reached, in all of `start_patience_s`, or refuses to let us in.
            NewerDatabase: a later version of Vigie has changed it.
        """
        if self.file is not None:
            sqlite.make_private(self.file)
        await self._migrated()
        if self.is_sqlite:
            self._engine = create_async_engine(
                self.url,
                hide_parameters=True,
                pool_size=self._settings.pool_size,
                pool_timeout=self._settings.acquire_timeout_s,
            )
            use_sealer(self._engine.dialect, self._sealer)
            sqlite.prepare(self._engine)
            self._reads = sqlite.reading(self._engine)
            return
        self._engine = create_async_engine(
            self.url,
            hide_parameters=True,
            pool_size=self._settings.pool_size,
            max_overflow=0,  # what is opened beside the pool is closed after each use: in a rush, all the time
            pool_timeout=self._settings.acquire_timeout_s,
            pool_recycle=self._settings.recycle_s,
            connect_args=postgres.connect_args(self._settings),
        )
        use_sealer(self._engine.dialect, self._sealer)
        postgres.leave_what_became_read_only(self._engine)
        postgres.try_what_was_idle(self._engine)
        # As SQLite does by itself. PostgreSQL's default shows each statement what was committed before that statement.
        self._reads = self._engine.execution_options(isolation_level="REPEATABLE READ")
        self._single = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    async def _migrated(self) -> None:
        give_up = time.monotonic() + self._settings.start_patience_s
        pause = _FIRST_PAUSE_S
        arguments = {} if self.is_sqlite else postgres.migration_args(self._settings)
        while True:
            try:
                if await read_revision_of(self.url, arguments) != newest_revision():
                    await asyncio.to_thread(migrate, self.url.render_as_string(hide_password=False), arguments)
            except Exception as error:
                failure = _as_unavailable(error)
                if failure is None:
                    raise
                if self.is_sqlite or postgres.is_refusal(error) or time.monotonic() + pause > give_up:
                    raise failure from error
                logger.warning("the start waits %.1f s for the database: %s", pause, type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_S)
            else:
                return

    async def close(self) -> None:
        """Let what is under way end, take nothing new, disconnect.

        A transaction whose connection is taken from it never ends: neither it nor the event loop would stop.
        """
        engine, self._engine, self._reads, self._single = self._engine, None, None, None
        if self._transactions:
            await asyncio.wait(self._transactions, timeout=_CLOSE_TIMEOUT_S)
        if engine is not None:
            await engine.dispose()

    async def finding(self) -> VigieError | None:
        """Return what is wrong with the database, open or not; None where nothing is, or its file is not there yet."""
        if self._engine is None and self.is_sqlite:
            return None
        try:
            if self._engine is None:
                found = await read_revision_of(self.url, postgres.migration_args(self._settings))
            else:
                found = await read_revision(self._engine)
        except Exception as error:
            if (failure := _as_unavailable(error)) is None:
                raise
            return failure
        return schema_finding(found, is_open=self._engine is not None)

    def reading(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A transaction that only reads, all of it from one state of the database; the errors of `writing`."""
        return self._transaction(self._reads)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A transaction that may read what it then writes: committed at the end, rolled back by an error.

        SQLite has one writer. Those of this process wait for each other here, first come first served and without a
        connection: in SQLite they would sleep between tries, up to 100 ms each, and keep readers from the pool.

        Raises:
            StoreUnavailable, InsufficientStorage: the database is down, locked too long, or its disk is full.
        """
        async with AsyncExitStack() as turn:
            if self.is_sqlite:
                await self._take_turn()
                turn.callback(self._turn.release)
            yield await turn.enter_async_context(self._transaction(self._engine))

    async def erased(self) -> None:
        """Let no word that was just deleted stay in SQLite's write-ahead log; at once, or as soon as nobody reads.

        What is deleted from the database itself is overwritten there (`secure_delete`). PostgreSQL: see the handbook.
        """
        self._log_is_due = True
        await self.truncate_log()

    async def truncate_log(self) -> None:
        """Empty the write-ahead log if that is due: also a chore, for when somebody was reading.

        Raises:
            StoreUnavailable: other writers took too long.
        """
        if not self._log_is_due or not self.is_sqlite:
            return
        async with AsyncExitStack() as turn:
            await self._take_turn()
            turn.callback(self._turn.release)
            async with self._served(self._engine) as engine, engine.connect() as connection:
                self._log_is_due = not await connection.run_sync(sqlite.truncated)

    @asynccontextmanager
    async def autocommit(self) -> AsyncIterator[AsyncConnection]:
        """On PostgreSQL each statement is a transaction by itself, without BEGIN and COMMIT around it; else `writing`.

        For what need not see or count as one with another statement (single_statement.py makes one of several).
        """
        if self.is_sqlite:
            async with self.writing() as session:
                yield await session.connection()
        else:
            async with self._served(self._single) as engine, engine.connect() as connection:
                yield connection

    async def _take_turn(self) -> None:
        try:
            async with asyncio.timeout(sqlite.BUSY_TIMEOUT_MS / 1000):
                await self._turn.acquire()
        except TimeoutError as error:
            raise StoreUnavailable(part="database") from error

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine | None) -> AsyncIterator[AsyncSession]:
        async with (
            self._served(engine) as served,
            AsyncSession(served, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @asynccontextmanager
    async def _served(self, engine: AsyncEngine | None) -> AsyncIterator[AsyncEngine]:
        if engine is None:
            raise StoreUnavailable(part="database")
        ended = asyncio.get_running_loop().create_future()
        self._transactions.add(ended)
        try:
            yield engine
        except (DBAPIError, PoolExhausted, OSError, TimeoutError) as error:
            failure = _as_unavailable(error)
            if failure is None:
                raise
            raise failure from error
        except asyncio.CancelledError as error:
            # A cursor that a frame of the traceback holds keeps SQLite's lock when its connection is closed already.
            traceback.clear_frames(error.__traceback__)
            raise
        finally:
            self._transactions.discard(ended)
            ended.set_result(None)

    @property
    def file(self) -> Path | None:
        """The file on this machine; None on a server, and in memory."""
        name = self.url.database
        return Path(name) if self.is_sqlite and name and name != ":memory:" else None

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"


def _as_unavailable(error: Exception) -> VigieError | None:
    """The error that says so, when it is the database that is down, busy or full; None for a defect or a conflict."""
    if isinstance(error, OperationalError | InterfaceError) and "full" in str(error.orig):
        return InsufficientStorage(part="database")
    if isinstance(error, OperationalError | InterfaceError | PoolExhausted | OSError | TimeoutError):
        return postgres.unavailable(error) or StoreUnavailable(part="database")
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return StoreUnavailable(part="database")
    return postgres.unavailable(error)
