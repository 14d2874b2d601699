"""The body of a request on its way to its route: for whom it is read, how much of it, and how long it is waited for."""

import asyncio
import time
from contextlib import suppress

from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Message, Receive, Scope

from services.gateway.http.bodies import MOST_VALUES, BodyKind, BodyLimits, taken_by
from services.gateway.http.dependencies import authenticated, hold
from services.gateway.http.limits import Held
from services.gateway.http.strict_json import read_json_aside
from shared.errors import Forbidden, InvalidInput, PayloadTooLarge, SlowSender

PATIENCE_S = 30.0
"""How long a sender may keep the gateway waiting in all, and longer by a second for each SLOWEST_BYTES that came."""

SLOWEST_BYTES = 10_000

PASSING_S = 2.0
"""How long what a refused sender goes on sending is let go by; less as soon as nothing comes for PAUSE_S."""

PAUSE_S = 0.3
_HARMLESS_BYTES = 64 * 1024
"""A rest that uvicorn passes over by itself, so that the connection can go on."""
_KILO, _MEGA = 1024, 1024 * 1024


class Body:
    """What stands between a server and a route that asks for a body.

    Args:
        scope: of the request; the router has put the route into it by the time when somebody asks.
    """

    def __init__(self, scope: Scope, receive: Receive, limits: BodyLimits) -> None:
        self._scope = scope
        self._receive = receive
        self._limits = limits
        headers = Headers(scope=scope)
        self._content_type = headers.get("content-type", "")
        self._declared = _length(headers.get("content-length", "0"))
        self._chunked = "transfer-encoding" in headers
        self._admitted = False
        self._received = 0
        self._waited_s = 0.0
        self._whole = False
        self._slow = False

    async def receive(self) -> Message:
        """Return the next message of the request.

        Raises:
            Unauthenticated, Unavailable: nothing is read without a token; as `authenticated`.
            Forbidden: nothing is read from somebody who may not send it.
        TooManyRequests: nothing is read from somebody who sends too many requests, or too many files at once.
            PayloadTooLarge, SlowSender, InvalidInput: no more is read.
        """
        if self._whole:  # whoever asks now waits for the client to go away, for as long as an answer takes
            return await self._receive()
        route = self._scope.get("route")
        if getattr(route, "body_field", None) is None:
            return await self._unasked()
        taken = taken_by(self._scope.get("endpoint"))
        limit = self._limits.of(taken.kind)
        if not self._admitted:
            request = Request(self._scope)
            principal = await authenticated(request)
            if taken.sender is not None and not taken.sender(principal):
                raise Forbidden
            if self._declared > limit:
                raise _too_large(limit)
            if taken.kind is BodyKind.FILE:
                _check_form(self._content_type)
                hold(request, principal, Held.UPLOAD)
            self._admitted = True
        return await self._next(limit) if taken.kind is BodyKind.FILE else await self._json(taken.kind, limit)

    @property
    def is_left_behind(self) -> bool:
        """Whether an answer now comes before a body of which there may be much more, or which does not come."""
        rest = self._chunked or self._declared - self._received > _HARMLESS_BYTES
        return not self._whole and (rest or self._slow)

    async def pass_by(self) -> None:
        """Let what is still sent go by, for a moment."""
        if self._slow:  # there is nothing to be had from listening on
            return
        until = time.monotonic() + PASSING_S
        with suppress(TimeoutError):
            while not self._whole and time.monotonic() < until:
                async with asyncio.timeout(PAUSE_S):
                    self._count(await self._receive())

    async def _json(self, kind: BodyKind, limit: int) -> Message:
        """The whole of it, once the strict reader has found nothing to refuse."""
        pieces: list[bytes] = []
        while not self._whole:
            message = await self._next(limit)
            if message["type"] != "http.request":
                return message
            pieces.append(message.get("body", b""))
        body = b"".join(pieces)
        if body:
            await read_json_aside(body, MOST_VALUES[kind])
        return {"type": "http.request", "body": body, "more_body": False}

    async def _next(self, limit: int) -> Message:
        since = time.monotonic()
        try:
            async with asyncio.timeout(PATIENCE_S + self._received / SLOWEST_BYTES - self._waited_s):
                message = await self._receive()
        except TimeoutError:
            self._slow = True
            raise SlowSender from None
        finally:
            self._waited_s += time.monotonic() - since
        self._count(message)
        if self._received > limit:
            raise _too_large(limit)
        return message

    async def _unasked(self) -> Message:
        """Wait for the client to go away; one who sends much that the route does not take counts as gone."""
        while not self._whole:
            message = await self._receive()
            self._count(message)
            if self._received > _HARMLESS_BYTES:
                return {"type": "http.disconnect"}
        return {"type": "http.request", "body": b"", "more_body": False}

    def _count(self, message: Message) -> None:
        self._received += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)  # as when the client has gone


def _length(declared: str) -> int:
    """Bytes that Content-Length declares: too many where it is no number."""
    return int(declared) if declared.isascii() and declared.isdigit() and len(declared) < 20 else 2**63  # noqa: PLR2004


def _too_large(limit: int) -> PayloadTooLarge:
    if limit < _MEGA:
        return PayloadTooLarge(reason="kilobytes", limit_kb=limit // _KILO)
    return PayloadTooLarge(reason="megabytes", limit_mb=limit // _MEGA)


def _check_form(content_type: str) -> None:
    """Refuse other forms than multipart, and charsets other than UTF-8: some codecs make lone surrogates of bytes."""
    kind, parameters = parse_options_header(content_type)
    charset = parameters.get(b"charset", b"utf-8").lower()
    if kind.lower() != b"multipart/form-data" or charset not in {b"utf-8", b"utf8"}:
        raise InvalidInput(reason="form")
