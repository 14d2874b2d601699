"""Keycloak's people and groups through its admin API (port: Directory), as the client `vigie-admin-lookup`.

The extra `keycloak`. The client may view users and groups and nothing else; its token is renewed by the library.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
from keycloak import KeycloakAdmin, KeycloakOpenIDConnection
from keycloak.exceptions import KeycloakError

from services.gateway.directory.service import scopes_of
from services.gateway.settings import DirectorySettings
from shared.access import scope_of_group
from shared.errors import Unavailable
from shared.http_api.directory import GroupView, PersonView

_AT_ONCE = 4

Json = dict[str, Any]


class KeycloakDirectory:
    """The look-up, while it is opened."""

    def __init__(self, settings: DirectorySettings) -> None:
        self._settings = settings
        self._admin: KeycloakAdmin | None = None
        self._slots = asyncio.Semaphore(_AT_ONCE)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Be ready for look-ups for as long as this lasts."""
        try:
            await self.open()
            yield
        finally:
            await self.close()

    async def open(self) -> None:
        """Nothing is asked of Keycloak before somebody looks something up."""
        server, realm = _server_and_realm(str(self._settings.keycloak_realm_url))
        secret = self._settings.client_secret
        connection = KeycloakOpenIDConnection(
            server_url=server,
            realm_name=realm,
            client_id=self._settings.client_id,
            client_secret_key=secret.get_secret_value() if secret else None,
            verify=str(self._settings.ca_file) if self._settings.ca_file else True,
            timeout=self._settings.timeout_s,
        )
        self._admin = KeycloakAdmin(connection=connection)

    async def close(self) -> None:
        admin, self._admin = self._admin, None
        if admin is not None:
            await admin.connection.aclose()
            await admin.connection.keycloak_openid.connection.aclose()

    async def people(self, search: str, limit: int) -> Sequence[PersonView]:
        async with self._asked() as admin:
            query: Json = {"max": limit, "briefRepresentation": "true"} | ({"search": search} if search else {})
            found = [user for user in await admin.a_get_users(query) if not _is_program(user)]
            people = await asyncio.gather(*(self._person(admin, user) for user in found))
        return sorted(people, key=lambda person: person.name)

    async def groups(self, search: str, limit: int) -> Sequence[GroupView]:
        async with self._asked() as admin:
            # With `search`, Keycloak gives the matches within their trees, and all of them for an empty one.
            trees = await admin.a_get_groups({"search": search, "max": limit})
        paths = sorted(path for path in _paths(trees) if search.casefold() in path.casefold())
        return [GroupView(path=path, scope=scope) for path in paths if (scope := scope_of_group(path))][:limit]

    async def _person(self, admin: KeycloakAdmin, user: Json) -> PersonView:
        async with self._slots:
            groups = [str(group["path"]) for group in await admin.a_get_user_groups(user["id"])]
            roles = await admin.a_get_composite_realm_roles_of_user(user["id"])
        full_name = " ".join(filter(None, (user.get("firstName"), user.get("lastName"))))
        return PersonView(
            subject=user["id"],
            name=user["username"],
            full_name=full_name or None,
            enabled=user.get("enabled", True),
            groups=groups,
            scopes=scopes_of(groups),
            roles=sorted(role["name"] for role in roles if not str(role["name"]).startswith("default-roles-")),
        )

    @asynccontextmanager
    async def _asked(self) -> AsyncIterator[KeycloakAdmin]:
        if self._admin is None:
            raise Unavailable(part="keycloak")
        try:
            async with asyncio.timeout(self._settings.timeout_s * 2):
                yield self._admin
        except (KeycloakError, httpx.HTTPError, TimeoutError) as error:
            raise Unavailable(part="keycloak") from error


def _is_program(user: Json) -> bool:
    return str(user["username"]).startswith("service-account-")


def _paths(groups: Sequence[Json]) -> Iterator[str]:
    for group in groups:
        yield str(group["path"])
        yield from _paths(group.get("subGroups") or ())


def _server_and_realm(issuer: str) -> tuple[str, str]:
    """Keycloak's own address and the realm's name, of `https://login.example.org/realms/vigie`."""
    server, _, realm = issuer.rstrip("/").rpartition("/realms/")
    if not urlsplit(server).hostname or not realm:
        raise ValueError(f"not the address of a realm: {issuer}")
    return f"{server}/", realm
