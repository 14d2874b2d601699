"""Tokens of a real Keycloak at the gateway's verifier: good ones enter, forged and misused ones do not (S1 to S6)."""

import json
from collections.abc import AsyncIterator, Callable, Iterator

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from services.gateway.http import auth
from services.gateway.http.auth import TokenVerifier
from services.gateway.http.jwks_http import JwksHttp
from services.gateway.settings import JwksSettings
from shared.access import Role
from shared.errors import Unauthenticated
from tests.support.issuer import public_jwk, relabelled, signed_as_hmac, tampered
from tests.support.keycloak import BASE, REASON, WEB, Json, Realm, keycloak_realm, s256

pytestmark = [pytest.mark.connected, pytest.mark.skipif(not BASE, reason=REASON)]

CLIENTS = ("vigie-web", "vigie-cli", "vigie-consumer")
OWN = ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def realm() -> Iterator[Realm]:
    with keycloak_realm() as made:
        yield made


@pytest.fixture(scope="module")
def alice(realm: Realm) -> Json:
    return realm.sign_in("alice")


@pytest.fixture
async def keys(realm: Realm) -> AsyncIterator[JwksHttp]:
    keys = JwksHttp(realm.jwks_url, JwksSettings(cooldown_s=1))
    await keys.open()
    yield keys
    await keys.close()


@pytest.fixture
def verifier(realm: Realm, keys: JwksHttp) -> TokenVerifier:
    return TokenVerifier(
        keys, issuer=realm.issuer, audience="vigie-api", clients=CLIENTS, algorithms=("ES256", "RS256")
    )


def claims_of(token: str) -> Json:
    return jwt.decode(token, options={"verify_signature": False})


async def test_a_person_who_signs_in_brings_units_and_roles(alice: Json, verifier: TokenVerifier) -> None:
    principal = await verifier.principal(alice["access_token"])
    assert principal.scopes == {"public", "unit:UMR5219"}
    assert principal.roles == {Role.PREVENTION_ASSISTANT}
    assert principal.subject == claims_of(alice["access_token"])["sub"]


async def test_a_program_enters_as_a_reader_of_what_is_public(realm: Realm, verifier: TokenVerifier) -> None:
    tokens = realm.client_credentials()
    principal = await verifier.principal(tokens["access_token"])
    assert (principal.scopes, principal.roles) == (frozenset({"public"}), frozenset({Role.READER}))
    assert "refresh_token" not in tokens


def _other_realm(_realm: Realm, _alice: Json) -> str:
    form = {"grant_type": "password", "client_id": "admin-cli", "username": "admin", "password": "admin"}
    answer = httpx.post(f"{BASE}/realms/master/protocol/openid-connect/token", data=form, trust_env=False)
    return str(answer.json()["access_token"])


def _key_set(realm: Realm) -> bytes:
    return httpx.get(realm.jwks_url, trust_env=False).content


def _resigned(alice: Json, **header: object) -> str:
    token = alice["access_token"]
    kid = jwt.get_unverified_header(token)["kid"]
    return jwt.encode(claims_of(token), OWN, algorithm="ES256", headers={"kid": kid, **header})


REFUSED: dict[str, Callable[[Realm, Json], str]] = {
    "ID token": lambda _realm, alice: alice["id_token"],
    "refresh token": lambda _realm, alice: alice["refresh_token"],
    "another realm": _other_realm,
    "a client without this audience": lambda realm, _alice: realm.client_credentials("vigie-admin-lookup")[
        "access_token"
    ],
    "unsigned": lambda _realm, alice: relabelled(alice["access_token"], alg="none").rsplit(".", 1)[0] + ".",
    "HS256 with the key set": lambda realm, alice: signed_as_hmac(alice["access_token"], _key_set(realm), "x"),
    "another algorithm in the header": lambda _realm, alice: relabelled(alice["access_token"], alg="RS256"),
    "another unit": lambda _realm, alice: tampered(alice["access_token"], groups=["/units/UMR8535"]),
    "admin by hand": lambda _realm, alice: tampered(alice["access_token"], realm_access={"roles": ["admin"]}),
    "a longer life": lambda _realm, alice: tampered(alice["access_token"], exp=4102444800),
    "another audience by hand": lambda _realm, alice: tampered(alice["access_token"], aud="account"),
    "signed by somebody else": lambda _realm, alice: _resigned(alice),
    "its own key in jwk": lambda _realm, alice: _resigned(alice, jwk=public_jwk(OWN)),
    "its own key at jku": lambda _realm, alice: _resigned(alice, jku="http://127.0.0.1:9/jwks", kid="mine"),
    "an unknown kid": lambda _realm, alice: relabelled(alice["access_token"], kid="of-nobody"),
    "no signature": lambda _realm, alice: alice["access_token"].rsplit(".", 1)[0] + ".",
    "the ID token's signature": lambda _realm, alice: ".".join(
        (*alice["access_token"].split(".")[:2], alice["id_token"].split(".")[2])
    ),
}


