"""Whether the server of a model answers: asked by the clock, since a model that nobody asks tells nothing of itself."""

import httpx

from shared.contracts.backends import BackendConfig
from shared.errors import ModelUnavailable, VigieError

_TIMEOUT = httpx.Timeout(5, connect=3)


async def model_finding(config: BackendConfig) -> VigieError | None:
    """Return what is wrong with a backend's server: away, or it does not let this key in; None for one that answers."""
    try:
        async with httpx.AsyncClient(headers=config.authorization, timeout=_TIMEOUT, trust_env=False) as client:
            response = await client.get(f"{config.address}{config.dialect.models_path}")
    except httpx.HTTPError as error:
        return ModelUnavailable(backend=config.name, reason=type(error).__name__)
    if not response.is_success:
        return ModelUnavailable(backend=config.name, reason=f"status {response.status_code}")
    return None
