"""Declares a backend beside those of the operator's file."""

import json
from pathlib import Path

from shared.contracts.backends import BackendConfig
from shared.settings import BackendSettings
from shared.storage.private import open_private


def declare(backend: BackendConfig, beside: BackendSettings, file: Path) -> BackendSettings:
    """Write the operator's backends and one more, the new default, to `file`; return the settings that read it.

    Raises:
        OSError: the operator's file cannot be read, or `file` not be written.
    """
    table = backend.model_dump(mode="json", exclude={"name"}, exclude_defaults=True)
    lines = [f"[backends.{json.dumps(backend.name)}]", *(f"{key} = {_value(each)}" for key, each in table.items())]
    others = beside.file.read_text(encoding="utf-8") if beside.file else ""
    with open_private(file) as out:
        out.write("\n".join([others, *lines, ""]).encode())
    return BackendSettings(file=file, default=backend.name)


def _value(value: object) -> str:
    """A value as TOML; JSON is TOML but for its objects."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(each)}" for key, each in value.items()) + " }"
    return json.dumps(value)
