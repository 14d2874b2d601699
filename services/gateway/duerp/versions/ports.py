"""What versions ask of the database."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from services.gateway.database.ports import Slice
from services.gateway.duerp.model import EntryRecord
from services.gateway.duerp.ports import ChangeRepository
from services.gateway.duerp.versions.model import VersionRecord
from shared.http_api.duerp.versions import ArticleText


class VersionRepository(Protocol):
    """Versions, within a unit of work. None is ever changed or taken away."""

    async def whole(self, scope: str) -> Sequence[EntryRecord]:
        """All entries of the scope that are not archived, as they are at one moment."""
        ...

    async def latest(self, scope: str) -> VersionRecord | None: ...

    async def add(self, version: VersionRecord) -> None:
        """Store a new version.

        Raises:
            Conflict: another one of this sequence is being stored at the same moment.
        """
        ...


class VersionRows(Protocol):
    """The repositories of one unit of work."""

    @property
    def versions(self) -> VersionRepository: ...

    @property
    def changes(self) -> ChangeRepository: ...


class ArticleTexts(Protocol):
    """The law in force, as the corpus has it."""

    async def in_force(self, wanted: Collection[str]) -> Mapping[str, ArticleText]:
        """Return the articles of these canonical numbers that there are.

        Raises:
            StoreUnavailable: the store is down.
        """
        ...


class VersionCatalogue(Protocol):
    """Reading alone."""

    async def find(self, scope: str, sequence: int) -> VersionRecord | None: ...

    async def page(self, scope: str, search: Slice) -> Sequence[VersionRecord]:
        """Versions, newest first."""
        ...

    async def references(self, scope: str) -> Sequence[str]:
        """The articles that lines cite now, as they are written, also more than once."""
        ...

    async def all(self, scope: str) -> Sequence[VersionRecord]:
        """Every version of the scope."""
        ...
