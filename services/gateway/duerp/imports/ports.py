"""What imports ask of the database. Every method of a person's takes the scope: nothing is found without it."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from services.gateway.database.ports import Slice
from services.gateway.duerp.imports.model import ImportRecord


class ImportRepository(Protocol):
    """Imports, within a unit of work."""

    async def locked(self, identity: UUID) -> ImportRecord | None:
        """The import, which nobody else changes until the unit ends."""
        ...

    async def add(self, record: ImportRecord) -> None: ...

    async def save(self, record: ImportRecord) -> None: ...


class ImportRows(Protocol):
    """The repositories of one unit of work."""

    @property
    def imports(self) -> ImportRepository: ...


class ImportCatalogue(Protocol):
    """Reading alone."""

    async def find(self, scope: str, identity: UUID) -> ImportRecord | None: ...

    async def page(self, scope: str, search: Slice) -> Sequence[ImportRecord]:
        """Imports, newest first."""
        ...

    async def of_source(self, record: ImportRecord) -> Sequence[ImportRecord]:
        """Other imports of the scope of which somebody said something, of the same source or headers, newest first."""
        ...
