"""What the pages stand on: the database of sessions, and a gateway of their own version."""

from importlib.metadata import version

import httpx

from services.web.sessions.sql import SqlSessions
from shared.errors import OtherVersion, Unavailable, VigieError
from shared.worker.health import Check

_TIMEOUT_S = 5.0
OWN_VERSION = version("vigie")


def checks_of(store: SqlSessions, gateway: httpx.AsyncClient) -> tuple[Check, ...]:
    """Return the checks of the pages.

    Args:
        gateway: a client of it, with its address.
    """

    async def sessions() -> VigieError | None:
        await store.look()
        return None

    async def readiness() -> VigieError | None:
        return await gateway_finding(gateway)

    return Check("sessions", sessions), Check("gateway", readiness)


async def gateway_finding(gateway: httpx.AsyncClient) -> VigieError | None:
    """Return what is wrong with the gateway: it is away or not ready, or of another version."""
    try:
        response = await gateway.get("/readyz", timeout=_TIMEOUT_S)
        told = response.json()
    except (httpx.HTTPError, ValueError):
        return Unavailable(part="gateway")
    if not response.is_success:
        return Unavailable(part="gateway")
    found = str(told.get("version", "")) if isinstance(told, dict) else ""
    return OtherVersion(part="gateway", found=found or "?", own=OWN_VERSION) if found != OWN_VERSION else None
