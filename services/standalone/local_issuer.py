"""The local issuer: keys in the data folder, tokens for the people that `vigie token` names.

Whoever can read the data folder can be anyone in it: the issuer is for one machine, Keycloak for an institute.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from jwt.algorithms import ECAlgorithm

from shared.access import Role
from shared.storage.private import make_private_folder, write_private

ISSUER = "urn:vigie:local"
AUDIENCE = "vigie-api"
CLIENT = "vigie-cli"
OPERATOR = "local-operator"
_ALGORITHM = "ES256"
_KEY_ID = "local-1"


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the local issuer knows them."""

    user: str
    units: tuple[str, ...] = ()
    delegations: tuple[str, ...] = ()
    roles: tuple[Role, ...] = (Role.READER,)


class LocalIssuer:
    """Keys and people below `folder`; made on the first use, readable by their owner alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.jwks_file = folder / "jwks.json"
        self.grant_private_key_file = folder / "grant.pem"
        self.grant_public_key_file = folder / "grant.pub.pem"
        self._token_key_file = folder / "token.pem"
        self.people_file = folder / "people.json"

    def prepare(self) -> None:
        """Make the keys that are missing."""
        make_private_folder(self._folder)
        if not self.jwks_file.exists():
            key = ec.generate_private_key(ec.SECP256R1())
            write_private(self._token_key_file, _pem(key))
            public: dict[str, Any] = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
            public |= {"kid": _KEY_ID, "use": "sig", "alg": _ALGORITHM}
            write_private(self.jwks_file, json.dumps({"keys": [public]}).encode())
        if not self.grant_public_key_file.exists():
            grants = ed25519.Ed25519PrivateKey.generate()
            write_private(self.grant_private_key_file, _pem(grants))
            write_private(
                self.grant_public_key_file,
                grants.public_key().public_bytes(
                    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
                ),
            )

    def token(self, person: Person, *, lifetime: timedelta = timedelta(hours=12)) -> str:
        """An access token as Keycloak would give it: groups, realm roles, `typ` Bearer."""
        now = datetime.now(UTC)
        claims: Mapping[str, Any] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "azp": CLIENT,
            "typ": "Bearer",
            "sub": person.user,
            "iat": now,
            "exp": now + lifetime,
            "groups": [f"/units/{unit}" for unit in person.units] + [f"/delegations/{d}" for d in person.delegations],
            "realm_access": {"roles": [role.value for role in person.roles]},
        }
        return jwt.encode(
            dict(claims), self._token_key_file.read_bytes(), algorithm=_ALGORITHM, headers={"kid": _KEY_ID}
        )

    def operator(self) -> Person:
        """Whoever runs the command: writes everywhere, reads what is public."""
        return Person(OPERATOR, roles=(Role.ADMIN,))

    def remember(self, person: Person) -> None:
        """Keep a person's units and roles for `--as`."""
        people = self._people()
        people[person.user] = {
            "units": list(person.units),
            "delegations": list(person.delegations),
            "roles": [role.value for role in person.roles],
        }
        write_private(self.people_file, json.dumps(people, ensure_ascii=False, indent=1).encode())

    def person(self, user: str) -> Person | None:
        """A person of whom `vigie token` was asked before."""
        known = self._people().get(user)
        if known is None:
            return None
        roles = tuple(Role(role) for role in known["roles"])
        return Person(user, tuple(known["units"]), tuple(known["delegations"]), roles)

    def names(self) -> list[str]:
        """The people of whom `vigie token` was asked before."""
        return sorted(self._people())

    def _people(self) -> dict[str, Any]:
        try:
            people: dict[str, Any] = json.loads(self.people_file.read_bytes())
        except FileNotFoundError:
            return {}
        return people


def _pem(key: PrivateKeyTypes) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
