"""Tokens that are forged, stale or meant for something else: each is refused (S1 to S6), behind keys over HTTP."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from services.gateway.http.auth import TokenVerifier
from services.gateway.http.jwks_http import JwksHttp
from services.gateway.settings import JwksSettings
from shared.errors import Unauthenticated
from tests.support.issuer import (
    AUDIENCE,
    CLIENT,
    ISSUER,
    URL,
    StubIssuer,
    part,
    public_jwk,
    relabelled,
    signed_as_hmac,
    tampered,
)


def from_now(**time: float) -> datetime:
    """Counted when a test makes its token: the suite may have been under way for long."""
    return datetime.now(UTC) + timedelta(**time)


OWN = ec.generate_private_key(ec.SECP256R1())
OWN_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def without(name: str) -> Callable[[StubIssuer], str]:
    return lambda issuer: issuer.token({name: None})


FORGED: dict[str, Callable[[StubIssuer], str]] = {
    # S1: the algorithm
    "unsigned": lambda issuer: issuer.token(key=None, algorithm="none"),
    "unsigned, relabelled": lambda issuer: relabelled(issuer.token(), alg="none").rsplit(".", 1)[0] + ".",
    "None in capitals": lambda issuer: relabelled(issuer.token(), alg="NONE"),
    "HS256 with the public EC key": lambda i: signed_as_hmac(i.token(), public_pem(i.keys["ec-1"]), "ec-1"),
    "HS256 with the public RSA key": lambda i: signed_as_hmac(i.token(), public_pem(i.keys["rsa-1"]), "rsa-1"),
    "HS256 with the key set": lambda i: signed_as_hmac(i.token(), json.dumps(i.key_set()).encode(), "ec-1"),
    "an algorithm outside the list": lambda issuer: issuer.token(kid="rsa-1", algorithm="RS512"),
    "PS256 under a key of RS256": lambda issuer: issuer.token(kid="rsa-1", algorithm="PS256"),
    "an RSA signature under the EC key's id": lambda i: i.token(kid="ec-1", key=i.keys["rsa-1"], algorithm="RS256"),
    "an EC signature under the RSA key's id": lambda i: i.token(kid="rsa-1", key=i.keys["ec-1"], algorithm="ES256"),
    # S2: the key
    "signed by somebody else": lambda issuer: issuer.token(key=OWN),
    "signed by somebody else, RSA": lambda issuer: issuer.token(kid="rsa-1", key=OWN_RSA),
    "its own key in jwk": lambda i: i.token(key=OWN, headers={"jwk": public_jwk(OWN)}),
    "its own key at jku": lambda i: i.token(key=OWN, kid="mine", headers={"jku": "https://evil.example/jwks"}),
    "its own key at x5u": lambda i: i.token(key=OWN, kid="mine", headers={"x5u": "https://evil.example/cert"}),
    "its own certificate in x5c": lambda i: i.token(key=OWN, headers={"x5c": ["MIIB"]}),
    "an unknown kid": lambda issuer: issuer.token(kid="ec-2", key=issuer.keys["ec-1"]),
    "no kid": lambda issuer: issuer.token(kid=None),
    "a kid that is a path": lambda issuer: issuer.token(kid="../../dev/null", key=issuer.keys["ec-1"]),
    "a critical extension that nobody knows": lambda i: i.token(headers={"crit": ["x"], "x": 1}),
    # S3, S5: the claims
    "another realm": lambda issuer: issuer.token({"iss": ISSUER.replace("vigie", "other")}),
    "the issuer with a slash": lambda issuer: issuer.token({"iss": f"{ISSUER}/"}),
    "another audience": lambda issuer: issuer.token({"aud": "account"}),
    "an audience that begins like ours": lambda issuer: issuer.token({"aud": [f"{AUDIENCE}-2"]}),
    "another client": lambda issuer: issuer.token({"azp": "other"}),
    "expired": lambda issuer: issuer.token({"exp": from_now(seconds=-61)}),
    "issued in the future": lambda issuer: issuer.token({"iat": from_now(minutes=5)}),
    "not yet valid": lambda issuer: issuer.token({"nbf": from_now(minutes=5)}),
    "an exp that is no time": lambda issuer: issuer.token({"exp": "tomorrow"}),
    "an empty subject": lambda issuer: issuer.token({"sub": ""}),
    **{f"without {name}": without(name)
       for name in ("iss", "aud", "azp", "typ", "sub", "iat", "exp")},
    # S4: the kind
    "an ID token": lambda issuer: issuer.token({"typ": "ID", "aud": CLIENT}),
    "an ID token for this audience": lambda issuer: issuer.token({"typ": "ID"}),
    "a refresh token": lambda issuer: issuer.token({"typ": "Refresh"}),
    "a logout token": lambda issuer: issuer.token({"typ": "Logout"}),
    # what is no token, or not the signed one any more
    "tampered groups": lambda issuer: tampered(issuer.token(), groups=["/units/UMR5219"]),
    "tampered roles": lambda issuer: tampered(issuer.token(), realm_access={"roles": ["admin"]}),
    "a cut signature": lambda issuer: issuer.token()[:-8],
    "a signature of zeros": lambda issuer: issuer.token().rsplit(".", 1)[0] + "." + "A" * 86,
    "another token's signature": lambda i: i.token().rsplit(".", 1)[0] + "." + i.token({"sub": "b"}).rsplit(".", 1)[1],
    "four parts": lambda issuer: issuer.token() + ".x",
    "words": lambda _issuer: "not.a.token",
    "a list for claims": lambda issuer: f"{issuer.token().split('.')[0]}.W10.{issuer.token().rsplit('.', 1)[1]}",
    "no bytes at all": lambda _issuer: "",
    "a header of another shape": lambda issuer: f"{part({'alg': ['ES256']})}.{issuer.token().split('.', 1)[1]}",
}  # fmt: skip


@pytest.fixture
async def issuer() -> StubIssuer:
    return StubIssuer()


@pytest.fixture
async def verifier(issuer: StubIssuer) -> AsyncIterator[TokenVerifier]:
    keys = JwksHttp(URL, JwksSettings(), transport=issuer.transport())
    await keys.open()
    yield TokenVerifier(
        keys, issuer=ISSUER, audience=AUDIENCE, clients=(CLIENT,), algorithms=("ES256", "RS256", "PS256")
    )
    await keys.close()


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
async def test_s1_to_s6_a_forged_token_is_refused(
    issuer: StubIssuer, verifier: TokenVerifier, forged: Callable[[StubIssuer], str]
) -> None:
    with pytest.raises(Unauthenticated):
        await verifier.principal(forged(issuer))
    assert issuer.fetches == 1


@pytest.mark.parametrize("kid", ["ec-1", "rsa-1"])
async def test_a_good_token_of_either_key_enters(issuer: StubIssuer, verifier: TokenVerifier, kid: str) -> None:
    token = issuer.token({"groups": ["/units/UMR5219"]}, kid=kid)
    assert (await verifier.principal(token)).scopes == {"public", "unit:UMR5219"}


async def test_s5_a_clock_that_is_a_little_off_does_no_harm(issuer: StubIssuer, verifier: TokenVerifier) -> None:
    now = datetime.now(UTC)
    late, early = now - timedelta(seconds=20), now + timedelta(seconds=20)
    for changes in ({"exp": late}, {"iat": early}, {"nbf": early}):
        assert (await verifier.principal(issuer.token(changes))).subject == "alice"
