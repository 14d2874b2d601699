"""Who asks for a page: the person of its cookie, with tokens that hold, and a client of the gateway in their name."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated

import httpx
from fastapi import Depends, Request

from services.web.http.languages import language_of
from services.web.http.parts import provided
from services.web.sessions.model import Session
from services.web.sessions.service import Sessions
from services.web.sign_in.cookies import Cookies
from services.web.sign_in.ports import Issuer
from services.web.sign_in.rights import KnownRights, Rights
from shared.client import TIMEOUT, VigieClient
from shared.client.parsed_responses import ParsedResponses
from shared.clock import utc_now

_MOST_LOCKS = 1_000
_CONNECTIONS = httpx.Limits(max_connections=1_000, max_keepalive_connections=50)
"""To the gateway, of all people together: an answer that is followed holds one for as long as it is written."""


class SignInNeeded(Exception):
    """There is no session, or it has ended: the person signs in and comes back."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks for a page."""

    session: Session
    client: VigieClient


class Visitors:
    """Finds out who asks.

    Args:
        gateway_url: where their requests go, with their own tokens.
        cookies: the name of the session's.
        transport: of the requests to the gateway; by default one that is shared by all.
    """

    def __init__(
        self,
        sessions: Sessions,
        issuer: Issuer,
        gateway_url: str,
        cookies: Cookies,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._sessions = sessions
        self._issuer = issuer
        self._gateway_url = gateway_url
        self._cookie = cookies.session
        self._transport = _Shared(transport or httpx.AsyncHTTPTransport(limits=_CONNECTIONS, trust_env=False))
        self._rights, self._known = Rights(), ParsedResponses()
        self._renewing: OrderedDict[str, asyncio.Lock] = OrderedDict()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Close the connections to the gateway at the end."""
        try:
            yield
        finally:
            await self._transport.inner.aclose()

    async def person(self, request: Request) -> str | None:
        """Return the name of who asks; None if they are not signed in."""
        session = await self._sessions.find(request.cookies.get(self._cookie))
        return session.person if session else None

    @asynccontextmanager
    async def visit(self, request: Request) -> AsyncIterator[Visitor]:
        """Yield who asks, for as long as the page is made.

        Raises:
            SignInNeeded: there is no session, or the issuer gives no more tokens for it.
        """
        cookie = request.cookies.get(self._cookie)
        session = await self._sessions.find(cookie)
        if cookie is None or session is None:
            raise SignInNeeded
        session = await self._fresh(cookie, session)
        request.state.person = session.person

        async def token() -> str:
            return (await self._fresh(cookie, session)).tokens.access

        http = httpx.AsyncClient(
            base_url=self._gateway_url, timeout=TIMEOUT, transport=self._transport, trust_env=False
        )
        access, language = session.tokens.access, language_of(request)
        async with KnownRights(access, token, language, http=http, rights=self._rights, known=self._known) as client:
            request.state.administers = await client.administers()
            yield Visitor(session, client)

    async def _fresh(self, cookie: str, session: Session) -> Session:
        """Return the session with tokens that hold; one request of a browser renews them, the others wait for it."""
        if not session.tokens.is_stale(utc_now()):
            return session
        async with self._lock(cookie):
            newest = await self._sessions.find(cookie)
            if newest is None:
                raise SignInNeeded
            if not newest.tokens.is_stale(utc_now()):
                return newest
            tokens = await self._issuer.renewed(newest.tokens)
            if tokens is None:
                await self._sessions.end(cookie)
                raise SignInNeeded
            newest = newest.model_copy(update={"tokens": tokens})
            await self._sessions.keep(cookie, newest)
            return newest

    def _lock(self, cookie: str) -> asyncio.Lock:
        lock = self._renewing.setdefault(cookie, asyncio.Lock())
        self._renewing.move_to_end(cookie)
        while len(self._renewing) > _MOST_LOCKS:
            self._renewing.popitem(last=False)
        return lock


AllVisitors = Annotated[Visitors, Depends(provided(Visitors))]
"""What a route asks for that acts in somebody's name."""


class _Shared(httpx.AsyncBaseTransport):
    """One pool of connections for the clients of all people; what closes a client closes none of them."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self.inner.handle_async_request(request)
