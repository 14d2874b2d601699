"""The DUERP of a unit: read, added to, changed, decided, archived. Each change is stored with who, when and what."""

import hashlib
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.gateway.duerp.contents import kind_of, references
from services.gateway.duerp.evidence import named_versions, with_sources
from services.gateway.duerp.model import (
    Change,
    EntryRecord,
    added,
    archived,
    change_of,
    changed,
    decided,
    matched,
    require_open,
    restored,
    unit_id,
)
from services.gateway.duerp.overview import overview
from services.gateway.duerp.ports import ChangeSearch, DuerpCatalogue, DuerpRows, EntrySearch, Stamp
from services.gateway.duerp.ratings import scale_versions, with_ratings
from services.gateway.outbox.ports import Idempotency, UnitOfWork, UnitsOfWork, idempotency
from services.gateway.policy import may_keep_duerp, may_read, require
from shared.access import Principal, is_scope
from shared.clock import utc_now
from shared.errors import InvalidInput, NotFound
from shared.http_api.duerp.entries import ChangeType, EntryKind, LineState, Overview
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.lines import Line, SharedRating
from shared.http_api.duerp.unit import Element, Unit

MOST_LEVELS = 20
"""Elements within elements."""


@dataclass(frozen=True, slots=True)
class Match:
    """What a change says of the revision that it was made on (If-Match, RFC 9110, 13.1.1).

    Attributes:
        revisions: those that were named; None: nothing was said. any_revision: `*`.
    """

    revisions: frozenset[int] | None = None
    any_revision: bool = False


class DuerpService:
    """The DUERPs of all units; whoever asks for one gets a desk for it, or hears that there is none."""

    def __init__(self, work: UnitsOfWork[DuerpRows], catalogue: DuerpCatalogue, known: Idempotency) -> None:
        self._work = work
        self._catalogue = catalogue
        self._idempotency = known

    def desk(self, principal: Principal, unit: str) -> "Desk":
        """Return the desk of a person at a unit's DUERP.

        Raises:
            NotFound: the person may not read what is the unit's, or there is no such name of a unit.
        """
        scope = f"unit:{unit}"
        if not is_scope(scope) or not may_read(principal, scope):
            raise NotFound(what="unit")
        return Desk(principal, unit, self._work, self._catalogue, self._idempotency)


