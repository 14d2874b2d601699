"""Admins look people and groups up in a real Keycloak, with a client that may do nothing else."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from services.gateway.directory.keycloak import KeycloakDirectory
from services.gateway.settings import DirectorySettings
from shared.errors import Unavailable
from tests.support.keycloak import BASE, REASON, Realm, keycloak_realm

pytestmark = [pytest.mark.connected, pytest.mark.skipif(not BASE, reason=REASON)]


@pytest.fixture(scope="module")
def realm() -> Iterator[Realm]:
    with keycloak_realm() as made:
        yield made


def settings(realm: Realm, **changes: str) -> DirectorySettings:
    fields = {"keycloak_realm_url": realm.issuer, "client_secret": realm.client_secret("vigie-admin-lookup")}
    return DirectorySettings.model_validate(fields | changes)


@pytest.fixture
async def directory(realm: Realm) -> AsyncIterator[KeycloakDirectory]:
    opened = KeycloakDirectory(settings(realm))
    await opened.open()
    yield opened
    await opened.close()


async def test_people_come_with_their_groups_scopes_and_roles(directory: KeycloakDirectory, realm: Realm) -> None:
    [corinne] = await directory.people("corin", 20)
    assert corinne.subject == realm.user_id("corinne")
    assert (corinne.name, corinne.full_name) == ("corinne", "Corinne Petit")
    assert corinne.scopes == ["delegation:DR14", "unit:UMR5219", "unit:UMR8535"]
    assert corinne.roles == ["prevention-advisor"]
    names = [person.name for person in await directory.people("", 20)]
    assert names == ["admin", "alice", "bruno", "corinne", "denise", "rene"]  # people, and no programs
    assert await directory.people("nobody of this name", 20) == []


async def test_groups_are_found_by_a_part_of_their_path(directory: KeycloakDirectory) -> None:
    assert [(each.path, each.scope) for each in await directory.groups("UMR5", 20)] == [
        ("/units/UMR5219", "unit:UMR5219")
    ]
    assert [each.scope for each in await directory.groups("", 20)] == [
        "delegation:DR14", "unit:UMR5219", "unit:UMR8535"
    ]  # fmt: skip


async def test_its_token_is_renewed(directory: KeycloakDirectory) -> None:
    await directory.people("alice", 1)
    assert directory._admin is not None
    directory._admin.connection.token = {"access_token": "ended", "expires_in": 0}
    assert len(await directory.people("alice", 1)) == 1


@pytest.mark.parametrize(
    "change", [{"client_secret": "wrong"}, {"client_id": "vigie-consumer"}, {"keycloak_realm_url": "http://127.0.0.1:9/realms/x"}]
)  # fmt: skip
async def test_a_directory_that_cannot_be_had_is_unavailable(realm: Realm, change: dict[str, str]) -> None:
    directory = KeycloakDirectory(settings(realm, **change))
    await directory.open()
    for ask in (directory.people, directory.groups):
        with pytest.raises(Unavailable):
            await ask("alice", 1)
    await directory.close()


def test_the_client_may_look_and_nothing_else(realm: Realm) -> None:
    token = realm.client_credentials("vigie-admin-lookup")["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    admin = f"{BASE}/admin/realms/{realm.name}"
    alice = realm.user_id("alice")
    with httpx.Client(trust_env=False, headers=headers) as http:
        assert http.get(f"{admin}/users/{alice}").status_code == 200
        for method, path in (
            ("DELETE", f"/users/{alice}"), ("PUT", f"/users/{alice}/reset-password"), ("GET", "/clients"),
            ("POST", "/users"), ("PUT", ""), ("GET", "/events"),
        ):  # fmt: skip
            assert http.request(method, f"{admin}{path}", json={}).status_code == 403, path
