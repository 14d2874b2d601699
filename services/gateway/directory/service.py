"""Looking people and groups up, for admins: whom a scope concerns, and why somebody reads or does not read."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from services.gateway.policy import may_administer, require
from shared.access import Principal, scope_of_group
from shared.errors import NotFound
from shared.http_api.directory import GroupView, PersonView


class Directory(Protocol):
    """The issuer's people and groups."""

    def opened(self) -> AbstractAsyncContextManager[None]:
        """Be ready for look-ups for as long as this lasts."""
        ...

    async def people(self, search: str, limit: int) -> Sequence[PersonView]:
        """People whose name has `search` in it, at most `limit`, by name.

        Raises:
            Unavailable: the issuer does not answer.
        """
        ...

    async def groups(self, search: str, limit: int) -> Sequence[GroupView]:
        """Groups below /units and /delegations whose path has `search` in it; as `people`."""
        ...


class DirectoryService:
    """The look-up behind its one rule: admins alone.

    Args:
        directory: None where the gateway knows none.
    """

    def __init__(self, directory: Directory | None) -> None:
        self._directory = directory

    async def people(self, principal: Principal, search: str, limit: int) -> Sequence[PersonView]:
        return await self._for(principal).people(search.strip(), limit)

    async def groups(self, principal: Principal, search: str, limit: int) -> Sequence[GroupView]:
        return await self._for(principal).groups(search.strip(), limit)

    def _for(self, principal: Principal) -> Directory:
        """
        Raises:
            Forbidden: the person is no admin.
            NotFound: there is no directory to look in.
        """
        require(may_administer(principal), reason="admin")
        if self._directory is None:
            raise NotFound(what="directory")
        return self._directory


def scopes_of(groups: Sequence[str]) -> list[str]:
    return sorted({scope for group in groups if (scope := scope_of_group(group))})
