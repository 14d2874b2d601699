"""What imports ask of the database. Every method of a person's takes the scope: nothing is found without it."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from services.gateway.database.ports import Slice
from services.gateway.duerp.imports.existing import LinesThere
from services.gateway.duerp.imports.model import ImportRecord, WrittenEntry
from services.gateway.duerp.ports import ChangeRepository, EntryRepository, SourceRepository


class ImportRepository(Protocol):
    """Imports, within a unit of work."""

    async def locked(self, identity: UUID) -> ImportRecord | None:
        """The import, which nobody else changes until the unit ends."""
        ...

    async def add(self, record: ImportRecord) -> None: ...

    async def save(self, record: ImportRecord) -> None: ...

    async def lock_scope(self, scope: str) -> None:
        """Let nobody else write an import of the scope until the unit ends."""
        ...

    async def note(self, identity: UUID, written: Sequence[WrittenEntry]) -> None:
        """Keep which entries an import has written."""
        ...

    async def noted(self, identity: UUID) -> Sequence[WrittenEntry]:
        """What `note` has kept of an import."""
        ...


class ImportRows(Protocol):
    """The repositories of one unit of work."""

    @property
    def imports(self) -> ImportRepository: ...

    @property
    def entries(self) -> EntryRepository: ...

    @property
    def changes(self) -> ChangeRepository: ...

    @property
    def sources(self) -> SourceRepository: ...


class ImportCatalogue(Protocol):
    """Reading alone."""

    async def lines_there(self, scope: str) -> LinesThere:
        """What tells the lines of a scope's DUERP apart, of those that are not archived."""
        ...

    async def find(self, scope: str, identity: UUID) -> ImportRecord | None: ...

    async def page(self, scope: str, search: Slice) -> Sequence[ImportRecord]:
        """Imports, newest first."""
        ...

    async def of_source(self, record: ImportRecord) -> Sequence[ImportRecord]:
        """Other imports of the scope of which somebody said something, of the same source or headers, newest first."""
        ...
