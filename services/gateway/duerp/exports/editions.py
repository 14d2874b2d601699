"""Editions of a DUERP to export: as it is today, a frozen version, the versions of a worker's years."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from services.gateway.database.ports import Slice
from services.gateway.duerp.consulting import late_since
from services.gateway.duerp.exports.asked import AskedFile, What
from services.gateway.duerp.exports.duerp import Duerp, Edition
from services.gateway.duerp.exports.extract import Period, in_force, limited
from services.gateway.duerp.model import EntryRecord
from services.gateway.duerp.ports import EntrySearch
from services.gateway.duerp.service import Desk
from services.gateway.duerp.versions.model import VersionRecord, articles_of, entries_of
from services.gateway.duerp.versions.service import VersionService
from shared.duerp.families import family_labels
from shared.errors import NotFound
from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.programme import Consultation

MOST_VERSIONS = 1_000
_MOST_CONSULTATIONS = 10_000


class Editions:
    """What of a unit's DUERP somebody with a desk at it may take away, with labels in one language."""

    def __init__(self, desk: Desk, versions: VersionService, language: str) -> None:
        self._desk = desk
        self._versions = versions
        self._families = family_labels(language)

    async def asked(self, asked: AskedFile) -> list[Duerp]:
        """The editions that a file has: one, or those of an extract.

        Raises:
            NotFound, AlteredVersion: as `version` and `extract`.
        """
        if asked.what is What.EXTRACT:
            return await self.extract(asked.work_units, _period(asked))
        if asked.version is None:
            return [await self.today(asked.on, changes=asked.changes)]
        return [await self.version(asked.version, asked.on, changes=asked.changes)]

    async def stands_on(self, asked: AskedFile) -> list[object]:
        """What is another one when the file would be another one, cheap to find.

        Raises:
            NotFound, AlteredVersion: as `version`; of an extract, altered versions are found where it is written.
        """
        if asked.what is What.EXTRACT:
            return [each.sha256 for each in await self._in_force(_period(asked))]
        if asked.version is None:
            former = [each.sha256 for each in await self._newest(asked.changes)]
            return [asked.on.isoformat(), *await self._desk.stamp(), *former]
        version = await self._versions.find(self._desk, asked.version)
        version.require_intact()
        consultations = await self._desk.page(EntrySearch(kind=EntryKind.CONSULTATION, limit=_MOST_CONSULTATIONS))
        return [
            version.sha256,
            *(
                [str(each.id), each.revision, str(late_since(each.content, asked.on))]
                for each in consultations
                if isinstance(each.content, Consultation) and each.content.version == asked.version
            ),
        ]

    async def today(self, on: date, *, changes: bool = False) -> Duerp:
        """The DUERP as it is; `changes`: with what has changed since the newest version."""
        newest = await self._newest(changes)
        former = _former(newest[0]) if newest else None
        return Duerp(self._desk.scope, Edition(on=on), await self._desk.entries(), self._families, former=former)

    async def _newest(self, wanted: bool) -> Sequence[VersionRecord]:
        return await self._versions.page(self._desk, Slice(limit=1)) if wanted else ()

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
        names = {name.casefold() for name in work_units}
        found = []
        for duerp in (self._edition(version, ()) for version in await self._in_force(period)):
            theirs = [identity for identity, unit in duerp.work_units() if unit.name.casefold() in names]
            if theirs:
                found.append(limited(duerp, theirs))
        if not found:
            raise NotFound(what="version")
        return found

    async def _in_force(self, period: Period) -> list[VersionRecord]:
        newest_first = await self._versions.page(self._desk, Slice(limit=MOST_VERSIONS))
        versions = {version.sequence: version for version in reversed(newest_first)}
        wanted = in_force([(sequence, each.frozen_at.date()) for sequence, each in versions.items()], period)
        return [versions[sequence] for sequence in wanted]

    def _edition(self, version: VersionRecord, now: Sequence[EntryRecord], printed_on: date | None = None) -> Duerp:
        frozen = entries_of(version)
        later = [
            each for each in now if isinstance(each.content, Consultation) and each.content.version == version.sequence
        ]
        kept = [each for each in frozen if each.id not in {other.id for other in later}]
        return Duerp(version.scope, edition_of(version, printed_on), [*kept, *later], self._families)


def _period(asked: AskedFile) -> Period:
    assert asked.since is not None
    return Period(asked.since, asked.until)


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
