"""How the gateway works with SQLite: one writer, readers beside it, and what was accepted kept through a power cut."""

import os
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry

from shared.storage.private import make_private_folder

BUSY_TIMEOUT_MS = 10_000
"""How long a writer waits for another process's."""
_READS = "vigie_reads"


def make_private(path: Path) -> None:
    """Make the file of a new database, for its owner alone; SQLite's journals take its mode."""
    make_private_folder(path.parent)
    with suppress(OSError):  # SQLite says itself what it cannot open
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def prepare(engine: AsyncEngine) -> None:
    """Have each connection of `engine` configured, and each transaction begin as what it is."""
    event.listen(engine.sync_engine, "connect", _configure)
    event.listen(engine.sync_engine, "begin", _begin)


def reading(engine: AsyncEngine) -> AsyncEngine:
    """Return `engine` for transactions that only read."""
    return engine.execution_options(**{_READS: True})


def _configure(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """WAL lets readers read beside the writer; FULL keeps what was accepted through a power cut."""
    connection.isolation_level = None  # transactions begin below, not where sqlite3 guesses
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def truncated(connection: Connection) -> bool:
    """Checkpoint the write-ahead log and cut it to nothing, without waiting; whether nobody was in the way.

    Source: SQLite's documentation, PRAGMA wal_checkpoint(TRUNCATE): its first column is 1 if a reader blocked it.
    """
    cursor = connection.connection.cursor()  # no transaction around it
    try:
        cursor.execute("PRAGMA busy_timeout=0")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        found = cursor.fetchone()
        return found is not None and found[0] == 0
    finally:
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.close()


def _begin(connection: Connection) -> None:
    """Take the writer's lock before the first read: SQLite has no row locks, and a row read outside could be stale."""
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get(_READS) else "BEGIN IMMEDIATE")
