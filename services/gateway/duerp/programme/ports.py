"""What the programme asks of the database."""

from collections.abc import Sequence
from typing import Protocol

from services.gateway.duerp.model import Change


class ActionHistory(Protocol):
    """What the actions of a unit said at any time."""

    async def actions(self, scope: str) -> Sequence[Change]:
        """All revisions of the scope's actions, oldest first."""
        ...
