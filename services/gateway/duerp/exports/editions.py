"""Editions of a DUERP to export: as it is today, a frozen version, the versions of a worker's years."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from services.gateway.database.ports import Slice
from services.gateway.duerp.exports.duerp import Duerp, Edition
from services.gateway.duerp.exports.extract import Period, in_force, limited
from services.gateway.duerp.model import EntryRecord
from services.gateway.duerp.service import Desk
from services.gateway.duerp.versions.model import VersionRecord, articles_of, entries_of
from services.gateway.duerp.versions.service import VersionService
from shared.duerp.families import family_labels
from shared.errors import NotFound
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.programme import Consultation

MOST_VERSIONS = 1_000


class Editions:
    """What of a unit's DUERP somebody with a desk at it may take away, with labels in one language."""

    def __init__(self, desk: Desk, versions: VersionService, language: str) -> None:
        self._desk = desk
        self._versions = versions
        self._families = family_labels(language)

    async def today(self, on: date, *, changes: bool = False) -> Duerp:
        """The DUERP as it is; `changes`: with what has changed since the newest version."""
        newest = await self._versions.page(self._desk, Slice(limit=1)) if changes else ()
        former = _former(newest[0]) if newest else None
        return Duerp(self._desk.scope, Edition(on=on), await self._desk.entries(), self._families, former=former)

    async def version(self, sequence: int, printed_on: date | None = None, *, changes: bool = False) -> Duerp:
        """A frozen version, with the consultations on it, which come later.

        Args:
            changes: with what has changed since the version before.

        Raises:
            NotFound: there is none of this number.
            AlteredVersion: it is not what was frozen.
        """
        version = await self._versions.find(self._desk, sequence)
        duerp = self._edition(version, await self._desk.entries(), printed_on)
        if not changes or sequence == 1:
            return duerp
        return replace(duerp, former=_former(await self._versions.find(self._desk, sequence - 1)))

    async def extract(self, work_units: Collection[str], period: Period) -> list[Duerp]:
        """The versions in force in a period, each limited to the work units of these names.

        Raises:
            NotFound: no version of the period has such a work unit.
            AlteredVersion: a version is not what was frozen.
        """
        newest_first = await self._versions.page(self._desk, Slice(limit=MOST_VERSIONS))
        versions = {version.sequence: version for version in reversed(newest_first)}
        wanted = in_force([(sequence, each.frozen_at.date()) for sequence, each in versions.items()], period)
        names = {name.casefold() for name in work_units}
        found = []
        for duerp in (self._edition(versions[sequence], ()) for sequence in wanted):
            theirs = [identity for identity, unit in duerp.work_units() if unit.name.casefold() in names]
            if theirs:
                found.append(limited(duerp, theirs))
        if not found:
            raise NotFound(what="version")
        return found

    def _edition(self, version: VersionRecord, now: Sequence[EntryRecord], printed_on: date | None = None) -> Duerp:
        frozen = entries_of(version)
        later = [
            each for each in now if isinstance(each.content, Consultation) and each.content.version == version.sequence
        ]
        kept = [each for each in frozen if each.id not in {other.id for other in later}]
        return Duerp(version.scope, edition_of(version, printed_on), [*kept, *later], self._families)


def _former(version: VersionRecord) -> tuple[int, Mapping[UUID, Content]]:
    return version.sequence, {each.id: each.content for each in entries_of(version)}


def edition_of(version: VersionRecord, printed_on: date | None = None) -> Edition:
    """Return what identifies a version on paper.

    Raises:
        AlteredVersion: it is not what was frozen.
    """
    snapshot = version.snapshot
    return Edition(
        on=version.frozen_at.date(),
        version=version.sequence,
        digest=version.sha256,
        title=version.title,
        frozen_by=version.frozen_by,
        participants=tuple(snapshot["participants"]),
        printed_on=printed_on,
        snapshot=snapshot,
        articles=tuple(articles_of(version)),
    )
