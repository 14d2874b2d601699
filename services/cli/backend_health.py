"""Checks whether a model server answers, and has the model: for the operator who asks. Nothing else waits for it.

Where a server lists its models is in shared/contracts/backends.py: DIALECTS. Ollama lists what was pulled, `name:tag`.
"""

from dataclasses import dataclass

import httpx

from shared.contracts.backends import BackendConfig

_TIMEOUT = httpx.Timeout(5, connect=3)
_OK = 200


@dataclass(frozen=True, slots=True)
class Health:
    """What a backend's server says now.

    Attributes:
        reachable: it answers, and lets this key in.
        has_model: it lists the configured model; None when nothing can be known.
        models: what it lists.
        reason: why it is not reachable, else "".
    """

    reachable: bool
    has_model: bool | None
    models: tuple[str, ...] = ()
    reason: str = ""


async def check_health(config: BackendConfig) -> Health:
    """Ask the server of a backend for its models; a backend that quotes has no server."""
    if not config.generates:
        return Health(reachable=True, has_model=None)
    dialect = config.dialect
    try:
        async with httpx.AsyncClient(headers=config.authorization, timeout=_TIMEOUT, trust_env=False) as client:
            response = await client.get(f"{config.address}{dialect.models_path}")
            if response.status_code != _OK:
                return Health(reachable=False, has_model=None, reason=f"status {response.status_code}")
            body = response.json()
        models = tuple(str(row[dialect.name_field]) for row in body[dialect.models_field])
    except httpx.HTTPError as error:
        return Health(reachable=False, has_model=None, reason=type(error).__name__)
    except (ValueError, KeyError, TypeError):
        return Health(reachable=False, has_model=None, reason="malformed")
    return Health(reachable=True, has_model=_has(models, config.model), models=models)


def _has(models: tuple[str, ...], wanted: str) -> bool:
    """Ollama takes a name without a tag for `:latest`."""
    return wanted in models or f"{wanted}:latest" in models
