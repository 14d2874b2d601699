"""Counts requests that end with a problem, by status and kind: a flood, a full quota and a defect are told apart."""

from collections.abc import Mapping
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry, Counter
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.contracts.base import Failure
from shared.errors import TooManyRequests

_METRICS = "vigie.refusals"


class RequestRefusals:
    """The counter of a process's registry."""

    _by_registry: ClassVar[WeakKeyDictionary[CollectorRegistry, "RequestRefusals"]] = WeakKeyDictionary()

    def __init__(self, registry: CollectorRegistry) -> None:
        self.refused = Counter(
            "vigie_requests_refused", "Requests that ended with a problem", ("status", "kind"), registry=registry
        )

    @classmethod
    def of(cls, registry: CollectorRegistry) -> "RequestRefusals":
        if registry not in cls._by_registry:
            cls._by_registry[registry] = cls(registry)
        return cls._by_registry[registry]


class Refusals:
    """ASGI middleware that gives each request the counter."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self._app = app
        self._metrics = RequestRefusals.of(registry)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[_METRICS] = self._metrics
        await self._app(scope, receive, send)


class Refusal(JSONResponse):
    """A response with a problem, which counts itself as it is sent."""

    def __init__(
        self, failure: Failure, body: dict[str, Any], status: int, headers: Mapping[str, str], media_type: str
    ) -> None:
        super().__init__(body, status, headers, media_type)
        self._kind = kind_of(failure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (metrics := scope.get(_METRICS)) is not None:
            metrics.refused.labels(self.status_code, self._kind).inc()
        await super().__call__(scope, receive, send)


def kind_of(failure: Failure) -> str:
    """Return the code of the error, of too many requests whose share of what is used up, as `person-requests`."""
    return str(failure.params["reason"]) if failure.code == TooManyRequests.code else failure.code
