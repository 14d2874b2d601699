"""Metrics of requests to the API: how often each route is asked for, how it ends, how long it takes; never a path."""

from functools import cache
from typing import ClassVar
from weakref import WeakKeyDictionary

from prometheus_client import CollectorRegistry, Histogram

from shared.telemetry.exemplars import exemplar

API = "/v1/"
"""Where the API is: probes and metrics are no requests of anybody."""

_BUCKETS = (0.025, 0.1, 0.25, 1.0, 2.5, 10.0)
"""Few: each is a series of each route."""


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
