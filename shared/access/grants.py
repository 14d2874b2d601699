"""Signed grants, which carry a person's scopes to the workers.

The gateway signs a grant for one job; a worker trusts nothing but the grant (S8).
"""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from shared.errors import Forbidden

_ALGORITHM = "EdDSA"
_AUDIENCE = "vigie-workers"
_PUBLIC_KEY = re.compile(rb"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.DOTALL)

Purpose = Literal["read", "write", "administer"]


@dataclass(frozen=True, slots=True)
class Grant:
    """A worker's permission for one job: read `scopes` for a question, write to them for a document, or administer."""

    subject: str
    scopes: frozenset[str]
    purpose: Purpose
    job: UUID


class GrantSigner:
    """Signs grants with Ed25519; only the gateway has the private key.

    Args:
        private_key: PEM, PKCS 8.
    """

    def __init__(self, private_key: bytes) -> None:
        key = load_pem_private_key(private_key, None)  # read once: that takes longer than to sign
        assert isinstance(key, Ed25519PrivateKey)
        self._key = key

    def derived(self, use: bytes) -> bytes:
        """Return a key for another use, 32 bytes, which tells nothing of the private key: HMAC-SHA256 with it."""
        return hmac.digest(self._key.private_bytes_raw(), use, "sha256")

    def sign(self, grant: Grant, expires_at: datetime | None = None) -> str:
        """Return a grant as a JWT.

        Args:
            expires_at: the deadline of a question; None for a document, whose grant must outlive a backlog.
        """
        claims: dict[str, object] = {
            "aud": _AUDIENCE,
            "sub": grant.subject,
            "scopes": sorted(grant.scopes),
            "purpose": grant.purpose,
            "job": str(grant.job),
        }
        if expires_at is not None:
            claims["exp"] = expires_at
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM, headers={"typ": "vigie-grant+jwt"})


class GrantVerifier:
    """Verifies grants with the public keys: while they are rotated, the former one and the next.

    Args:
        public_keys: PEM, SubjectPublicKeyInfo, one behind the other.

    Raises:
        ValueError: there is no key, or one of another kind.
    """

    def __init__(self, public_keys: bytes) -> None:
        keys = [load_pem_public_key(each) for each in _PUBLIC_KEY.findall(public_keys)]
        self._keys = [key for key in keys if isinstance(key, Ed25519PublicKey)]
        if not keys or len(self._keys) < len(keys):
            raise ValueError("the file of grants' public keys must hold Ed25519 public keys in PEM, and nothing else")

    def verify(self, token: str, *, purpose: Purpose, job: UUID, scope: str | None = None) -> Grant:
        """Return the grant of a token that is genuine, unexpired, and signed for this purpose, job and scope.

        Args:
            scope: scope that the grant must contain; None for no check.

        Raises:
            Forbidden: the token is anything else.
        """
        claims = self._claims(token)
        if claims["purpose"] != purpose or claims["job"] != str(job):
            raise Forbidden(reason="grant of another job")
        if scope is not None and scope not in claims["scopes"]:
            raise Forbidden(reason="scope outside the grant")
        return Grant(claims["sub"], frozenset(claims["scopes"]), claims["purpose"], job)

    def _claims(self, token: str) -> dict[str, Any]:
        """Return the claims that one of the keys has signed.

        Raises:
            Forbidden: none has, or what it has signed is no grant in force.
        """
        reason = ""
        for key in self._keys:
            try:
                return _decoded(token, key)
            except jwt.InvalidTokenError as error:
                reason = type(error).__name__
                if not isinstance(error, jwt.InvalidSignatureError):
                    break
        raise Forbidden(reason=reason)


def _decoded(token: str, key: Ed25519PublicKey) -> dict[str, Any]:
    return jwt.decode(
        token,
        key,
        algorithms=[_ALGORITHM],
        audience=_AUDIENCE,
        options={"require": ["aud", "sub", "scopes", "purpose", "job"]},
    )
