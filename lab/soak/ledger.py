"""Ledger of effects and deliveries: one SQLite file that all workers of a soak write."""

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
    """Result of one hop of the chain.

    Attributes:
        ids: number of messages delivered at least once.
        effects: number of moves of the balance; more than `ids` means repeated effects.
        deliveries: number of calls of the handler.
    """

    name: str
    ids: int
    effects: int
    deliveries: int


class EffectLedger:
    """Idempotent effects: a message moves its stage's balance once, however often it is delivered."""

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
        """Count a delivery; return True for the first, which moves the balance in the same transaction."""
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
        """Return the number of effects of all stages."""
        return int(self._connection.execute("SELECT sum(total) FROM balances").fetchone()[0])

    def stages(self) -> list[Stage]:
        rows = self._connection.execute(
            "SELECT stage, count(id), total, coalesce(sum(deliveries), 0) "
            "FROM balances LEFT JOIN effects USING (stage) GROUP BY stage ORDER BY stage"
        )
        return [Stage(*row) for row in rows]

    def close(self) -> None:
        self._connection.close()
