"""Many entries of a DUERP at once, each in one transaction: all that is done stands in the history, or nothing."""

from collections.abc import Sequence
from uuid import UUID

from services.gateway.duerp.model import EntryRecord, Outdated, require_open, unit_id
from services.gateway.duerp.ports import DuerpRows
from services.gateway.duerp.service import Desk
from services.gateway.duerp.together.copies import duplicate, share
from services.gateway.duerp.together.model import Batch, Told, revised, revision_of
from services.gateway.outbox.ports import UnitOfWork, UnitsOfWork
from services.gateway.policy import may_keep_duerp, require
from shared.clock import utc_now
from shared.errors import InvalidInput, NotFound
from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.together import Named, ShareBody, Together, TogetherBody


class TogetherService:
    """Changes of many entries of the DUERPs that people have a desk at."""

    def __init__(self, work: UnitsOfWork[DuerpRows]) -> None:
        self._work = work

    async def revise(self, desk: Desk, body: TogetherBody) -> list[Told]:
        """Do the same to many lines, and tell what became of each: one that somebody changed meanwhile stays as it is.

        Raises:
            Forbidden: the person may not write in this DUERP.
            InvalidInput: lines are to be moved to what is no work unit of this DUERP.
            Conflict: the unit is closed.
        """
        revision = revision_of(body, desk.principal.subject, utc_now())
        async with self._work() as work:
            await require_writable(desk, work)
            if body.what is Together.MOVE and body.work_unit is not None:
                await require_work_units(desk, work, [body.work_unit])
            batch = Batch()
            found = await work.rows.entries.locked_all(desk.scope, [each.id for each in body.lines])
            told = revised(batch, body.lines, found, revision)
            await store(work, batch)
        return told

    async def share(self, desk: Desk, body: ShareBody) -> tuple[Batch, EntryRecord]:
        """Make one shared line of lines.

        Raises:
            Forbidden, Conflict: as `revise`.
            NotFound, Outdated: a line is not there any more, or somebody changed it since it was read.
            InvalidInput: one is shared already, or a work unit is not there.
        """
        async with self._work() as work:
            await require_writable(desk, work)
            await require_work_units(desk, work, body.work_units or ())
            found = await work.rows.entries.locked_all(desk.scope, [each.id for each in body.lines])
            lines = [_matched(found.get(each.id), each) for each in {each.id: each for each in body.lines}.values()]
            others = await work.rows.entries.whole(desk.scope)
            batch, shared = share(lines, others, body.work_units, desk.principal.subject, utc_now())
            await store(work, batch)
        return batch, shared

    async def duplicate(self, desk: Desk, work_unit: UUID, name: str) -> tuple[Batch, EntryRecord]:
        """Copy a work unit with its lines and statements.

        Raises:
            Forbidden, Conflict: as `revise`.
            NotFound: the DUERP has no such work unit.
        """
        async with self._work() as work:
            await require_writable(desk, work)
            source = await work.rows.entries.locked(desk.scope, work_unit)
            if source is None or source.kind is not EntryKind.WORK_UNIT or source.archived_at is not None:
                raise NotFound(what="entry")
            others = [each for each in await work.rows.entries.whole(desk.scope) if each.archived_at is None]
            batch, copy = duplicate(source, name, others, desk.principal.subject, utc_now())
            await store(work, batch)
        return batch, copy


async def require_writable(desk: Desk, work: UnitOfWork[DuerpRows]) -> None:
    """Go on if the person may write in the DUERP, and its unit is open."""
    require(may_keep_duerp(desk.principal, desk.scope), scope=desk.scope)
    described = unit_id(desk.scope)
    require_open((await work.rows.entries.some(desk.scope, [described])).get(described))


async def require_work_units(desk: Desk, work: UnitOfWork[DuerpRows], named: Sequence[UUID]) -> None:
    """Go on if all that are named are work units of the DUERP and not archived."""
    found = await work.rows.entries.some(desk.scope, named)
    if any(
        (each := found.get(one)) is None or each.kind is not EntryKind.WORK_UNIT or each.archived_at for one in named
    ):
        raise InvalidInput(reason="duerp-reference")


async def store(work: UnitOfWork[DuerpRows], batch: Batch) -> None:
    """Write a batch in the order that the history's references want."""
    await work.rows.entries.add_all(batch.added)
    await work.rows.entries.save_all(batch.saved)
    await work.rows.changes.add_all(batch.changes)


def _matched(record: EntryRecord | None, named: Named) -> EntryRecord:
    if record is None:
        raise NotFound(what="entry")
    if record.revision != named.revision:
        raise Outdated(record, None)
    return record
