"""Versions: a DUERP frozen as it is, read again, verified, compared."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

from services.gateway.database.ports import Slice
from services.gateway.duerp.model import require_open
from services.gateway.duerp.service import Desk
from services.gateway.duerp.versions.model import VersionRecord, cited_articles, cited_scales, faults_of, frozen
from services.gateway.duerp.versions.ports import ArticleTexts, VersionCatalogue, VersionRows
from services.gateway.outbox.ports import Idempotency, UnitsOfWork, idempotency
from services.gateway.policy import may_keep_duerp, require
from shared.clock import utc_now
from shared.errors import NotFound
from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.snapshots import differences
from shared.http_api.duerp.versions import Comparison, FaultView, FreezeBody, Verification
from shared.references import canonical_article


class VersionService:
    """Versions of the DUERPs that people have a desk at.

    Args:
        known: what earlier requests have frozen, by their idempotency keys.
    """

    def __init__(
        self,
        work: UnitsOfWork[VersionRows],
        catalogue: VersionCatalogue,
        articles: ArticleTexts,
        known: Idempotency,
    ) -> None:
        self._work = work
        self._idempotency = known
        self._articles = articles
        self._catalogue = catalogue

    async def freeze(self, desk: Desk, body: FreezeBody, request_key: str | None = None) -> VersionRecord:
        """Store the DUERP as it is at this moment, for good.

        Args:
            request_key: what the client calls its request (`Idempotency-Key`): sent again, it freezes nothing more.

        Raises:
            Forbidden: the person may not write in this DUERP.
            Conflict: another version is being frozen at the same moment, or the unit is closed.
            StoreUnavailable: the texts of the articles cannot be read now.
        """
        require(may_keep_duerp(desk.principal, desk.scope), scope=desk.scope)
        key = idempotency(request_key, desk.principal.subject, _fingerprint(desk.scope, body))
        if key is not None and (known := await self._idempotency.known(key)) is not None:
            return await self._frozen(desk, known)
        cited = await self._catalogue.references(desk.scope)
        texts = await self._articles.in_force(frozenset(map(canonical_article, cited)))
        async with self._work() as work:
            previous = await work.rows.versions.latest(desk.scope)
            records = await work.rows.versions.whole(desk.scope)
            require_open(next((each for each in records if each.kind is EntryKind.UNIT), None))
            scales = await work.rows.changes.scales(desk.scope, cited_scales(records))
            # Reading articles takes a second: others go on writing, and what they cite meanwhile is read now.
            if coming := cited_articles(records) - texts.keys():
                texts = {**texts, **await self._articles.in_force(coming)}
            version = frozen(desk.scope, body, records, scales, previous, desk.principal.subject, utc_now(), texts)
            await work.rows.versions.add(version)
            await work.remember(key, version.id)
        return version

    async def _frozen(self, desk: Desk, identity: UUID) -> VersionRecord:
        found = next((each for each in await self._catalogue.all(desk.scope) if each.id == identity), None)
        if found is None:
            raise NotFound(what="version")
        return found

    async def find(self, desk: Desk, sequence: int) -> VersionRecord:
        """A version by its number.

        Raises:
            NotFound: the unit has none of this number.
        """
        version = await self._catalogue.find(desk.scope, sequence)
        if version is None:
            raise NotFound(what="version")
        return version

    async def page(self, desk: Desk, search: Slice) -> Sequence[VersionRecord]:
        """Versions, newest first."""
        return await self._catalogue.page(desk.scope, search)

    async def verify(self, desk: Desk) -> Verification:
        """Compute every version of the unit again."""
        versions = await self._catalogue.all(desk.scope)
        found = faults_of(versions)
        faults = [FaultView(sequence=sequence, faults=faults) for sequence, faults in sorted(found.items())]
        return Verification(unit=desk.unit, versions=len(versions), intact=not faults, faults=faults)

    async def compare(self, desk: Desk, before: int, after: int) -> Comparison:
        """What a version changed of an earlier one.

        Raises:
            NotFound: the unit has no version of one of the numbers.
        """
        old, new = await self.find(desk, before), await self.find(desk, after)
        told = differences(old.snapshot, new.snapshot)
        return Comparison(unit=desk.unit, before=before, after=after, differences=told)


def _fingerprint(scope: str, body: FreezeBody) -> str:
    return hashlib.sha256(f"{scope}\nversion\n{body.model_dump_json()}".encode()).hexdigest()
