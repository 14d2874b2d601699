"""An issuer whose JWKS address is answered in the test's process: keys that rotate, an outage, a count of fetches."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

URL = "https://login.example.org/realms/vigie/protocol/openid-connect/certs"
ISSUER = "https://login.example.org/realms/vigie"
AUDIENCE = "vigie-api"
CLIENT = "vigie-web"

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


_EC = ec.generate_private_key(ec.SECP256R1())
_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)  # made once: it takes a while


class StubIssuer:
    def __init__(self) -> None:
        self.keys: dict[str, PrivateKey] = {"ec-1": _EC, "rsa-1": _RSA}
        self.fetches = 0
        self.response: httpx.Response | None = None
        self.down = False
        self.answering = asyncio.Event()
        self.answering.set()

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._answer)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        assert str(request.url) == URL
        self.fetches += 1
        await self.answering.wait()
        if self.down:
            raise httpx.ConnectError("refused")
        return self.response or httpx.Response(200, json=self.key_set())

    def key_set(self) -> dict[str, Any]:
        return {"keys": [public_jwk(key) | {"kid": kid, "use": "sig"} for kid, key in self.keys.items()]}

    def token(self, changes: dict[str, Any] | None = None, *, kid: str | None = "ec-1", **options: Any) -> str:
        """A good access token, but for the claims in `changes`; None takes a claim out."""
        now = datetime.now(UTC)
        claims = {
            "iss": ISSUER, "aud": AUDIENCE, "azp": CLIENT, "typ": "Bearer", "sub": "alice",
            "iat": now, "exp": now + timedelta(minutes=5),
        } | (changes or {})  # fmt: skip
        key = options.pop("key", self.keys.get(kid or "ec-1"))
        algorithm = "ES256" if isinstance(key, ec.EllipticCurvePrivateKey) else "RS256"
        return jwt.encode(
            {name: value for name, value in claims.items() if value is not None},
            key,
            algorithm=options.pop("algorithm", algorithm),
            headers={"kid": kid, **options.pop("headers", {})} if kid else None,
        )


def public_jwk(key: PrivateKey) -> dict[str, Any]:
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return {**ECAlgorithm.to_jwk(key.public_key(), as_dict=True), "alg": "ES256"}
    return {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "alg": "RS256"}


def signed_as_hmac(token: str, secret: bytes, kid: str) -> str:
    """The classic confusion, made by hand since PyJWT refuses to: HS256 with a public key as the secret."""
    body = f"{part({'alg': 'HS256', 'typ': 'JWT', 'kid': kid})}.{token.split('.')[1]}"
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(body.encode(), secret)
    return f"{body}.{jwt.utils.base64url_encode(signature).decode()}"


def tampered(token: str, **claims: Any) -> str:
    """Other claims under the same signature."""
    head, body, signature = token.split(".")
    changed = json.loads(jwt.utils.base64url_decode(body)) | claims
    return f"{head}.{part(changed)}.{signature}"


def relabelled(token: str, **header: Any) -> str:
    """Another header over the same claims and signature."""
    head, body, signature = token.split(".")
    return f"{part(json.loads(jwt.utils.base64url_decode(head)) | header)}.{body}.{signature}"


def part(value: dict[str, Any]) -> str:
    return jwt.utils.base64url_encode(json.dumps(value).encode()).decode()
