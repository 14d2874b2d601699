"""The year of the DUERPs that people have a desk at: begun, answered line by line, told; reminders."""

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from services.gateway.database.ports import Slice
from services.gateway.duerp.model import EntryRecord, added, confirmation_id, cycle_id
from services.gateway.duerp.ports import DuerpRows
from services.gateway.duerp.review.service import former_of
from services.gateway.duerp.service import Desk
from services.gateway.duerp.together.model import Batch, Told
from services.gateway.duerp.together.service import require_writable, store
from services.gateway.duerp.versions.ports import VersionCatalogue
from services.gateway.duerp.year.model import Year, answered
from services.gateway.duerp.year.reminders import Due, reminders
from services.gateway.outbox.ports import UnitsOfWork
from shared.clock import utc_now
from shared.errors import Conflict, NotFound
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.year import AnswersBody, Cycle


class YearService:
    """Cycles of the DUERPs that people have a desk at."""

    def __init__(self, work: UnitsOfWork[DuerpRows], versions: VersionCatalogue) -> None:
        self._work = work
        self._versions = versions

    async def open(self, desk: Desk, year: int) -> EntryRecord:
        """Begin the cycle of a year; the same again is the one that was begun.

        Raises:
            Forbidden: the person may not write in this DUERP.
            Conflict: the unit is closed, or the year's cycle is.
        """
        newest = await self._versions.page(desk.scope, Slice(limit=1))
        now = utc_now()
        async with self._work() as work:
            await require_writable(desk, work)
            known = await work.rows.entries.locked(desk.scope, cycle_id(desk.scope, year))
            if known is not None:
                _require_open(known)
                return known
            content = Cycle(year=year, opened_on=now.date(), since=newest[0].sequence if newest else None)
            batch = Batch()
            record = batch.add(added(desk.scope, content, desk.principal.subject, now))
            await store(work, batch)
        return record

    async def answer(self, desk: Desk, body: AnswersBody) -> list[Told]:
        """Write answers about lines, and tell what became of each; a line that somebody changed meanwhile is told.

        Raises:
            Forbidden: the person may not write in this DUERP.
            NotFound: nobody has begun this year's cycle.
            Conflict: it is closed, or the unit is.
        """
        lines = [each.id for each in body.answers]
        async with self._work() as work:
            await require_writable(desk, work)
            said = _require_open(await work.rows.entries.locked(desk.scope, cycle_id(desk.scope, body.year)))
            found = await work.rows.entries.locked_all(desk.scope, lines)
            known = await work.rows.entries.locked_all(
                desk.scope, [confirmation_id(desk.scope, each) for each in lines]
            )
            batch = Batch()
            told = answered(batch, said, body.answers, found, known, desk.principal.subject, utc_now())
            await store(work, batch)
        return told

    async def year(self, desk: Desk, year: int | None) -> Year:
        """Return a cycle as it is now, the newest where none is named.

        Raises:
            NotFound: nobody has begun it.
            AlteredVersion: the version that it names is not what was frozen.
        """
        records = await desk.entries()
        cycles = {each.content.year: each for each in records if isinstance(each.content, Cycle)}
        cycle = cycles.get(max(cycles, default=0) if year is None else year)
        if cycle is None or not isinstance(cycle.content, Cycle):
            raise NotFound(what="cycle")
        return Year(cycle, records, await self._former(desk.scope, cycle.content.since))

    async def reminders(self, desk: Desk, within: timedelta) -> tuple[date, list[Due]]:
        """Return what is to be done by which day, and the day that it is now."""
        today = utc_now().date()
        records, newest = await asyncio.gather(desk.entries(), self._versions.page(desk.scope, Slice(limit=1)))
        return today, reminders(records, newest[0].frozen_at.date() if newest else None, today, within)

    async def _former(self, scope: str, sequence: int | None) -> Mapping[UUID, Content]:
        version = await self._versions.find(scope, sequence) if sequence is not None else None
        return (await asyncio.to_thread(former_of, version)).contents if version else {}


def _require_open(cycle: EntryRecord | None) -> Cycle:
    if cycle is None or not isinstance(cycle.content, Cycle):
        raise NotFound(what="cycle")
    if cycle.archived_at is not None or cycle.content.closed_on is not None:
        raise Conflict(reason="duerp-year-closed")
    return cycle.content
