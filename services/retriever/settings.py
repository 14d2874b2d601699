"""Settings of the retriever."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

CANDIDATES = 150
"""Passages that each of the two searches returns; up to 300 of them the measured quality stays the same."""

DENSE_WEIGHT = 0.65
"""Share of the dense score; between .6 and .7 the measured quality hardly changes."""


class RetrieverSettings(BaseSettings):
    """Where the index is, and how it is searched."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_RETRIEVER_", frozen=True)

    index: Literal["edge", "qdrant"] = Field(
        default="edge", description="edge: in this process, in a folder; qdrant: on a Qdrant server"
    )
    folder: Path = Field(default=Path("vigie-data/index"), description="folder of the index (edge)")
    rewrite_period_s: float = Field(
        default=3600,
        ge=0,
        description="time between two looks whether the files hold what was withdrawn, and are written anew, "
        "s; 0: never (edge)",
    )
    qdrant_location: str = Field(
        default="http://127.0.0.1:6333", description="the server's address, or `:memory:` for tests (qdrant)"
    )
    qdrant_api_key: SecretStr | None = Field(default=None, description="the server's key (qdrant)")
    qdrant_collection: str = Field(
        default="vigie-passages", min_length=1, description="name of the collection (qdrant)"
    )
    qdrant_timeout_s: int = Field(default=10, ge=1, description="longest wait for one answer of the server, s (qdrant)")
    candidates: int = Field(
        default=CANDIDATES,
        ge=10,
        le=1000,
        description="passages that each of the two searches brings before the fusion",
    )
    dense_weight: float = Field(
        default=DENSE_WEIGHT, ge=0, le=1, description="share of likeness in meaning; the rest is likeness in words"
    )
