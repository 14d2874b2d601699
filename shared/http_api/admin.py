"""Models of the administration: counts, embedding models."""

from datetime import date, datetime
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


class DiskView(BaseModel):
    """A disk that is short of room: the `lacking_mb` must be freed before anything new is accepted."""

    part: str
    free_mb: int
    lacking_mb: int


class StatusView(BaseModel):
    """How much there is for the caller: documents that they may know of and their own questions by state, passages that
    they can find, and what their own scopes take (every scope, for who looks after the platform); and the disks that
    are short of room.
    """

    documents: dict[str, int]
    questions: dict[str, int]
    passages: int
    quotas: list[QuotaView] = []
    disk: list[DiskView] = []


class WeekView(BaseModel):
    """What was done in the week that begins on `monday` (UTC)."""

    monday: date
    questions: dict[str, int] = Field(description="by state; what was forgotten since is not among them")
    documents: int = Field(description="versions of documents that were sent")
    people: int | None = Field(description="who asked; null: fewer than five")


class UsageView(BaseModel):
    """Usage by week, this week first."""

    weeks: list[WeekView]


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
