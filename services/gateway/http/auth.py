"""From a bearer token to a principal: signature, issuer, audience, client, type, times; then scopes and roles.

Source of the rules: OWASP ASVS 5.0, 9.1 and 9.2; RFC 8725. Keys come from the configured key set only: `jku`, `x5u` and
`jwk` headers are never read.
"""

import base64
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Any, Protocol

import jwt
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from services.gateway.http.strict_json import checked_text, read_json
from shared.access import PUBLIC, Principal, Role, scope_of_group
from shared.errors import InvalidInput, Unauthenticated

LEEWAY_S = 30
_MOST_IN_HEADER = 50
_REQUIRED = ["iss", "aud", "exp", "iat", "sub", "typ", "azp"]


class _Access(BaseModel):
    """The claim `realm_access`: names of roles, of which this API knows a few."""

    model_config = ConfigDict(strict=True)

    roles: list[str] = []

    def known(self) -> frozenset[Role]:
        known = {role.value: role for role in Role}
        return frozenset(known[name] for name in self.roles if name in known) or frozenset({Role.READER})


_Time = Annotated[float, Field(ge=0, allow_inf_nan=False)]
"""Seconds, as a number (RFC 7519, 2): PyJWT takes a text of digits for one too."""


class _Claims(BaseModel):
    """What this API reads of a token besides what PyJWT checks, each claim of its own type and no other.

    A group that is no path is no scope; everything else that is of another type makes the token none.
    """

    model_config = ConfigDict(strict=True)

    sub: Annotated[str, Field(min_length=1, max_length=255), AfterValidator(checked_text)]
    typ: str
    azp: str
    exp: _Time
    iat: _Time
    nbf: _Time | None = None
    groups: list[Any] = []
    realm_access: _Access = _Access()

    def scopes(self) -> frozenset[str]:
        found = (scope_of_group(group) for group in self.groups if isinstance(group, str))
        return frozenset({PUBLIC, *filter(None, found)})


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
        if claims.typ != "Bearer":  # an ID token or a refresh token is no key to the API (S4)
            raise Unauthenticated(reason="typ")
        if claims.azp not in self._clients:
            raise Unauthenticated(reason="azp")
        return Principal(claims.sub, claims.scopes(), claims.realm_access.known())

    async def _claims(self, token: str) -> _Claims:
        try:
            header = _header(token)
            if header.get("alg") not in self._algorithms:
                raise Unauthenticated(reason="alg")
            key = await self._keys.key(str(header.get("kid", "")))
            if key is None:
                raise Unauthenticated(reason="kid")
            claims = jwt.decode(
                token,
                key,
                algorithms=self._algorithms,
                issuer=self.issuer,
                audience=self._audience,
                leeway=LEEWAY_S,
                options={"require": _REQUIRED},
            )
            return _Claims.model_validate(claims)
        except jwt.PyJWTError as error:
            raise Unauthenticated(reason=type(error).__name__) from error
        except (
            ValidationError,
            OverflowError,
            RecursionError,
        ):  # what the issuer signed, and is of no use all the same
            raise Unauthenticated(reason="claims") from None


def _header(token: str) -> dict[str, Any]:
    """The header of a token that nobody has vouched for yet, by the strict reader.

    Raises:
        Unauthenticated: it has none.
    """
    word = token.partition(".")[0]
    try:
        header = read_json(
            base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True), _MOST_IN_HEADER
        )
    except (ValueError, InvalidInput):
        raise Unauthenticated(reason="header") from None
    if not isinstance(header, dict):
        raise Unauthenticated(reason="header")
    return header