class Desk:
    """One person's access to one unit's DUERP. All that it reads and writes is of that unit's scope."""

    def __init__(
        self,
        principal: Principal,
        unit: str,
        work: UnitsOfWork[DuerpRows],
        catalogue: DuerpCatalogue,
        known: Idempotency,
    ) -> None:
        self.unit = unit
        self.principal = principal
        self.scope = f"unit:{unit}"
        self._work = work
        self._catalogue = catalogue
        self._idempotency = known

    # --- reading -----------------------------------------------------------------------------------------------------

    async def find(self, kind: EntryKind, identity: UUID) -> EntryRecord:
        """An entry, archived ones included.

        Raises:
            NotFound: the unit's DUERP has none of this kind and id.
        """
        record = await self._catalogue.find(self.scope, identity)
        if record is None or record.kind is not kind:
            raise NotFound(what="entry")
        return record

    async def description(self) -> EntryRecord:
        """The unit's description.

        Raises:
            NotFound: nobody has written it yet.
        """
        return await self.find(EntryKind.UNIT, unit_id(self.scope))

    async def page(self, search: EntrySearch) -> Sequence[EntryRecord]:
        """Entries of a kind, oldest first."""
        return await self._catalogue.page(self.scope, search)

    async def changes(self, search: ChangeSearch) -> Sequence[Change]:
        """Who changed what and when, newest first."""
        return await self._catalogue.changes(self.scope, search)

    async def entries(self) -> Sequence[EntryRecord]:
        """All that is not archived, oldest first."""
        return await self._catalogue.whole(self.scope)

    async def stamp(self) -> Stamp:
        """What differs after any change of the DUERP."""
        return await self._catalogue.stamp(self.scope)

    async def overview(self) -> Overview:
        """The DUERP in figures."""
        return overview(self.unit, await self.entries(), utc_now().date())

    # --- writing -----------------------------------------------------------------------------------------------------

    async def add(self, content: Content, request_key: str | None = None) -> EntryRecord:
        """Add an entry.

        Args:
            request_key: what the client calls its request (`Idempotency-Key`).

        Raises:
            Forbidden: the person may not write in this DUERP.
            InvalidInput: the content contradicts itself, refers to what is not there, or is rated on another scale.
            Conflict: there is one already, of what there may be one of, or the unit is closed.
        """
        require(may_keep_duerp(self.principal, self.scope), scope=self.scope)
        key = idempotency(request_key, self.principal.subject, self._fingerprint(content))
        if key is not None and (known := await self._idempotency.known(key)) is not None:
            return await self.find(kind_of(content), known)
        now = utc_now()
        async with self._work() as work:
            await self._require_open(work)
            record = added(self.scope, content, self.principal.subject, now)
            await self._check_references(work, record, frozenset())
            filled = await self._sourced(work, await self._rated(work, content, None, now), None, typed=True)
            record = record.model_copy(update={"content": filled})
            await work.rows.entries.add(record)
            await work.rows.changes.add(change_of(record, ChangeType.ADDED))
            await work.remember(key, record.id)
        return record

    async def describe(self, content: Unit, match: Match) -> EntryRecord:
        """Write the unit's description, the first one without a revision; errors as `add` and `replace`."""
        if match == Match() and await self._catalogue.find(self.scope, unit_id(self.scope)) is None:
            return await self.add(content)
        return await self.replace(unit_id(self.scope), content, match)

    async def replace(self, identity: UUID, content: Content, match: Match, *, typed: bool = True) -> EntryRecord:
        """Change what an entry says. The same words once more change nothing, whichever revision they were made on.

        Args:
            typed: whether a person wrote the evidence that is new; else the chain that finds passages did.

        Raises:
            Forbidden, InvalidInput: as `add`.
            NotFound: the unit's DUERP has none of this kind and id.
            PreconditionRequired, Outdated: the person does not name the newest revision.
            Conflict: it is archived, or the unit is closed.
        """
        now = utc_now()

        async def change(work: UnitOfWork[DuerpRows], record: EntryRecord) -> EntryRecord:
            rated = await self._rated(work, content, record.content, now)
            filled = await self._sourced(work, rated, record.content, typed=typed)
            if filled == record.content and record.archived_at is None:
                return record
            matched(record, match.revisions, any_revision=match.any_revision, yours=content)
            after = changed(record, filled, self.principal.subject, now)
            await self._check_references(work, after, references(record.content).keys())
            return after

        return await self._revise(kind_of(content), identity, change, ChangeType.CHANGED)

    async def decide(self, kind: EntryKind, identity: UUID, state: LineState, why: str, match: Match) -> EntryRecord:
        """Give a line another state.

        Raises:
            Forbidden, NotFound, PreconditionRequired, Outdated: as `replace`.
            Conflict: it is archived, may not have that state now, or lacks a family or a hazard.
            InvalidInput: it is rejected without a reason.
        """

        async def change(_work: UnitOfWork[DuerpRows], record: EntryRecord) -> EntryRecord:
            matched(record, match.revisions, any_revision=match.any_revision, yours=None)
            return decided(record, state, why, self.principal.subject, utc_now())

        return await self._revise(kind, identity, change, ChangeType.DECIDED, why)

    async def archive(self, kind: EntryKind, identity: UUID, why: str, match: Match, *, away: bool) -> EntryRecord:
        """Archive an entry (`away`), or take it back; errors as `replace`."""

        async def change(_work: UnitOfWork[DuerpRows], record: EntryRecord) -> EntryRecord:
            matched(record, match.revisions, any_revision=match.any_revision, yours=None)
            return (archived if away else restored)(record, self.principal.subject, utc_now())

        return await self._revise(kind, identity, change, ChangeType.ARCHIVED if away else ChangeType.RESTORED, why)

    async def _revise(
        self,
        kind: EntryKind,
        identity: UUID,
        change: Callable[[UnitOfWork[DuerpRows], EntryRecord], Awaitable[EntryRecord]],
        how: ChangeType,
        why: str = "",
    ) -> EntryRecord:
        require(may_keep_duerp(self.principal, self.scope), scope=self.scope)
        async with self._work() as work:
            record = await work.rows.entries.locked(self.scope, identity)
            if record is None or record.kind is not kind:
                raise NotFound(what="entry")
            if kind is not EntryKind.UNIT:
                await self._require_open(work)
            after = await change(work, record)
            if after.revision != record.revision:
                await work.rows.entries.save(after)
                await work.rows.changes.add(change_of(after, how, why))
        return after

    async def _require_open(self, work: UnitOfWork[DuerpRows]) -> None:
        described = unit_id(self.scope)
        require_open((await work.rows.entries.some(self.scope, [described])).get(described))

    async def _rated(
        self, work: UnitOfWork[DuerpRows], content: Content, before: Content | None, now: datetime
    ) -> Content:
        if not isinstance(content, Line | SharedRating):
            return content
        scales = await work.rows.changes.scales(self.scope, scale_versions(content))
        return with_ratings(content, before, scales, self.principal.subject, now)

    async def _sourced(
        self, work: UnitOfWork[DuerpRows], content: Content, before: Content | None, *, typed: bool
    ) -> Content:
        sources = await work.rows.sources.of(self.scope, named_versions(content))
        return with_sources(content, before, sources, typed=typed)

    async def _check_references(
        self, work: UnitOfWork[DuerpRows], record: EntryRecord, before: Collection[UUID]
    ) -> None:
        """Refuse a name of something that is not there, of another kind, or archived unless it was named before."""
        named = references(record.content)
        found = await work.rows.entries.some(self.scope, named.keys())
        for identity, kinds in named.items():
            other = found.get(identity)
            if other is None or other.kind not in kinds or (other.archived_at and identity not in before):
                raise InvalidInput(reason="duerp-reference")
        if isinstance(record.content, Element):
            await self._check_nesting(work, record)

    async def _check_nesting(self, work: UnitOfWork[DuerpRows], record: EntryRecord) -> None:
        above, levels = record, 0
        while isinstance(above.content, Element) and above.content.within is not None:
            levels += 1
            if above.content.within == record.id or levels > MOST_LEVELS:
                raise InvalidInput(reason="duerp-nesting", most=MOST_LEVELS)
            above = (await work.rows.entries.some(self.scope, [above.content.within]))[above.content.within]

    def _fingerprint(self, content: Content) -> str:
        said = f"{self.scope}\n{kind_of(content)}\n{content.model_dump_json()}"
        return hashlib.sha256(said.encode()).hexdigest()
