"""How long requests take until they begin to be answered, by method, the route's template and status; never a path."""

import time
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_INTERNAL = 500
_NONE = "none"

Observe = Callable[[str, str, int, float], None]
"""Is told a method, a route's template, a status, and seconds."""


class TimedRequests:
    """ASGI middleware. A stream counts until its headers are sent; a defect counts as 500.

    Args:
        observe: is told once of each request.
        under: the beginning of the paths that count.
    """

    def __init__(self, app: ASGIApp, observe: Observe, under: str = "/") -> None:
        self._app = app
        self._observe = observe
        self._under = under

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(self._under):
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        is_told = False

        def tell(status: int) -> None:
            nonlocal is_told
            if is_told:
                return
            is_told = True
            route = getattr(scope.get("route"), "path", _NONE)  # the router has put it there
            method = scope["method"] if scope["method"] in _METHODS else "_OTHER"
            self._observe(method, route, status, time.perf_counter() - began)

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                tell(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, told)
        except Exception:
            tell(_INTERNAL)
            raise
