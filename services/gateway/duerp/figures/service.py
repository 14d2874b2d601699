"""Statistics of the delegations that people advise."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from services.gateway.duerp.figures.assessed import Counts
from services.gateway.duerp.figures.ports import DelegationVersions
from services.gateway.duerp.figures.statistics import UnitFigures, unit_figures
from services.gateway.duerp.versions.model import VersionRecord, entries_of
from services.gateway.policy import may_read_statistics
from shared.access import Principal, is_scope
from shared.errors import NotFound


class StatisticsService:
    """Statistics of units' latest versions, by delegation."""

    def __init__(self, versions: DelegationVersions) -> None:
        self._versions = versions

    async def units(self, principal: Principal, delegation: str, on: date) -> Sequence[UnitFigures]:
        """Return what is counted of each unit of a delegation, in its newest version at the end of a day.

        Raises:
            NotFound: the person does not advise this delegation, or there is no such name of one.
            AlteredVersion: a version is not what was frozen.
        """
        scope = f"delegation:{delegation}"
        if not is_scope(scope) or not may_read_statistics(principal, scope):
            raise NotFound(what="delegation")
        before = datetime.combine(min(on, date.max - timedelta(days=1)) + timedelta(days=1), time(), UTC)
        found = await self._versions.latest(delegation, before)
        return await asyncio.to_thread(lambda: [_counted(each) for each in found])


@lru_cache(maxsize=512)
def _counted(version: VersionRecord) -> UnitFigures:
    """Return what is counted of a version, which never changes."""
    return unit_figures(version.scope.removeprefix("unit:"), Counts(entries_of(version)))
