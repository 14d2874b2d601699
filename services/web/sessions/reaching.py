"""Errors of the sessions' database that say that it is away, or refuses us."""

from collections.abc import Iterator
from contextlib import contextmanager

from asyncpg import PostgresError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from shared.errors import StoreRefused, StoreUnavailable, VigieError

PART = "sessions"

_REFUSED = ("28", "42501")
"""Invalid authorization, insufficient privilege. Source: PostgreSQL's manual, appendix A."""

_AWAY = ("08", "3D", "53", "57")
"""Connection exceptions, no such database, insufficient resources, operator intervention."""


@contextmanager
def reached() -> Iterator[None]:
    """Translate what says that the database is away or refuses us.

    Raises:
        StoreRefused, StoreUnavailable: it is, or does.
    """
    try:
        yield
    except (DBAPIError, PostgresError, PoolExhausted, OSError) as error:
        if (failure := _failure(error)) is None:
            raise
        raise failure from error


def _failure(error: Exception) -> VigieError | None:
    state = _sqlstate(error)
    if state.startswith(_REFUSED):
        return StoreRefused(part=PART)
    if state.startswith(_AWAY) or (not state and not isinstance(error, PostgresError) and _is_away(error)):
        return StoreUnavailable(part=PART)
    return None


def _is_away(error: Exception) -> bool:
    return isinstance(error, OSError | PoolExhausted | InterfaceError | OperationalError)


def _sqlstate(error: BaseException) -> str:
    """Return PostgreSQL's code of an error or of what caused it; "" for none."""
    seen: BaseException | None = error
    while seen is not None:
        if state := getattr(seen, "sqlstate", None):
            return str(state)
        seen = getattr(seen, "orig", None) or seen.__cause__
    return ""
