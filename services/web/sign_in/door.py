"""The door: a body is read once somebody is signed in, and no more of it than its kind takes (S25)."""

from collections.abc import Callable

from fastapi import Request
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.web.sign_in.visitors import Visitors
from shared.errors import Unavailable

_FORM_BYTES = 1024 * 1024
_OPEN_BYTES = 64 * 1024
_TOO_LARGE = 413


class Door:
    """ASGI middleware.

    Args:
        open_to_all: paths that prove themselves who sends to them, or change nothing but a cookie; their bodies are
            small.
        max_upload_bytes: of a request with files; too_large: what is answered to a larger one.
        away: what is answered where nobody can tell who asks; sign_in: to who is not signed in.
    """

    def __init__(
        self,
        app: ASGIApp,
        visitors: Visitors,
        open_to_all: frozenset[str],
        max_upload_bytes: int,
        too_large: Callable[[Scope], ASGIApp],
        away: Callable[[Scope], ASGIApp],
        sign_in: Callable[[Scope], ASGIApp],
    ) -> None:
        self._app = app
        self._sign_in = sign_in
        self._away = away
        self._too_large = too_large
        self._visitors = visitors
        self._open = open_to_all
        self._max_upload_bytes = max_upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        most, length = self._most(scope["path"], headers), headers.get("content-length", "0")
        try:
            is_let_in = scope["path"] in self._open or await self._visitors.person(Request(scope)) is not None
        except Unavailable:
            await self._away(scope)(scope, receive, send)
            return
        if not is_let_in:
            await self._sign_in(scope)(scope, receive, send)
        elif not length.isdecimal() or int(length) > most:
            await self._too_large(scope)(scope, receive, send)
        else:
            await self._app(scope, _counted(receive, most), send)

    def _most(self, path: str, headers: Headers) -> int:
        if path in self._open:
            return _OPEN_BYTES
        has_files = headers.get("content-type", "").startswith("multipart/")
        return self._max_upload_bytes if has_files else _FORM_BYTES


def _counted(receive: Receive, most: int) -> Receive:
    """Return what receives a body that tells no length, up to its limit."""
    left = most

    async def counted() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(_TOO_LARGE)
        return message

    return counted
