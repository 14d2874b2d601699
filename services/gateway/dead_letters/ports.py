"""What dead letters ask of the database and of documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.gateway.database.ports import Slice
from services.gateway.dead_letters.model import LetterRecord
from shared.access import Principal
from shared.http_api.dead_letters import LetterState


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSearch(Slice):
    """Which dead letters; an empty filter lets everything through."""

    states: frozenset[LetterState] = frozenset()
    codes: frozenset[str] = frozenset()


class DeadLetterRepository(Protocol):
    """Dead letters that were heard of."""

    async def add(self, record: LetterRecord) -> None:
        """Store a letter; one that is there stays as it is."""
        ...

    async def find(self, identity: UUID) -> LetterRecord | None: ...

    async def page(self, search: LetterSearch) -> Sequence[LetterRecord]:
        """Those that the search finds, newest first."""
        ...

    async def close(self, record: LetterRecord) -> bool:
        """Store what was done about a letter; return whether it was open until now."""
        ...

    async def forget(self, before: datetime) -> None:
        """Delete the letters of records that were given up before a moment."""
        ...


class Restarts(Protocol):
    """Sends documents through the chain again."""

    async def restart(self, principal: Principal, identity: UUID) -> None:
        """Send the latest version of a document through the chain again, for an admin, who need not read it.

        Raises:
            NotFound: there is none, or it was withdrawn.
            Forbidden: the person is no admin.
        """
        ...
