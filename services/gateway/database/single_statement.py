"""Statements that count all or none, said to PostgreSQL as one: what every question waits for.

PostgreSQL takes writes as common table expressions of another one, and a statement is a transaction by itself; BEGIN,
each of the statements and COMMIT would be a way to the server and back each. SQLite has no way to save.
Source: PostgreSQL's documentation, 7.8.4, Data-Modifying Statements in WITH.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import Delete, Insert, RowMapping, Table, Update, bindparam
from sqlalchemy.ext.asyncio import AsyncConnection

Write: TypeAlias = Insert | Update | Delete


class SingleStatement:
    """Writes to tables of which none refers to another: their order is the server's.

    Args:
        last: its RETURNING is the result.
        others: no two of all these name a parameter alike.
    """

    def __init__(self, last: Write, *others: Write) -> None:
        self._apart = [(write, _asked_for(write)) for write in (*others, last)]
        self._joined = last.add_cte(*(other.cte(f"write_{n}") for n, other in enumerate(others)))

    async def execute(self, connection: AsyncConnection, parameters: Mapping[str, Any]) -> RowMapping | None:
        """Write by a connection of `Database.autocommit`; the first row that the last statement returns."""
        if connection.dialect.name == "postgresql":
            result = await connection.execute(self._joined, dict(parameters))
        else:
            for write, names in self._apart:
                result = await connection.execute(write, {name: parameters[name] for name in names})
        return result.mappings().first() if result.returns_rows else None


def insertion(table: Table) -> Insert:
    """Of a whole row, its parameters named `<table>_<column>`."""
    return table.insert().values({column.name: bindparam(f"{table.name}_{column.name}") for column in table.columns})


def inserted(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of an `insertion`, from values by column; None for a column that has none."""
    return {f"{table.name}_{column.name}": values.get(column.name) for column in table.columns}


def _asked_for(write: Write) -> frozenset[str]:
    """Names of the parameters that have no value yet."""
    return frozenset(name for name, bound in write.compile().binds.items() if bound.required)
