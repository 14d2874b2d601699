"""What the DUERP asks of the database. Every method takes the scope: nothing is found without it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from services.gateway.database.ports import Slice
from services.gateway.duerp.evidence import Source
from services.gateway.duerp.model import Change, EntryRecord
from services.gateway.duerp.ratings import ScaleVersion
from shared.http_api.duerp.entries import EntryKind, LineState
from shared.http_api.duerp.scales import Scale

Stamp = tuple[int, int]
"""How many entries a scope has, archived ones included, and the sum of their revisions: each change adds to one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntrySearch(Slice):
    """Which entries of a kind; an empty filter lets everything through."""

    kind: EntryKind
    work_unit: UUID | None = None
    family: str | None = None
    states: frozenset[LineState] = frozenset()
    archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSearch(Slice):
    """Which changes: of one entry, or of all."""

    entry: UUID | None = None


class EntryRepository(Protocol):
    """Entries, within a unit of work."""

    async def locked(self, scope: str, identity: UUID) -> EntryRecord | None:
        """The entry, which nobody else changes until the unit ends."""
        ...

    async def locked_all(self, scope: str, identities: Collection[UUID]) -> Mapping[UUID, EntryRecord]:
        """Those of the entries that are in the scope, which nobody else changes until the unit ends."""
        ...

    async def add(self, record: EntryRecord) -> None:
        """Store a new entry.

        Raises:
            Conflict: there is one of this id.
        """
        ...

    async def save(self, record: EntryRecord) -> None:
        """Store the newest revision of an entry that is there."""
        ...

    async def add_all(self, records: Sequence[EntryRecord]) -> None:
        """Store many new entries.

        Raises:
            Conflict: there is one of an id.
        """
        ...

    async def save_all(self, records: Sequence[EntryRecord]) -> None:
        """Store the newest revisions of many entries that are there."""
        ...

    async def whole(self, scope: str) -> Sequence[EntryRecord]:
        """All entries that are not archived, oldest first, and archived statements behind them."""
        ...

    async def stamp(self, scope: str) -> Stamp:
        """What differs after any change of the scope's entries."""
        ...

    async def some(self, scope: str, identities: Collection[UUID]) -> Mapping[UUID, EntryRecord]:
        """Those of the entries that are in the scope, archived ones included."""
        ...


class ChangeRepository(Protocol):
    """The history, within a unit of work."""

    async def add(self, change: Change) -> None: ...

    async def add_all(self, changes: Sequence[Change]) -> None: ...

    async def scales(self, scope: str, versions: Collection[ScaleVersion]) -> Mapping[ScaleVersion, Scale]:
        """Those versions of scales that there are in the scope."""
        ...


class SourceRepository(Protocol):
    """Documents that lines stand on, within a unit of work."""

    async def of(self, scope: str, versions: Collection[UUID]) -> Mapping[UUID, Source]:
        """Those of the versions that are public or of the scope; of others nothing is told."""
        ...


class DuerpRows(Protocol):
    """The repositories of one unit of work."""

    @property
    def entries(self) -> EntryRepository: ...

    @property
    def changes(self) -> ChangeRepository: ...

    @property
    def sources(self) -> SourceRepository: ...


class DuerpCatalogue(Protocol):
    """Reading alone."""

    async def find(self, scope: str, identity: UUID) -> EntryRecord | None: ...

    async def page(self, scope: str, search: EntrySearch) -> Sequence[EntryRecord]:
        """Entries of a kind, oldest first."""
        ...

    async def whole(self, scope: str) -> Sequence[EntryRecord]:
        """All entries that are not archived, oldest first."""
        ...

    async def stamp(self, scope: str) -> Stamp:
        """What differs after any change of the scope's entries."""
        ...

    async def changes(self, scope: str, search: ChangeSearch) -> Sequence[Change]:
        """Changes, newest first."""
        ...
