"""Writing an import into the unit's DUERP once a person says so, and taking it back."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace as replaced
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel

from services.gateway.duerp.contents import references
from services.gateway.duerp.evidence import named_versions, with_sources
from services.gateway.duerp.imports.model import ImportRecord, WrittenEntry, matched, taken_back, written
from services.gateway.duerp.imports.plan import Plan, Understood, Writing
from services.gateway.duerp.imports.planning import Planner
from services.gateway.duerp.imports.ports import ImportRows
from services.gateway.duerp.imports.service import ImportService
from services.gateway.duerp.model import EntryRecord, archived, change_of, require_open, unit_id
from services.gateway.duerp.service import Desk, Match
from services.gateway.outbox.ports import UnitOfWork, UnitsOfWork
from services.gateway.policy import may_keep_duerp, require
from shared.clock import utc_now
from shared.contracts.duerp_files import PART_BATCH
from shared.errors import Conflict, InvalidInput, NotFound, StoreUnavailable
from shared.http_api.duerp.entries import ChangeType
from shared.http_api.duerp.imports import ExactEntry, ImportedAction, ImportedFinding, ImportedLine, ImportState

Item = TypeVar("Item", bound=BaseModel)


class ImportWriting:
    """Writes what was confirmed, all of it or nothing; the errors of both methods are those of ImportService too."""

    def __init__(self, work: UnitsOfWork[ImportRows], imports: ImportService) -> None:
        self._work = work
        self._imports = imports

    async def plan(self, desk: Desk, identity: UUID, names: Mapping[str, str]) -> Plan:
        """What writing an import would do now, with what is there already replaced where it differs.

        Raises:
            NotFound: the unit has no such import.
            Conflict: it was not read, was written, or has ended.
        """
        record = await self._imports.find(desk, identity)
        _require_read(record)
        planner = await self._planner(record, self._writing(desk, record, names, replace=True))
        async with self._work() as work:
            return await planner.plan(work.rows)

    async def write(
        self, desk: Desk, identity: UUID, names: Mapping[str, str], match: Match, *, replace: bool
    ) -> ImportRecord:
        """Write an import: what is new is added, what is there already stays, or is replaced if the person says so.

        An import that was written is not written again, whichever revision the request names.

        Raises:
            NotFound: the unit has no such import.
            PreconditionRequired, PreconditionFailed: the person does not name the newest revision.
            Conflict: it was not read, or has ended.
            StoreUnavailable: the store has not all that was read.
        """
        record = await self._imports.find(desk, identity)
        if record.state is ImportState.WRITTEN:
            return record
        matched(record, match)
        _require_read(record)
        writing = self._writing(desk, record, names, replace=replace)
        planner = await self._planner(record, writing)
        async with self._work() as work:
            seen = await work.rows.entries.stamp(desk.scope)
            planned = await planner.loaded(work.rows)
        plan = await asyncio.to_thread(planned)  # takes seconds: others go on writing
        async with self._work() as work:
            current = await self._locked(work, desk, identity)
            if current.state is ImportState.WRITTEN:
                return current
            matched(current, Match(frozenset({record.revision})))
            described = unit_id(desk.scope)
            require_open((await work.rows.entries.some(desk.scope, [described])).get(described))
            if await work.rows.entries.stamp(desk.scope) != seen:
                plan = await planner.plan(work.rows)
            await _store(work, record, await _sourced(work, desk.scope, plan))
            after = written(record, dict(plan.counts), writing.by, writing.now)
            await work.rows.imports.save(after)
        return after

    async def take_back(self, desk: Desk, identity: UUID, why: str, match: Match) -> ImportRecord:
        """Archive the entries that an import has added, but for those that somebody changed or needs since.

        Raises:
            NotFound, PreconditionRequired, PreconditionFailed: as `write`.
            InvalidInput: there is no reason.
            Conflict: it was not written.
        """
        require(may_keep_duerp(desk.principal, desk.scope), scope=desk.scope)
        if not why.strip():
            raise InvalidInput(reason="duerp-import-why")
        async with self._work() as work:
            record = await self._locked(work, desk, identity)
            matched(record, match)
            noted = await work.rows.imports.noted(identity)
            there = await work.rows.entries.whole(desk.scope)
            away = await asyncio.to_thread(_untouched, noted, there)
            by, now = desk.principal.subject, utc_now()
            gone = [archived(each, by, now) for each in away]
            counts = {"taken_back": len(gone), "left": len(noted) - len(gone)}
            after = taken_back(record, counts, by, now)
            await work.rows.entries.save_all(gone)
            await work.rows.changes.add_all([change_of(each, ChangeType.ARCHIVED, why) for each in gone])
            await work.rows.imports.save(after)
        await self._imports.forget(identity)
        return after

    async def _locked(self, work: UnitOfWork[ImportRows], desk: Desk, identity: UUID) -> ImportRecord:
        await work.rows.imports.lock_scope(desk.scope)
        record = await work.rows.imports.locked(identity)
        if record is None or record.scope != desk.scope:
            raise NotFound(what="import")
        return record

    async def _planner(self, record: ImportRecord, writing: Writing) -> Planner:
        summary = await self._imports.summary(record)
        exact = (summary.own.unit, await self._whole(record, "exact", ExactEntry)) if summary and summary.own else None
        lines = await self._whole(record, "lines", ImportedLine)
        if len(lines) != (record.counts or {}).get("lines", len(lines)):
            raise StoreUnavailable(part="objects")  # better nothing than a part of it
        found = Understood(
            file_name=record.file_name,
            scale=summary.scale if summary else {},
            lines=lines,
            actions=await self._whole(record, "actions", ImportedAction),
            report=await self._whole(record, "report", ImportedFinding),
        )
        return Planner(found, exact, writing)

    async def _whole(self, record: ImportRecord, part: str, model: type[Item]) -> list[Item]:
        found: list[Item] = []
        while page := await self._imports.part(record, part, model, len(found) - 1, PART_BATCH):
            found += page
        return found

    def _writing(self, desk: Desk, record: ImportRecord, names: Mapping[str, str], *, replace: bool) -> Writing:
        return Writing(
            identity=record.id,
            scope=desk.scope,
            by=desk.principal.subject,
            now=utc_now(),
            names={**names, "file": record.file_name},
            replace=replace,
        )


async def _store(work: UnitOfWork[ImportRows], record: ImportRecord, plan: Plan) -> None:
    await work.rows.entries.add_all(plan.added)
    await work.rows.entries.save_all(plan.replaced)
    await work.rows.changes.add_all([change_of(each, ChangeType.ADDED) for each in plan.added])
    await work.rows.changes.add_all([change_of(each, ChangeType.CHANGED) for each in plan.replaced])
    noted = [WrittenEntry(entry_id=each.id, revision=each.revision, added=True) for each in plan.added]
    noted += [WrittenEntry(entry_id=each.id, revision=each.revision, added=False) for each in plan.replaced]
    await work.rows.imports.note(record.id, noted)


async def _sourced(work: UnitOfWork[ImportRows], scope: str, plan: Plan) -> Plan:
    """Return a plan whose evidence tells what Vigie knows of its documents, whatever the file says there (ADR 71)."""
    records = [each for each in (*plan.added, *plan.replaced) if named_versions(each.content)]
    if not records:
        return plan
    versions = frozenset[UUID]().union(*(named_versions(each.content) for each in records))
    sources = await work.rows.sources.of(scope, versions)
    there = await work.rows.entries.some(scope, [each.id for each in plan.replaced if each in records])

    def told(record: EntryRecord) -> EntryRecord:
        before = there[record.id].content if record.id in there else None
        return record.model_copy(update={"content": with_sources(record.content, before, sources, typed=True)})

    return replaced(plan, added=[*map(told, plan.added)], replaced=[*map(told, plan.replaced)])


def _untouched(noted: Sequence[WrittenEntry], there: Iterable[EntryRecord]) -> Sequence[EntryRecord]:
    """Return the entries that an import added and nobody changed, but for those that what stays refers to."""
    revisions = {each.entry_id: each.revision for each in noted if each.added}
    kept = [each for each in there if each.archived_at is None]
    away = {each.id: each for each in kept if revisions.get(each.id) == each.revision}
    staying = [each for each in kept if each.id not in away]
    while staying:
        needed = {identity for each in staying for identity in references(each.content)} & away.keys()
        staying = [away.pop(identity) for identity in needed]
    return list(away.values())


def _require_read(record: ImportRecord) -> None:
    if record.state is not ImportState.TO_CONFIRM:
        raise Conflict(reason="duerp-import-state")
