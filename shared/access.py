"""Who may read and write what: scopes, roles, and the signed grant that carries them to the workers.

A scope is `public`, `unit:<code>` or `delegation:<code>`. A person's scopes and roles come from the verified token
alone. The gateway signs them into a grant bound to one job; a worker believes nothing but the grant (S8).
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from shared.errors import Forbidden

PUBLIC = "public"
_SCOPE = re.compile(r"public|(?:unit|delegation):[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
_ALGORITHM = "EdDSA"
_AUDIENCE = "vigie-workers"

Purpose = Literal["read", "write", "administer"]


_GROUPS = {"/units/": "unit:", "/delegations/": "delegation:"}


def is_scope(text: str) -> bool:
    return _SCOPE.fullmatch(text) is not None


def scope_of_group(path: str) -> str | None:
    """The scope that a group of the issuer opens, None for any other group.

    Args:
        path: in full, as Keycloak gives it: `/units/UMR5219`.
    """
    for prefix, kind in _GROUPS.items():
        scope = f"{kind}{path.removeprefix(prefix)}"
        if path.startswith(prefix) and is_scope(scope):
            return scope
    return None


class Role(StrEnum):
    READER = "reader"
    PREVENTION_ASSISTANT = "prevention-assistant"
    UNIT_DIRECTOR = "unit-director"
    PREVENTION_ADVISOR = "prevention-advisor"
    ADMIN = "admin"


_WRITERS = {
    Role.PREVENTION_ASSISTANT: "unit:",
    Role.UNIT_DIRECTOR: "unit:",
    Role.PREVENTION_ADVISOR: "delegation:",
}
"""Which of their own scopes each role may write to."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A person or a service as the verified token describes it. `scopes` always has `public`."""

    subject: str
    scopes: frozenset[str]
    roles: frozenset[Role]

    def may_read(self, scope: str) -> bool:
        return scope in self.scopes

    def may_write(self, scope: str) -> bool:
        """An admin writes everywhere, which gives no right to read; the others write to their own scopes."""
        if Role.ADMIN in self.roles:
            return True
        prefixes = tuple(_WRITERS[role] for role in self.roles if role in _WRITERS)
        return bool(prefixes) and scope in self.scopes and scope.startswith(prefixes)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a worker may do for one job: read `scopes` for a question, write to them for a document, keep the index."""

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

    def sign(self, grant: Grant, expires_at: datetime | None = None) -> str:
        """A question's grant lives as long as its deadline; a document's does not expire: a backlog is no refusal."""
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
    """Verifies grants with the public key.

    Args:
        public_key: PEM, SubjectPublicKeyInfo.
    """

    def __init__(self, public_key: bytes) -> None:
        key = load_pem_public_key(public_key)
        assert isinstance(key, Ed25519PublicKey)
        self._key = key

    def verify(self, token: str, *, purpose: Purpose, job: UUID, scope: str | None = None) -> Grant:
        """The grant, when it is genuine, alive, made for this purpose and this job, and has this scope if one is given.

        Raises:
            Forbidden: in any other case.
        """
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                audience=_AUDIENCE,
                options={"require": ["aud", "sub", "scopes", "purpose", "job"]},
            )
        except jwt.InvalidTokenError as error:
            raise Forbidden(reason=type(error).__name__) from error
        if claims["purpose"] != purpose or claims["job"] != str(job):
            raise Forbidden(reason="grant of another job")
        if scope is not None and scope not in claims["scopes"]:
            raise Forbidden(reason="scope outside the grant")
        return Grant(claims["sub"], frozenset(claims["scopes"]), claims["purpose"], job)
