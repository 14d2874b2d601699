"""What a route asks for: the service that it needs, the principal of the request, its idempotency key."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, TypeVar, cast

from fastapi import Depends, FastAPI, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.types import Scope

from services.gateway.http.auth import TokenVerifier
from services.gateway.http.known_fields import KnownFields
from services.gateway.http.limits import Held, Limits
from shared.access import Principal
from shared.disk.ports import Admission
from shared.disk.reserve import DiskReserve
from shared.errors import InvalidInput, Unauthenticated

_KEY = re.compile("[!-~](?:[ -~]{0,198}[!-~])?")
_PRINCIPAL = "vigie.principal"
HELD = "vigie.held"
"""Where a request's scope keeps what gives back all that it holds; the door calls it when the request ends."""
_bearer = HTTPBearer(auto_error=False, description="access token of the configured issuer")

T = TypeVar("T")


def provide(app: FastAPI, *parts: object) -> None:
    """Give parts to an application's routes, each found by its class; one of the same class is replaced."""
    provided: Mapping[type[object], object] = getattr(app.state, "provided", {})
    app.state.provided = {**provided, **{type(part): part for part in parts}}


@cache
def provided(kind: type[T]) -> Callable[[Request], Awaitable[T]]:
    """The dependency that finds the part of this class: `Annotated[Service, Depends(provided(Service))]`."""

    async def find(request: Request) -> T:
        """Find it in a coroutine: FastAPI would call a plain function in a thread, which costs more than the rest."""
        return cast("T", request.app.state.provided[kind])

    return find


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """Where people reach this gateway; None: as each request names it."""

    url: str | None = None

    def of(self, request: Request) -> str:
        """The address without a slash at its end."""
        return self.url or str(request.base_url).rstrip("/")


async def authenticated(request: Request) -> Principal:
    """The person or service that the request's token speaks for; the token is verified, and the request counted, once.

    Raises:
        Unauthenticated: there is no token, or none that this API accepts.
        TooManyRequests: the person or their unit sends more than their share.
        Unavailable: nothing can be said of it now.
    """
    known = request.scope.get(_PRINCIPAL)
    if known is None:
        credentials = await _bearer(request)
        if credentials is None:
            raise Unauthenticated(reason="missing")
        verifier: TokenVerifier = request.app.state.provided[TokenVerifier]
        known = await verifier.principal(credentials.credentials)
        limits_of(request).admit(known)
        request.scope[_PRINCIPAL] = known
    return cast("Principal", known)


def hold(request: Request, principal: Principal, what: Held) -> None:
    """Count a stream, an upload or an export for as long as the request lasts.

    Raises:
        TooManyRequests: the person or their unit has as many as they may.
    """
    request.scope[HELD].append(limits_of(request).hold(principal, what))


def limits_of(request: Request) -> Limits:
    """How much this application lets people ask."""
    limits: Limits = request.app.state.provided[Limits]
    return limits


def room_of(scope: Scope) -> Admission:
    """What tells whether there is room for what a request brings."""
    reserve: DiskReserve = scope["app"].state.provided[DiskReserve]
    return reserve


async def principal_of(
    request: Request, _credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Principal:
    """As `authenticated`; the other parameter tells readers of the API that a token is wanted.

    Raises:
        InvalidInput: the request has a field in its query or form that its route does not know.
    """
    principal = await authenticated(request)
    known: KnownFields = request.app.state.provided[KnownFields]
    await known.check(request)
    return principal


async def idempotency_header(
    idempotency_key: Annotated[str | None, Header(json_schema_extra={"pattern": f"^{_KEY.pattern}$"})] = None,
) -> str | None:
    """What the client calls its request, None without a name.

    Raises:
        InvalidInput: the name is empty, too long, or not of visible ASCII.
    """
    if idempotency_key is not None and _KEY.fullmatch(idempotency_key) is None:
        raise InvalidInput(reason="Idempotency-Key")
    return idempotency_key


async def disconnected(request: Request) -> None:
    """Return once the client has hung up."""
    while (await request.receive())["type"] != "http.disconnect":
        continue


Caller = Annotated[Principal, Depends(principal_of)]
IdempotencyHeader = Annotated[str | None, Depends(idempotency_header)]
Address = Annotated[PublicAddress, Depends(provided(PublicAddress))]
