"""How the gateway connects to PostgreSQL, and what PostgreSQL's error codes mean for whoever asked.

Codes: PostgreSQL's documentation, appendix A.
"""

import math
import time
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from services.gateway.settings import DatabaseSettings
from shared.errors import DatabaseNotMigrated, InsufficientStorage, StoreRefused, StoreUnavailable, VigieError
from shared.postgres_tls import tls_argument

_UNAVAILABLE_CLASSES = ("08", "3D", "40", "53", "57")
"""Connection, no such database, rollback forced by others, resources, operator's intervention (a stop, a cancelled
statement)."""
_UNAVAILABLE_CODES = {"25006", "25P03", "55P03"}
"""Read-only since a failover; idle too long in a transaction; locked too long."""
_READ_ONLY = "25006"
_DISK_FULL = "53100"
_REFUSED = ("28", "42501")
"""A wrong account or password; no right to do this."""
_NO_TABLE = "42P01"
_IDLE_SINCE = "vigie_idle_since"
_IDLE_S = 1.0
"""A connection that served since then is not tried before its use."""
_HANGING_S = 5
"""How long after its statement time-out a server that has not even cancelled is taken for dead."""


def connect_args(settings: DatabaseSettings) -> dict[str, Any]:
    """Arguments of asyncpg.connect for the pool; a statement, a lock and an idle transaction end in time."""
    return migration_args(settings) | {
        "command_timeout": settings.statement_timeout_s + _HANGING_S,
        "server_settings": _server_settings(settings)
        | {
            "statement_timeout": _ms(settings.statement_timeout_s),
            "lock_timeout": _ms(settings.lock_timeout_s),
        },
    }


def migration_args(settings: DatabaseSettings) -> dict[str, Any]:
    """The same for the connection that migrates: it waits for another replica's migration as long as that takes."""
    arguments: dict[str, Any] = {
        "timeout": settings.connect_timeout_s,
        "server_settings": _server_settings(settings),
    }
    if settings.tls is not None:
        arguments["ssl"] = tls_argument(
            settings.tls, settings.tls_ca_file, settings.tls_cert_file, settings.tls_key_file
        )
    return arguments


def leave_what_became_read_only(engine: AsyncEngine) -> None:
    """After a failover the old connections may lead to what is a replica now: drop them all, not one at a time."""

    @event.listens_for(engine.sync_engine, "handle_error")
    def invalidate(context: ExceptionContext) -> None:
        if sqlstate(context.original_exception) == _READ_ONLY:
            context.is_disconnect = True


def try_what_was_idle(engine: AsyncEngine) -> None:
    """Try a connection before its use where it was idle: the server may have gone since.

    SQLAlchemy's own `pool_pre_ping` tries every time, which is three ways to the server and back (a transaction around
    nothing). One that served a moment ago is taken as it is; if it fails, all are dropped, as with `pool_pre_ping`.
    """
    sync = engine.sync_engine

    @event.listens_for(sync, "checkin")
    def note(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        record.info[_IDLE_SINCE] = time.monotonic()

    @event.listens_for(sync, "checkout")
    def check(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
        if time.monotonic() - record.info.get(_IDLE_SINCE, -math.inf) < _IDLE_S:
            return
        try:
            sync.dialect.do_ping(connection)
        except sync.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def sqlstate(error: BaseException | None) -> str:
    """PostgreSQL's code, of the driver's error or of SQLAlchemy's around it; empty for anything else."""
    code = getattr(error, "sqlstate", None) or getattr(getattr(error, "orig", None), "sqlstate", None)
    return str(code or "")


def is_refusal(error: BaseException) -> bool:
    """A wrong password or user, or no right: waiting does not help, somebody has to mend it."""
    return sqlstate(error).startswith(_REFUSED)


def unavailable(error: BaseException) -> VigieError | None:
    """What a person is told when the code is about the server and not about what was asked of it; else None."""
    code = sqlstate(error)
    if code == _DISK_FULL:
        return InsufficientStorage(part="database")
    if code.startswith(_REFUSED):
        return StoreRefused(part="database")
    if code == _NO_TABLE:
        return DatabaseNotMigrated(part="database")
    if code in _UNAVAILABLE_CODES or code.startswith(_UNAVAILABLE_CLASSES):
        return StoreUnavailable(part="database")
    return None


def _server_settings(settings: DatabaseSettings) -> dict[str, str]:
    return {
        "application_name": settings.application_name,
        "idle_in_transaction_session_timeout": _ms(settings.idle_transaction_timeout_s),
    }


def _ms(seconds: float) -> str:
    return str(round(seconds * 1000))
