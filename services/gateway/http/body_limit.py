"""Limits on request bodies that hold whatever the client declares: nothing beyond them is read, kept or waited for."""

import asyncio
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.http.problems import respond
from shared.errors import PayloadTooLarge, SlowSender, VigieError
from shared.language.catalogue import preferred

PATIENCE_S = 30.0
"""How long a sender may keep the gateway waiting in all, and longer by a second for each SLOWEST_BYTES that came."""

SLOWEST_BYTES = 10_000


class BodyLimit:
    """ASGI middleware.

    Args:
        limit: largest body, bytes.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        body = _Body(receive, self._limit)
        declared = headers.get(b"content-length", b"0")
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            if body.cut and not started:
                return  # whatever the application makes of a body that was cut, the refusal below says why
            started = True
            await send(message)

        if not declared.isdigit() or int(declared) > self._limit:
            body.cut = body.too_large()
        else:
            try:
                await self._app(scope, body.receive, watched)
            except (PayloadTooLarge, SlowSender):
                if started:
                    raise
        if body.cut and not started:
            refusal = respond(body.cut, preferred(headers.get(b"accept-language", b"").decode("latin-1")))
            if isinstance(body.cut, SlowSender):
                refusal.headers["connection"] = "close"  # there is nothing to be had from listening on
            await refusal(scope, receive, send)


class _Body:
    """A request's body on its way to the application, which gets an error in its place where it is cut."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._received = 0
        self._waited_s = 0.0
        self._whole = False
        self.cut: VigieError | None = None

    def too_large(self) -> PayloadTooLarge:
        return PayloadTooLarge(limit_mb=self._limit // (1024 * 1024))

    async def receive(self) -> Message:
        if self._whole:  # whoever asks now waits for the client to go away, for as long as an answer takes
            return await self._receive()
        message = await self._next()
        self._received += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._received > self._limit:
            self.cut = self.too_large()
            raise self.cut
        return message

    async def _next(self) -> Message:
        since = time.monotonic()
        try:
            async with asyncio.timeout(PATIENCE_S + self._received / SLOWEST_BYTES - self._waited_s):
                return await self._receive()
        except TimeoutError:
            self.cut = SlowSender()
            raise self.cut from None
        finally:
            self._waited_s += time.monotonic() - since
