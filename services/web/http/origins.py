"""Whose requests are taken: those of our own pages. A form or script of another site is refused, whatever its cookie.

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
PROBES = frozenset({"/livez", "/readyz"})


class OwnPagesOnly:
    """ASGI middleware.

    Args:
        hosts: names under which the pages may be asked for, without their port; none: any.
        from_elsewhere: paths that prove themselves who sends to them.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] = (), from_elsewhere: Collection[str] = ()) -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        self._from_elsewhere = frozenset(from_elsewhere)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in PROBES:
            headers = Headers(scope=scope)
            if self._hosts and _name(headers.get("host", "")) not in self._hosts:
                await PlainTextResponse("Misdirected Request", 421)(scope, receive, send)
                return
            changes = scope["method"] not in _HARMLESS and scope["path"] not in self._from_elsewhere
            if changes and not is_ours(headers):
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


def _name(host: str) -> str:
    """The host of a Host header without its port, `[::1]` with its brackets."""
    host = host.strip().lower()
    bracketed, bracket, _ = host.partition("]")
    return bracketed + bracket if bracket else host.partition(":")[0]
