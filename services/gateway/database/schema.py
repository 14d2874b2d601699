"""The schema that a database has, what is wrong with it, and the migrations that bring it to the newest."""

import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError
from alembic.util import CommandError
from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from shared.errors import DatabaseNotMigrated, NewerDatabase, VigieError

MIGRATIONS = Path(__file__).parent / "migrations"
_migrating = threading.Lock()
"""Alembic keeps the migration under way in variables of its module: one at a time in a process."""


def migrate(url: str, connect_args: Mapping[str, Any] | None = None) -> None:
    """Bring the schema up to date; nothing to do is fine. On PostgreSQL, one replica at a time (see env.py).

    Raises:
        NewerDatabase: a later version has brought it to a schema that is unknown here.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    config.attributes["connect_args"] = dict(connect_args or {})
    with _migrating:
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            if isinstance(unknown := error.__cause__, ResolutionError):
                raise NewerDatabase(found=str(unknown.argument), known=newest_revision()) from None
            raise


@cache
def _scripts() -> ScriptDirectory:
    """Return the migrations, read once: /readyz and each start ask for them."""
    return ScriptDirectory(str(MIGRATIONS))


def newest_revision() -> str:
    """Return the revision that this version brings a database to."""
    return str(_scripts().get_current_head())


def schema_finding(found: str | None, *, is_open: bool) -> VigieError | None:
    """Return what is wrong with a schema.

    Args:
        found: the revision that the database has; None: it has no tables.
        is_open: whether this process works on it. A newer schema is no fault then: migrations only add, and a replica
            of the next version may have begun.
    """
    newest = newest_revision()
    if found == newest:
        return None
    if found is None or found in {each.revision for each in _scripts().walk_revisions()}:
        return DatabaseNotMigrated(found=found or "-", known=newest)
    return None if is_open else NewerDatabase(found=found, known=newest)


async def read_revision(engine: AsyncEngine) -> str | None:
    """Return the revision of a database's schema, None where it has no tables; errors are the driver's."""
    async with engine.connect() as connection:
        there = await connection.run_sync(lambda sync: sync.dialect.has_table(sync, "alembic_version"))
        return (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar() if there else None


async def read_revision_of(url: URL, connect_args: Mapping[str, Any]) -> str | None:
    """Return the same by a connection of its own, for a database that is not open yet."""
    engine = create_async_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=dict(connect_args))
    try:
        return await read_revision(engine)
    finally:
        await engine.dispose()
