"""What must hold of the realm file, whoever edits it; the connected tests import it for real."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from deploy.keycloak.with_test_users import merged_realm
from services.gateway.settings import GatewaySettings
from shared.access import Role, is_scope

FOLDER = Path(__file__).parents[2] / "deploy" / "keycloak"
PEOPLE_CLIENTS = ("vigie-web", "vigie-cli", "vigie-consumer")


@pytest.fixture(scope="module")
def realm() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((FOLDER / "realm-vigie.json").read_text(encoding="utf-8"))
    return read


@pytest.fixture(scope="module")
def clients(realm: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {client["clientId"]: client for client in realm["clients"]}


def mappers(realm: dict[str, Any], client: dict[str, Any]) -> list[dict[str, Any]]:
    scopes = {scope["name"]: scope["protocolMappers"] for scope in realm["clientScopes"]}
    return [mapper for name in client["defaultClientScopes"] for mapper in scopes[name]]


def test_the_clients_are_these_and_no_other(clients: dict[str, dict[str, Any]]) -> None:
    assert set(clients) == {"vigie-api", "vigie-web", "vigie-cli", "vigie-consumer", "vigie-admin-lookup"}


def test_no_client_takes_a_password_or_hands_tokens_through_the_address_bar(clients: dict[str, Any]) -> None:
    for client in clients.values():
        assert client["directAccessGrantsEnabled"] is client["implicitFlowEnabled"] is False
        assert client["fullScopeAllowed"] is False


def test_each_client_has_one_way_in(clients: dict[str, Any]) -> None:
    device = "oauth2.device.authorization.grant.enabled"
    ways = {
        name: (
            client["standardFlowEnabled"], client["attributes"].get(device) == "true", client["serviceAccountsEnabled"]
        )
        for name, client in clients.items()
    }  # fmt: skip
    assert ways == {
        "vigie-api": (False, False, False),
        "vigie-web": (True, False, False),
        "vigie-cli": (False, True, False),
        "vigie-consumer": (False, False, True),
        "vigie-admin-lookup": (False, False, True),
    }
    assert clients["vigie-api"]["bearerOnly"]


def test_public_clients_prove_themselves_with_s256(clients: dict[str, Any]) -> None:
    public = {name for name, client in clients.items() if client["publicClient"]}
    assert public == {"vigie-web", "vigie-cli"}
    for name in public:
        assert clients[name]["attributes"]["pkce.code.challenge.method"] == "S256"


def test_redirects_are_exact(clients: dict[str, Any]) -> None:
    for client in clients.values():
        assert not [address for address in client["redirectUris"] if "*" in address]


@pytest.mark.parametrize("name", PEOPLE_CLIENTS)
def test_s3_tokens_carry_what_the_gateway_reads(realm: dict[str, Any], clients: dict[str, Any], name: str) -> None:
    by_kind = {mapper["protocolMapper"]: mapper["config"] for mapper in mappers(realm, clients[name])}
    audience = by_kind["oidc-audience-mapper"]
    assert audience["included.client.audience"] == GatewaySettings.model_fields["audience"].default
    groups, roles = by_kind["oidc-group-membership-mapper"], by_kind["oidc-usermodel-realm-role-mapper"]
    assert (groups["claim.name"], groups["full.path"]) == ("groups", "true")
    assert roles["claim.name"] == "realm_access.roles"
    assert by_kind["oidc-sub-mapper"]["access.token.claim"] == "true"
    for config in (audience, groups, roles):
        assert (config["access.token.claim"], config["id.token.claim"]) == ("true", "false")


def test_the_look_up_client_opens_nothing_but_the_look_up(realm: dict[str, Any], clients: dict[str, Any]) -> None:
    kinds = {mapper["protocolMapper"] for mapper in mappers(realm, clients["vigie-admin-lookup"])}
    assert "oidc-audience-mapper" not in kinds
    [account] = [user for user in realm["users"] if user.get("serviceAccountClientId") == "vigie-admin-lookup"]
    assert account["clientRoles"] == {"realm-management": ["view-users", "query-groups"]}
    assert "realmRoles" not in account


def test_the_roles_are_the_ones_that_the_code_knows(realm: dict[str, Any]) -> None:
    names = {role["name"] for role in realm["roles"]["realm"]}
    assert names == {role.value for role in Role}
    assert {name for each in realm["scopeMappings"] for name in each["roles"]} == names


def test_s1_keys_are_of_the_algorithms_that_the_gateway_takes(realm: dict[str, Any]) -> None:
    assert realm["defaultSignatureAlgorithm"] in GatewaySettings.model_fields["algorithms"].default
    providers = {key["providerId"] for key in realm["components"]["org.keycloak.keys.KeyProvider"]}
    assert {"ecdsa-generated", "rsa-generated"} <= providers


def test_lifetimes_and_the_door_are_sane(realm: dict[str, Any]) -> None:
    assert realm["accessTokenLifespan"] <= 300
    assert realm["ssoSessionIdleTimeout"] <= realm["ssoSessionMaxLifespan"] <= 12 * 3600
    assert realm["revokeRefreshToken"]
    assert realm["refreshTokenMaxReuse"] == 0
    assert realm["bruteForceProtected"]
    assert realm["failureFactor"] <= 10
    assert realm["sslRequired"] in {"external", "all"}
    assert not realm["registrationAllowed"]


def test_nothing_secret_is_in_the_realm_file(realm: dict[str, Any]) -> None:
    text = json.dumps(realm)
    assert not re.search(r'"(secret|privateKey|credentials|password)"\s*:', text)
    assert all("serviceAccountClientId" in user for user in realm["users"])


def test_the_people_of_tests_stand_in_groups_that_are_scopes(realm: dict[str, Any]) -> None:
    merged = merged_realm("other")
    paths = {f"/{top['name']}/{group['name']}" for top in merged["groups"] for group in top["subGroups"]}
    assert {group["name"] for group in realm["groups"]} == {group["name"] for group in merged["groups"]}
    people = [user for user in merged["users"] if "credentials" in user]
    assert {role for person in people for role in person["realmRoles"]} == {role.value for role in Role}
    for person in people:
        assert set(person["groups"]) <= paths
        assert all(is_scope(path.replace("/units/", "unit:").replace("/delegations/", "delegation:"))
                   for path in person["groups"])  # fmt: skip
    assert "${" not in json.dumps(merged["clients"][1]["redirectUris"])
