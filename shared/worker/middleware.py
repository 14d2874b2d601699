"""ASGI middleware of every process that people or programs reach over HTTP: headers, host names, the end of defects."""

import logging
from collections.abc import Callable, Collection, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import trace_of

PROBES = frozenset({"/livez", "/readyz", "/metrics"})
"""Asked for by an orchestrator under the address of a pod; they tell nothing of anybody."""

AnswerTo = Callable[[Scope], ASGIApp]
"""Makes what a request is answered with, from its scope."""


class ResponseHeaders:
    """Gives every response the headers it lacks; what a route says itself of one of them stands."""

    def __init__(self, app: ASGIApp, defaults: Mapping[str, str]) -> None:
        self._app = app
        self._defaults = defaults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._defaults.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class AllowedHosts:
    """Refuses requests under other host names, against DNS rebinding; without names it refuses none.

    Source: OWASP ASVS 5.0, 3.5 (origins); the attack: https://en.wikipedia.org/wiki/DNS_rebinding

    Args:
        hosts: names or addresses without their port, in lower case.
        refusal: what the others get.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str], refusal: AnswerTo) -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_checked = scope["type"] == "http" and self._hosts and scope["path"] not in PROBES
        if is_checked and _name(Headers(scope=scope).get("host", "")) not in self._hosts:
            await self._refusal(scope)(scope, receive, send)
            return
        await self._app(scope, receive, send)


class Closed:
    """Refuses all requests but the probes while the parts of the process are not open.

    Args:
        is_open: whether they are.
        refusal: what requests get meanwhile.
    """

    def __init__(self, app: ASGIApp, is_open: Callable[[], bool], refusal: AnswerTo) -> None:
        self._app = app
        self._is_open = is_open
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answered = scope["type"] != "http" or self._is_open() or scope["path"] in PROBES
        await (self._app if answered else self._refusal(scope))(scope, receive, send)


class Defects:
    """Ends every exception that leaves the application: an answer for the sender, class and stack for the log (S16).

    It stands within nothing but Starlette's own middleware, which would hand the exception on to the server's log.

    Args:
        logger: of the service.
        answer: what the sender gets; a response that has begun is cut off instead, as the server does with it.
    """

    def __init__(self, app: ASGIApp, logger: logging.Logger, answer: AnswerTo) -> None:
        self._app = app
        self._logger = logger
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def noted(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:
            if has_begun or scope["type"] != "http":
                raise
            self._logger.error("defect: %s", trace_of(error))  # noqa: TRY400 (no foreign message)
            await self._answer(scope)(scope, receive, send)


def _name(host: str) -> str:
    """The host of a Host header without its port, `[::1]` with its brackets."""
    host = host.strip().lower()
    bracketed, bracket, _ = host.partition("]")
    return bracketed + bracket if bracket else host.partition(":")[0]
