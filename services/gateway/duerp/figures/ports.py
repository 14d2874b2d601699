"""What statistics ask of the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.gateway.duerp.versions.model import VersionRecord


class DelegationVersions(Protocol):
    """Versions of the units that say that they are a delegation's."""

    async def latest(self, delegation: str, before: datetime) -> Sequence[VersionRecord]:
        """The newest version of each unit among those that were frozen before a moment."""
        ...
