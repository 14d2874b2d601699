"""A lease in PostgreSQL (port: Lease): one row, renewed by its holder, taken over once it has run out.

By the database's clock: replicas' own may differ. A row, and not a session's advisory lock: it passes a pooler such as
PgBouncer, and the death of a host that the server does not notice delays nobody for longer than the lease.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, delete, func, or_

from services.gateway.database.engine import Database
from services.gateway.database.tables import LeaseRow

_RENEWALS = 3
"""How often a lease is renewed in its time: a single answer that comes late loses nothing."""


class SqlLease:
    """One replica's claim.

    Args:
        name: of what the lease is for.
        ttl_s: seconds after which a holder that is silent has lost it.
        clock: seconds, monotonic.
    """

    def __init__(
        self, database: Database, name: str, *, ttl_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._name = name
        self._holder = uuid4()
        self._ttl = timedelta(seconds=ttl_s)
        self._clock = clock
        self._renew_at = float("-inf")

    async def held(self) -> bool:
        asked_at = self._clock()
        if asked_at < self._renew_at:
            return True
        until = func.clock_timestamp() + self._ttl
        claim = (
            insert(LeaseRow)
            .values(name=self._name, holder=self._holder, until=until)
            .on_conflict_do_update(
                index_elements=[col(LeaseRow.name)],
                set_={"holder": self._holder, "until": until},
                where=or_(col(LeaseRow.holder) == self._holder, col(LeaseRow.until) < func.clock_timestamp()),
            )
            .returning(col(LeaseRow.holder))
        )
        async with self._database.writing() as session:
            is_held = (await session.exec(claim)).first() is not None
        self._renew_at = asked_at + self._ttl.total_seconds() / _RENEWALS if is_held else float("-inf")
        return is_held

    async def release(self) -> None:
        self._renew_at = float("-inf")
        async with self._database.writing() as session:
            await session.exec(
                delete(LeaseRow).where(col(LeaseRow.name) == self._name, col(LeaseRow.holder) == self._holder)
            )
