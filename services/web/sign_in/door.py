"""The door: a body is read once somebody is signed in, and no more of it than its kind takes (S25)."""

from fastapi import Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.web.sign_in.visitors import Visitors

_FORM_BYTES = 1024 * 1024
_OPEN_BYTES = 64 * 1024
_TOO_LARGE = 413
_SEE_OTHER = 303
_NO_CONTENT = 204


class Door:
    """ASGI middleware.

    Args:
        open_to_all: paths that prove themselves who sends to them, or change nothing but a cookie; their bodies are
            small.
        max_upload_bytes: of a request with files.
    """

    def __init__(self, app: ASGIApp, visitors: Visitors, open_to_all: frozenset[str], max_upload_bytes: int) -> None:
        self._app = app
        self._visitors = visitors
        self._open = open_to_all
        self._max_upload_bytes = max_upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        most, length = self._most(scope["path"], headers), headers.get("content-length", "0")
        if scope["path"] not in self._open and await self._visitors.person(Request(scope)) is None:
            await _sign_in(headers)(scope, receive, send)
        elif not length.isdecimal() or int(length) > most:
            await PlainTextResponse("Content Too Large", _TOO_LARGE)(scope, receive, send)
        else:
            await self._app(scope, _counted(receive, most), send)

    def _most(self, path: str, headers: Headers) -> int:
        if path in self._open:
            return _OPEN_BYTES
        has_files = headers.get("content-type", "").startswith("multipart/")
        return self._max_upload_bytes if has_files else _FORM_BYTES


def _sign_in(headers: Headers) -> Response:
    """Return what leads to signing in: the whole page where htmx asks, which would show it in place of a piece."""
    if "hx-request" in headers:
        return Response(status_code=_NO_CONTENT, headers={"hx-redirect": "/sign-in"})
    return RedirectResponse("/sign-in", _SEE_OTHER)


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
