"""Files that a DUERP is exported to."""

from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field


class ExportFormat(StrEnum):
    """A DUERP as a file: signed (`pdf`), completed (`docx`), filtered (`xlsx`), read by programs (`csv`, `json`)."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"


class ExportState(StrEnum):
    """How far a file is."""

    WRITING = "writing"
    READY = "ready"


class ExportView(BaseModel):
    """A file that was asked for with `Prefer: respond-async`; `file` is its address, also before it is there."""

    id: UUID
    url: str
    file: str
    state: ExportState
    name: str | None = Field(default=None, description="as it is saved under; null before it is there")
    media_type: str
    bytes: int | None = None