@pytest.mark.parametrize("forged", REFUSED.values(), ids=REFUSED)
async def test_s1_to_s6_what_is_no_access_token_for_this_api_is_refused(
    realm: Realm, alice: Json, verifier: TokenVerifier, forged: Callable[[Realm, Json], str]
) -> None:
    with pytest.raises(Unauthenticated):
        await verifier.principal(forged(realm, alice))


async def test_s4_a_client_outside_the_list_is_refused(realm: Realm, alice: Json, keys: JwksHttp) -> None:
    strict = TokenVerifier(
        keys, issuer=realm.issuer, audience="vigie-api", clients=("vigie-consumer",), algorithms=("ES256",)
    )
    with pytest.raises(Unauthenticated):
        await strict.principal(alice["access_token"])


@pytest.mark.parametrize("leeway", [-600, -290])
async def test_s3_an_expired_token_is_refused(
    alice: Json, verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch, leeway: int
) -> None:
    """As a clock that is ten minutes, or all but ten seconds of a token's life, ahead would see it."""
    token = alice["access_token"]
    issued = claims_of(token)
    assert issued["exp"] - issued["iat"] == 300
    monkeypatch.setattr(auth, "LEEWAY_S", leeway)
    with pytest.raises(Unauthenticated):
        await verifier.principal(token)


async def test_s6_a_rotated_key_signs_tokens_that_enter_and_the_old_ones_still_do(
    realm: Realm, alice: Json, verifier: TokenVerifier
) -> None:
    before = jwt.get_unverified_header(alice["access_token"])["kid"]
    realm.rotate()
    renewed = realm.client_credentials()["access_token"]
    assert jwt.get_unverified_header(renewed)["kid"] != before
    assert (await verifier.principal(alice["access_token"])).scopes == {"public", "unit:UMR5219"}
    keys = verifier._keys
    assert isinstance(keys, JwksHttp)
    keys._tried_at = float("-inf")  # as if the cool-down had passed
    assert (await verifier.principal(renewed)).scopes == {"public"}
    assert (await verifier.principal(alice["access_token"])).scopes == {"public", "unit:UMR5219"}


async def test_a_person_out_of_a_group_has_lost_it_with_the_next_token(realm: Realm, verifier: TokenVerifier) -> None:
    before = realm.sign_in("corinne")
    realm.leave("corinne", "/units/UMR8535")
    after = realm.token(grant_type="refresh_token", client_id="vigie-web", refresh_token=before["refresh_token"])
    assert "unit:UMR8535" in (await verifier.principal(before["access_token"])).scopes  # until it ends, minutes later
    assert "unit:UMR8535" not in (await verifier.principal(after["access_token"])).scopes


async def test_who_signs_out_gets_no_further_token_and_a_used_refresh_token_is_no_good(
    realm: Realm, verifier: TokenVerifier
) -> None:
    tokens = realm.sign_in("rene")
    renewed = realm.token(grant_type="refresh_token", client_id="vigie-web", refresh_token=tokens["refresh_token"])
    again = realm.post(
        "token", grant_type="refresh_token", client_id="vigie-web", refresh_token=tokens["refresh_token"]
    )
    assert again.status_code == 400
    fresh = realm.sign_in("rene")
    realm.post("logout", client_id="vigie-web", refresh_token=fresh["refresh_token"])
    gone = realm.post("token", grant_type="refresh_token", client_id="vigie-web", refresh_token=fresh["refresh_token"])
    assert gone.status_code == 400
    # The access token is verified without asking Keycloak: it lives on for what is left of its five minutes.
    assert (await verifier.principal(fresh["access_token"])).roles == {Role.READER}
    assert claims_of(renewed["access_token"])["sub"] == claims_of(fresh["access_token"])["sub"]


def test_the_ways_in_that_are_closed_are_closed(realm: Realm) -> None:
    for client in ("vigie-web", "vigie-cli"):
        answer = realm.post("token", grant_type="password", client_id=client, username="alice", password="x")
        assert answer.status_code in {400, 401}
    assert realm.post("auth/device", client_id="vigie-web").status_code in {400, 401}
    assert realm.post("auth/device", client_id="vigie-cli").status_code == 400  # without PKCE
    redirect = f"{WEB}/callback"
    for wrong in (
        {"redirect_uri": "https://evil.example/callback", "code_challenge": s256("v" * 50)},
        {"redirect_uri": redirect, "code_challenge": "v" * 50, "code_challenge_method": "plain"},
        {"redirect_uri": redirect, "code_challenge": s256("v" * 50), "response_type": "token"},
        {"redirect_uri": redirect, "code_challenge": "", "code_challenge_method": ""},
    ):
        answer = httpx.get(realm.authorization_page(client_id="vigie-web", **wrong), trust_env=False)
        assert answer.status_code == 400 or "error=" in answer.headers.get("location", ""), wrong


def test_discovery_names_what_the_command_and_the_pages_need(realm: Realm) -> None:
    known = httpx.get(f"{realm.issuer}/.well-known/openid-configuration", trust_env=False).json()
    assert known["issuer"] == realm.issuer
    assert known["jwks_uri"] == realm.jwks_url
    assert {"device_authorization_endpoint", "revocation_endpoint", "end_session_endpoint"} <= set(known)
    assert json.loads(_key_set(realm))["keys"]
