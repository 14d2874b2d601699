"""SQL in words: SQLModel's `session.exec` is typed for statements that are built in Python."""

from typing import Any

from sqlalchemy import CursorResult, text
from sqlmodel.ext.asyncio.session import AsyncSession


async def run_sql(session: AsyncSession, words: str) -> CursorResult[*tuple[Any, ...]]:
    """Run a statement in the transaction of this session."""
    connection = await session.connection()
    return await connection.execute(text(words))
