"""Whose changes are taken: those of our own pages. A form or script of another site is refused, whatever its cookie.

Browsers say where a request comes from: in Sec-Fetch-Site, older ones in Origin. Who says neither is no browser that
would send another site's form with our cookie (SameSite=Lax).
Source: OWASP Cross-Site Request Forgery Prevention Cheat Sheet, "Fetch Metadata".
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = frozenset({"same-origin", "none"})


class OwnPagesOnly:
    """ASGI middleware.

    Args:
        from_elsewhere: paths that prove themselves who sends to them.
    """

    def __init__(self, app: ASGIApp, from_elsewhere: Collection[str] = ()) -> None:
        self._app = app
        self._from_elsewhere = frozenset(from_elsewhere)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in self._from_elsewhere:
            changes = scope["method"] not in _HARMLESS
            if changes and not is_ours(Headers(scope=scope)):
                await PlainTextResponse("Forbidden", 403)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def is_ours(headers: Headers) -> bool:
    """Return whether a request that changes something was sent by one of our pages, or by no page."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in _OURS
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")
