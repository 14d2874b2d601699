"""What is wrong with a database, as its operator is told: away, refused, without its tables, of an older schema."""

from collections.abc import Mapping
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from shared.errors import DatabaseNotMigrated, NewerDatabase, VigieError


def schema_finding(found: str | None, migrations: str, *, is_open: bool) -> VigieError | None:
    """Return what is wrong with a schema.

    Args:
        found: the revision that the database has; None: it has no tables.
        migrations: folder of the migrations that this version knows.
        is_open: whether this process works on it. A newer schema is no fault then: migrations only add, and a replica
            of the next version may have begun.
    """
    scripts = ScriptDirectory(migrations)
    newest = str(scripts.get_current_head())
    if found == newest:
        return None
    if found is None or found in {each.revision for each in scripts.walk_revisions()}:
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
