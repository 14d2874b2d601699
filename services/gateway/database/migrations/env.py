"""Runs the migrations, called by services.gateway.database.schema.migrate from a thread of its own."""

import asyncio
from typing import Any

from alembic import context
from sqlalchemy import Connection, pool
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

import services.gateway.database.duerp_tables
import services.gateway.database.tables  # noqa: F401 (both fill the metadata)

_LOCK = 0x7669676965  # "vigie"


def _run(connection: Connection) -> None:
    """Within the lock each replica finds the work done by the one before it; the lock ends with the transaction."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


async def _connect_and_run(url: str, connect_args: dict[str, Any]) -> None:
    engine = create_async_engine(url, poolclass=pool.NullPool, connect_args=connect_args)
    async with engine.begin() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


asyncio.run(_connect_and_run(context.config.attributes["url"], context.config.attributes["connect_args"]))
