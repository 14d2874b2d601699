"""The local issuer's people, from the file that `vigie token` writes (port: Directory)."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path

from services.gateway.directory.service import scopes_of
from shared.access import scope_of_group
from shared.errors import Unavailable
from shared.http_api.directory import GroupView, PersonView


class FileDirectory:
    def __init__(self, path: Path) -> None:
        self._path = path

    def opened(self) -> AbstractAsyncContextManager[None]:
        """Nothing is kept open."""
        return nullcontext()

    async def people(self, search: str, limit: int) -> Sequence[PersonView]:
        found = [each for each in await self._all() if search.casefold() in each.name.casefold()]
        return found[:limit]

    async def groups(self, search: str, limit: int) -> Sequence[GroupView]:
        paths = {path for each in await self._all() for path in each.groups if search.casefold() in path.casefold()}
        return [GroupView(path=path, scope=scope) for path in sorted(paths) if (scope := scope_of_group(path))][:limit]

    async def _all(self) -> list[PersonView]:
        return await asyncio.to_thread(self._read)

    def _read(self) -> list[PersonView]:
        try:
            known = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as error:
            raise Unavailable(part="directory") from error
        return [_person(name, known[name]) for name in sorted(known)]


def _person(name: str, known: dict[str, list[str]]) -> PersonView:
    groups = [f"/units/{code}" for code in known["units"]] + [f"/delegations/{code}" for code in known["delegations"]]
    return PersonView(subject=name, name=name, groups=groups, scopes=scopes_of(groups), roles=known["roles"])
