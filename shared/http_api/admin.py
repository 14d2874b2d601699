"""Models of the administration: counts, embedding models."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.engines import ENGINE_PATTERN


class QuotaView(BaseModel):
    """What a scope takes of the store, older versions included; null: it may take as much as there is."""

    scope: str
    documents: int
    bytes: int
    max_documents: int | None
    max_bytes: int | None


class StatusView(BaseModel):
    """How much there is for the caller: documents that they may know of and their own questions by state, passages that
    they can find, and what their own scopes take.
    """

    documents: dict[str, int]
    questions: dict[str, int]
    passages: int
    quotas: list[QuotaView] = []


class EmbeddingBody(BaseModel):
    """Which model to embed with: `onnx`, `openvino`, `st:FOLDER`, `openai:NAME@URL`, ..."""

    model_config = ConfigDict(extra="forbid")

    model: str = Field(min_length=1, max_length=300, json_schema_extra={"pattern": ENGINE_PATTERN})


class EmbeddingModelView(BaseModel):
    """An embedding model of the index: `passages` of the `of` that can be found have its vectors.

    `name` and `dimension` are null until the first passages have them; with a `failure` nothing more is sent to it.
    """

    engine: str
    name: str | None
    dimension: int | None
    passages: int
    of: int
    failure: dict[str, Any] | None
    started_at: datetime
    used_since: datetime | None


class EmbeddingView(BaseModel):
    """The model that questions are asked with, the one in the making, and the one that is kept for the way back."""

    active: EmbeddingModelView | None
    next: EmbeddingModelView | None
    previous: EmbeddingModelView | None
