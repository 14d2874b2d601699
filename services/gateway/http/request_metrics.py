"""Metrics of requests to the API: how often each route is asked for, how it ends, how long it takes; never a path."""

import time
from functools import cache
from typing import ClassVar
from weakref import WeakKeyDictionary

from prometheus_client import CollectorRegistry, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.telemetry.exemplars import exemplar

_API = "/v1/"
_BUCKETS = (0.025, 0.1, 0.25, 1.0, 2.5, 10.0)
"""Few: each is a series of each route."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_INTERNAL = 500
_NONE = "none"


class RequestDurations:
    """The histogram of a process, by method, the route's template and the class of the status."""

    _by_registry: ClassVar[WeakKeyDictionary[CollectorRegistry, "RequestDurations"]] = WeakKeyDictionary()

    def __init__(self, registry: CollectorRegistry) -> None:
        seconds = Histogram(
            "vigie_request_seconds",
            "Time until a request to the API begins to be answered",
            ("method", "route", "status"),
            registry=registry,
            buckets=_BUCKETS,
        )
        self._of = cache(seconds.labels)

    @classmethod
    def of(cls, registry: CollectorRegistry) -> "RequestDurations":
        if registry not in cls._by_registry:
            cls._by_registry[registry] = cls(registry)
        return cls._by_registry[registry]

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request whose answer began after so many seconds."""
        self._of(method, route, f"{status // 100}xx").observe(seconds, exemplar())


class RequestMetrics:
    """ASGI middleware. A stream counts until its headers are sent; probes and metrics are no requests of anybody."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self._app = app
        self._durations = RequestDurations.of(registry)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_API):
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
            self._durations.observe(method, route, status, time.perf_counter() - began)

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                tell(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, told)
        except Exception:
            tell(_INTERNAL)
            raise
