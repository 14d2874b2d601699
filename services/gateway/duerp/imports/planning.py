"""Plans of imports, of a file that was understood or of an export's exact entries, on what the database has now."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from uuid import UUID

from services.gateway.duerp.imports.exact_plan import ExactFile, planned_exactly
from services.gateway.duerp.imports.plan import Plan, Understood, Writing, planned
from services.gateway.duerp.imports.ports import ImportRows
from services.gateway.duerp.model import EntryRecord
from shared.http_api.duerp.imports import ExactEntry

_AT_ONCE = 500
"""Ids in a query; databases limit what a statement may name."""


class Planner:
    """Plans what writing one file does.

    Args:
        found: what was understood of it; of an export, `exact` is what counts.
        exact: the key of the unit that exported it, and its entries; None for another file.
    """

    def __init__(self, found: Understood, exact: tuple[str, Sequence[ExactEntry]] | None, writing: Writing) -> None:
        self._found = found
        self._writing = writing
        self._file = ExactFile(*exact, writing) if exact else None

    async def loaded(self, rows: ImportRows) -> Callable[[], Plan]:
        """Read what the DUERP has, and return what makes the plan; that takes seconds, and no database."""
        file, scope = self._file, self._writing.scope
        if file is None:
            there = await rows.entries.whole(scope)
            return lambda: planned(self._found, there, self._writing)
        known = await _some(rows, scope, file.named)
        scales = await rows.changes.scales(scope, file.scales)
        return lambda: planned_exactly(file, known, scales, self._writing)

    async def plan(self, rows: ImportRows) -> Plan:
        """Return the plan on what the DUERP has now."""
        return await asyncio.to_thread(await self.loaded(rows))


async def _some(rows: ImportRows, scope: str, wanted: Collection[UUID]) -> dict[UUID, EntryRecord]:
    found: dict[UUID, EntryRecord] = {}
    for some in _batches(sorted(wanted)):
        found |= await rows.entries.some(scope, some)
    return found


def _batches(items: Sequence[UUID]) -> Sequence[Sequence[UUID]]:
    return [items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE)]
