"""Metrics of pages: how often each route was asked for, how it ended, how long it took; no path, query or person."""

import time

from prometheus_client import CollectorRegistry, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS = frozenset({"GET", "HEAD", "POST"})
_INTERNAL = 500
_NONE = "none"


class PageDurations:
    """The histogram of pages, by method, route and status; a stream counts until its headers are sent."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.seconds = Histogram(
            "vigie_page_duration_seconds",
            "Time until a page begins to be sent",
            ("method", "route", "status"),
            registry=registry,
            buckets=_BUCKETS,
        )


class PageMetrics:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, durations: PageDurations) -> None:
        self._app = app
        self._durations = durations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
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
            self._durations.seconds.labels(method, route, str(status)).observe(time.perf_counter() - began)

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                tell(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, told)
        except Exception:
            tell(_INTERNAL)
            raise
