"""What an operator may set of the embedder."""

import os
from pathlib import Path
from typing import Literal

from platformdirs import user_cache_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def _default_cache() -> Path:
    return user_cache_path("vigie", appauthor=False) / "models"


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class EmbedderSettings(BaseSettings):
    """Which engine embeds, and what it may use."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_EMBEDDER_", frozen=True)

    backend: Literal["onnx", "hashing"] = Field(
        default="onnx", description="onnx: multilingual-e5-small, built on this machine; hashing: no model, for demos"
    )
    model_cache: Path = Field(default_factory=_default_cache, description="folder of the models built on this machine")
    threads: int = Field(default_factory=_cores, ge=1, description="threads of one run (onnx); unset: every core")
    token_budget: int = Field(
        default=2048, ge=512, le=8192, description="padded tokens that run together (onnx); bounds memory"
    )
    hashing_delay_ms: float = Field(default=0, ge=0, description="pause per passage, to stand for a slow model, ms")
