"""What took effect, and how often it was delivered: one SQLite file that all workers of a soak write."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

_BUSY_S = 30.0
_TABLES = """
CREATE TABLE effects (stage TEXT, id BLOB, deliveries INTEGER, PRIMARY KEY (stage, id)) WITHOUT ROWID;
CREATE TABLE balances (stage TEXT PRIMARY KEY, total INTEGER);
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """How one hop of the chain ended.

    Attributes:
        ids: messages that were delivered at least once.
        effects: how often the balance was moved; more than `ids` would be effects that were had twice.
        deliveries: how often a handler was given a message.
    """

    name: str
    ids: int
    effects: int
    deliveries: int


class EffectLedger:
    """Effects that are idempotent by id: a message moves its stage's balance once, however often it is delivered."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)
        self._connection.execute("PRAGMA synchronous = OFF")  # processes are killed, not the machine

    @classmethod
    def create(cls, path: Path, stages: tuple[str, ...]) -> "EffectLedger":
        ledger = cls(path)
        ledger._connection.execute("PRAGMA journal_mode = WAL")
        ledger._connection.executescript(_TABLES)
        ledger._connection.executemany("INSERT INTO balances VALUES (?, 0)", [(stage,) for stage in stages])
        return ledger

    def take_effect(self, stage: str, identity: UUID) -> bool:
        """Count the delivery; True when it is the first, and has moved the balance in the same transaction."""
        run = self._connection.execute
        run("BEGIN IMMEDIATE")
        (deliveries,) = run(
            "INSERT INTO effects VALUES (?, ?, 1) "
            "ON CONFLICT DO UPDATE SET deliveries = deliveries + 1 RETURNING deliveries",
            (stage, identity.bytes),
        ).fetchone()
        if deliveries == 1:
            run("UPDATE balances SET total = total + 1 WHERE stage = ?", (stage,))
        run("COMMIT")
        return bool(deliveries == 1)

    def total(self) -> int:
        """Effects of all stages so far."""
        return int(self._connection.execute("SELECT sum(total) FROM balances").fetchone()[0])

    def stages(self) -> list[Stage]:
        rows = self._connection.execute(
            "SELECT stage, count(id), total, coalesce(sum(deliveries), 0) "
            "FROM balances LEFT JOIN effects USING (stage) GROUP BY stage ORDER BY stage"
        )
        return [Stage(*row) for row in rows]

    def close(self) -> None:
        self._connection.close()
