"""Security requirements S1 to S7 on the gateway's own door."""

import base64
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from services.gateway.http.auth import TokenVerifier
from services.gateway.http.jwks_file import JwksFile
from services.standalone.local_issuer import AUDIENCE, CLIENT, ISSUER
from shared.access import Role
from shared.errors import Unavailable
from tests.services.gateway.conftest import READER, UNIT, Json, Rig

NOW = datetime.now(UTC)
GOOD = {
    "iss": ISSUER, "aud": AUDIENCE, "azp": CLIENT, "typ": "Bearer", "sub": "u", "iat": NOW,
    "exp": NOW + timedelta(hours=1),
}  # fmt: skip


def forge(
    rig: Rig,
    claims: Json,
    *,
    key: ec.EllipticCurvePrivateKey | bytes | str | None = None,
    algorithm: str = "ES256",
    headers: Json | None = None,
) -> str:
    """A token signed by the issuer's own key, unless `key` is another one."""
    signing = rig.issuer._token_key_file.read_bytes() if key is None else key
    return jwt.encode(claims, signing, algorithm, headers={"kid": "local-1"} | (headers or {}))


def signed_with_the_public_key(public: bytes) -> str:
    """The classic confusion: HS256 with the issuer's public key as the secret; made by hand, since PyJWT refuses to."""

    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    claims = {**GOOD, "iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 3600}
    body = f"{part(json.dumps({'alg': 'HS256', 'kid': 'local-1'}).encode())}.{part(json.dumps(claims).encode())}"
    return f"{body}.{part(hmac.digest(public, body.encode(), 'sha256'))}"


async def code(rig: Rig, token: str) -> int:
    return (await rig.http.get("/v1/status", headers={"authorization": f"Bearer {token}"})).status_code


async def test_s1_s7_a_good_token_gives_scopes_and_roles_from_its_claims(rig: Rig) -> None:
    principal = await rig.part(TokenVerifier).principal(rig.issuer.token(READER))
    assert principal.scopes == {"public", UNIT}
    assert principal.roles == {Role.READER}
    assert await code(rig, forge(rig, GOOD)) == 200


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "urn:other"}, {"aud": "other"}, {"aud": None}, {"azp": "other"}, {"azp": None}, {"typ": "ID"},
        {"typ": "Refresh"}, {"typ": None}, {"sub": None}, {"iat": None}, {"exp": None},
        {"exp": NOW - timedelta(minutes=2)}, {"iat": NOW + timedelta(hours=5)},
        {"nbf": NOW + timedelta(hours=5)},
    ],
)  # fmt: skip
async def test_s3_s4_s5_every_claim_counts(rig: Rig, change: Json) -> None:
    claims = {name: value for name, value in (GOOD | change).items() if value is not None}
    assert await code(rig, forge(rig, claims)) == 401


async def test_s1_other_algorithms_are_refused(rig: Rig) -> None:
    public = rig.issuer.jwks_file.read_bytes()
    for token in (
        forge(rig, GOOD, key=b"x" * 64, algorithm="HS512"),
        signed_with_the_public_key(public),
        forge(rig, GOOD, key="", algorithm="none"),
        "not.a.token",
    ):
        assert await code(rig, token) == 401


async def test_s2_keys_in_the_header_are_ignored(rig: Rig) -> None:
    own = ec.generate_private_key(ec.SECP256R1())
    jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(own.public_key()))
    token = forge(rig, GOOD, key=own, headers={"jwk": jwk, "jku": "http://evil/jwks"})
    assert await code(rig, token) == 401


async def test_s6_an_unknown_key_is_refused_and_a_new_one_accepted_when_the_set_has_it(rig: Rig) -> None:
    own = ec.generate_private_key(ec.SECP256R1())
    token = forge(rig, GOOD, key=own, headers={"kid": "local-2"})
    assert await code(rig, token) == 401
    known = json.loads(rig.issuer.jwks_file.read_text())
    jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(own.public_key())) | {"kid": "local-2"}
    rig.issuer.jwks_file.write_text(json.dumps({"keys": [*known["keys"], jwk]}))
    assert await code(rig, token) == 200
    assert await code(rig, forge(rig, GOOD)) == 200


async def test_a_missing_key_set_is_our_fault_not_the_tokens(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        await JwksFile(tmp_path / "none.json").key("x")


async def test_no_token_no_entry_but_probes_are_open(rig: Rig) -> None:
    for url in ("/v1/documents", "/v1/status", "/v1/passages/x", "/v1/questions/00000000-0000-0000-0000-000000000000"):
        response = await rig.http.get(url)
        assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
    for url in ("/livez", "/readyz", "/metrics"):
        assert (await rig.http.get(url)).status_code == 200


async def test_groups_that_are_no_scope_give_none(rig: Rig) -> None:
    claims = GOOD | {
        "groups": ["/units/", "/units/a b", "/other/X", 3, "/delegations/MP"],
        "realm_access": {"roles": ["x"]},
    }
    principal = await rig.part(TokenVerifier).principal(forge(rig, claims))
    assert principal.scopes == {"public", "delegation:MP"}
    assert principal.roles == {Role.READER}


async def test_the_gateway_says_where_one_signs_in(rig: Rig) -> None:
    found = (await rig.http.get("/.well-known/oauth-protected-resource")).json()
    assert found["authorization_servers"] == []  # the local issuer is no server
    rig.part(TokenVerifier).issuer = "https://login.example.org/realms/vigie"
    found = (await rig.http.get("/.well-known/oauth-protected-resource")).json()
    assert found["authorization_servers"] == ["https://login.example.org/realms/vigie"]
    assert found["resource"] == "http://vigie"


async def test_fault_18_what_cannot_be_told_of_a_token_is_503_and_not_401(rig: Rig) -> None:
    class NoKeys:
        @asynccontextmanager
        async def opened(self) -> AsyncIterator[None]:
            yield

        async def key(self, kid: str) -> jwt.PyJWK | None:
            raise Unavailable(part="jwks")

    rig.part(TokenVerifier)._keys = NoKeys()
    response = await rig.http.get("/v1/status", headers=rig.headers(READER))
    assert (response.status_code, response.headers["content-type"]) == (503, "application/problem+json")
    assert int(response.headers["retry-after"]) > 0
