"""How each service is, as it says itself on /readyz: what it waits for in words, and where nothing answers."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx

from services.web.health import OWN_VERSION
from shared.language.names import one_line

_TIMEOUT_S = 2.0


@dataclass(frozen=True, slots=True)
class ServiceState:
    """A service: `state` is ready, waiting or away; `waits` are sentences in the visitor's language."""

    name: str
    state: str
    version: str = ""
    waits: Sequence[str] = ()


class ServiceHealth:
    """Asks the gateway and the workers whose addresses are known.

    Args:
        workers: base addresses by service; without them the gateway alone is asked.
        transport: of the requests, for tests.
    """

    def __init__(
        self, gateway_url: str, workers: Mapping[str, str], *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._addresses = {"gateway": gateway_url, **workers}
        self._transport = transport

    async def all(self, language: str) -> list[ServiceState]:
        """Return the pages' own service, then the gateway, then the workers by name; nobody is waited for long."""
        headers = {"accept-language": language}
        async with httpx.AsyncClient(
            timeout=_TIMEOUT_S, headers=headers, transport=self._transport, trust_env=False
        ) as client:
            asked = (_asked(client, name, address) for name, address in self._addresses.items())
            return [ServiceState("web", "ready", OWN_VERSION), *await asyncio.gather(*asked)]


async def _asked(client: httpx.AsyncClient, name: str, address: str) -> ServiceState:
    try:
        response = await client.get(f"{address.rstrip('/')}/readyz")
        told = response.json()
    except (httpx.HTTPError, ValueError):
        return ServiceState(name, "away")
    told = told if isinstance(told, dict) else {}
    waits = [one_line(str(each.get("detail", ""))) for each in told.get("waits", []) if isinstance(each, dict)]
    is_well = response.is_success and not waits
    return ServiceState(name, "ready" if is_well else "waiting", one_line(str(told.get("version", ""))), waits)
