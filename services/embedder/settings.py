"""What an operator may set of the embedder."""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from platformdirs import user_cache_path
from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.embedder.processor import has_vnni
from shared.contracts.engines import ENGINE_SYNTAX, parse_engine
from shared.errors import InvalidInput


def _default_cache() -> Path:
    return user_cache_path("vigie", appauthor=False) / "models"


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def default_backend() -> str:
    """The quicker engine of the built-in model: OpenVINO with VNNI, ONNX Runtime without (measured: ADR 5)."""
    return "openvino" if has_vnni() and find_spec("openvino") is not None else "onnx"


def _spelled(text: str) -> str:
    try:
        return parse_engine(text).text
    except InvalidInput as error:
        raise ValueError(f"models are spelled {ENGINE_SYNTAX}") from error


class EmbedderSettings(BaseSettings):
    """Which engine embeds, and what it may use."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_EMBEDDER_", frozen=True)

    backend: Annotated[str, AfterValidator(_spelled)] = Field(
        default_factory=default_backend,
        description="the model: openvino or onnx (multilingual-e5-small, built on this machine; unset: openvino where"
        " the processor has VNNI, else onnx; what is indexed already keeps its own), st:FOLDER or st:NAME"
        " (sentence-transformers, extra `st`), openai:NAME@URL (an endpoint), hashing[:DIMENSION] (none, for demos)",
    )
    model_cache: Path = Field(default_factory=_default_cache, description="folder of the models built on this machine")
    threads: int = Field(
        default_factory=_cores, ge=1, description="threads of one run (onnx, openvino, st); unset: every core"
    )
    token_budget: int = Field(
        default=2048,
        ge=512,
        le=65536,
        description="padded tokens that run together (onnx, openvino, st); bounds memory",
    )
    max_tokens: int = Field(
        default=512, ge=16, description="tokens of a text that are read, if the model reads as many (st)"
    )
    device: str | None = Field(default=None, description="cpu, cuda, cuda:1, mps; unset: the best there is (st)")
    hub: bool = Field(default=False, description="fetch models that are not on this machine from Hugging Face (st)")
    prefixes: dict[str, tuple[str, str]] = Field(
        default={},
        description="what stands before questions and passages, by model as it is spelled; not there: the model's own",
    )
    openai_hosts: tuple[str, ...] = Field(
        default=("127.0.0.1", "::1", "localhost"),
        description="hosts that openai: may name, as a JSON list: texts of all documents are sent to them",
    )
    openai_api_key: SecretStr | None = Field(default=None, description="bearer token for these hosts (openai)")
    openai_timeout_s: float = Field(default=30, gt=0, description="longest wait for one answer, s (openai)")
    openai_batch: int = Field(default=32, ge=1, le=2048, description="most texts of one request (openai)")
    hashing_delay_ms: float = Field(default=0, ge=0, description="pause per passage, to stand for a slow model, ms")
