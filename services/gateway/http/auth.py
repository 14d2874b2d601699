"""From a bearer token to a principal: signature, issuer, audience, client, type, times; then scopes and roles.

Source of the rules: OWASP ASVS 5.0, 9.1 and 9.2; RFC 8725. Keys come from the configured key set only: `jku`, `x5u` and
`jwk` headers are never read.
"""

from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import jwt

from shared.access import PUBLIC, Principal, Role, scope_of_group
from shared.errors import Unauthenticated

LEEWAY_S = 30
_REQUIRED = ["iss", "aud", "exp", "iat", "sub", "typ", "azp"]


class KeySet(Protocol):
    """The issuer's public keys."""

    def opened(self) -> AbstractAsyncContextManager[None]:
        """Have them at hand for as long as this lasts."""
        ...

    async def key(self, kid: str) -> jwt.PyJWK | None:
        """The key of this id, None when the issuer has no such key.

        Raises:
            Unavailable: that cannot be told now.
        """
        ...


class TokenVerifier:
    """Verifies access tokens of one issuer.

    Args:
        issuer: exact `iss`.
        audience: must be in `aud`.
        clients: accepted `azp`.
        algorithms: allow-list of asymmetric algorithms.
    """

    def __init__(
        self, keys: KeySet, *, issuer: str, audience: str, clients: tuple[str, ...], algorithms: tuple[str, ...]
    ) -> None:
        self._keys = keys
        self.issuer = issuer
        self._audience = audience
        self._clients = frozenset(clients)
        self._algorithms = list(algorithms)

    async def principal(self, token: str) -> Principal:
        """The person or service that the token speaks for.

        Raises:
            Unauthenticated: the token is not one that this API accepts.
            Unavailable: the issuer's keys are not to be had, so that nothing can be said of the token.
        """
        claims = await self._claims(token)
        if claims["typ"] != "Bearer":  # an ID token or a refresh token is no key to the API (S4)
            raise Unauthenticated(reason="typ")
        if claims["azp"] not in self._clients:
            raise Unauthenticated(reason="azp")
        if not claims["sub"]:
            raise Unauthenticated(reason="sub")
        return Principal(str(claims["sub"]), _scopes(claims), _roles(claims))

    async def _claims(self, token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in self._algorithms:
                raise Unauthenticated(reason="alg")
            key = await self._keys.key(str(header.get("kid", "")))
            if key is None:
                raise Unauthenticated(reason="kid")
            return jwt.decode(
                token,
                key,
                algorithms=self._algorithms,
                issuer=self.issuer,
                audience=self._audience,
                leeway=LEEWAY_S,
                options={"require": _REQUIRED},
            )
        except jwt.PyJWTError as error:
            raise Unauthenticated(reason=type(error).__name__) from error


def _scopes(claims: dict[str, Any]) -> frozenset[str]:
    groups = claims.get("groups")
    found = (scope_of_group(str(group)) for group in (groups if isinstance(groups, list) else []))
    return frozenset({PUBLIC, *filter(None, found)})


def _roles(claims: dict[str, Any]) -> frozenset[Role]:
    access = claims.get("realm_access")
    names = access.get("roles") if isinstance(access, dict) else None
    known = {role.value: role for role in Role}
    return frozenset(known[name] for name in names or [] if name in known) or frozenset({Role.READER})
