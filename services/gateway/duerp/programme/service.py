"""The programmes of the DUERPs that people have a desk at."""

import asyncio
from collections.abc import Sequence

from services.gateway.duerp.model import Change
from services.gateway.duerp.programme.model import YearlyProgramme
from services.gateway.duerp.programme.ports import ActionHistory
from services.gateway.duerp.service import Desk
from shared.clock import utc_now


class ProgrammeService:
    """Programmes by year."""

    def __init__(self, history: ActionHistory) -> None:
        self._history = history

    async def programme(self, desk: Desk, year: int | None) -> tuple[YearlyProgramme, Sequence[Change]]:
        """Return the programme of a year, this one where none is named, and all that its actions ever said."""
        records, history = await asyncio.gather(desk.entries(), self._history.actions(desk.scope))
        today = utc_now().date()
        return YearlyProgramme(year or today.year, today, records), history
