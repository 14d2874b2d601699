"""Metrics of pages: how often each route was asked for, how it ended, how long it took; no path, query or person."""

from prometheus_client import CollectorRegistry, Histogram

_BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


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

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a page that began to be sent after so many seconds."""
        self.seconds.labels(method, route, str(status)).observe(seconds)
