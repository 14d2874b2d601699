"""Whether a model server answers, and has the model: for the operator who asks. Nothing else waits for it.

OpenAI-compatible servers list their models at /models; Ollama lists what was pulled at /api/tags, `name:tag`.
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


async def probe(config: BackendConfig) -> Health:
    """Ask the server of a backend for its models; one that quotes needs none."""
    if not config.address:
        return Health(reachable=True, has_model=None)
    headers = {} if config.api_key is None else {"authorization": f"Bearer {config.api_key.get_secret_value()}"}
    path = "/api/tags" if config.kind == "ollama" else "/models"
    try:
        async with httpx.AsyncClient(headers=headers, timeout=_TIMEOUT, trust_env=False) as client:
            response = await client.get(f"{config.address}{path}")
            if response.status_code != _OK:
                return Health(reachable=False, has_model=None, reason=f"status {response.status_code}")
            body = response.json()
        rows = body["models"] if config.kind == "ollama" else body["data"]
        models = tuple(str(row["name" if config.kind == "ollama" else "id"]) for row in rows)
    except httpx.HTTPError as error:
        return Health(reachable=False, has_model=None, reason=type(error).__name__)
    except (ValueError, KeyError, TypeError):
        return Health(reachable=False, has_model=None, reason="malformed")
    return Health(reachable=True, has_model=_has(models, config.model), models=models)


def _has(models: tuple[str, ...], wanted: str) -> bool:
    """Ollama takes a name without a tag for `:latest`."""
    return wanted in models or f"{wanted}:latest" in models
