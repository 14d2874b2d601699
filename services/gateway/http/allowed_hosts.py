"""Names under which the gateway may be asked for, against DNS rebinding: a page of somebody else's that reaches it.

Source: OWASP ASVS 5.0, 3.5 (origins); the attack: https://en.wikipedia.org/wiki/DNS_rebinding
"""

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from services.gateway.http.problems import respond
from shared.errors import MisdirectedRequest
from shared.language.catalogue import preferred

PROBES = frozenset({"/livez", "/readyz", "/metrics"})
"""Asked for by an orchestrator under the address of a pod; they tell nothing of anybody."""


class AllowedHosts:
    """ASGI middleware that refuses requests for other hosts; without names it refuses none.

    Args:
        hosts: names or addresses without their port, in lower case.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._hosts and scope["path"] not in PROBES:
            headers = Headers(scope=scope)
            if _name(headers.get("host", "")) not in self._hosts:
                refusal = respond(MisdirectedRequest(), preferred(headers.get("accept-language", "")))
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _name(host: str) -> str:
    """The host of a Host header without its port, `[::1]` with its brackets."""
    host = host.strip().lower()
    bracketed, bracket, _ = host.partition("]")
    return bracketed + bracket if bracket else host.partition(":")[0]
