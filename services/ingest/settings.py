"""Settings of ingest."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class IngestSettings(BaseSettings):
    """Chunking, limits of one document, and batches in flight."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_INGEST_", frozen=True)

    max_chars: int = Field(
        default=1500, ge=200, le=4000, description="longest passage, in characters, unless a document asks for another"
    )
    documents_at_once: int = Field(
        default=2,
        ge=1,
        le=64,
        description="documents read at a time; each may take the memory and the time below, and a core",
    )
    documents_in_hand: int = Field(
        default=32,
        ge=1,
        le=500,
        description="documents that are read, wait to be, or whose passages wait for their turn to be embedded",
    )
    scope_passages_in_flight: int = Field(
        default=128,
        ge=1,
        description="passages of one scope sent on and not yet in the index before its next ones wait, so that none "
        "holds up another; more while they come back within a second",
    )
    max_passages: int = Field(default=100_000, ge=1, description="most passages of a document")
    questions_folder: Path | None = Field(
        default=None,
        description="folder of further files (`*.jsonl`) with questions that articles of codes answer, beside the "
        "shipped one",
    )
    question_vectors: int = Field(
        default=1,
        ge=0,
        description="most of an article's known questions that are embedded, a vector each; "
        "the words of all are indexed",
    )
    in_flight_batches: int = Field(
        default=500, ge=1, description="batches of 64 passages sent on and not yet in the index before ingest waits"
    )
    stall_timeout_s: float = Field(
        default=600, gt=0, description="without any batch confirmed for so long, those waited for count as lost, s"
    )
    timeout_s: float = Field(
        default=25, ge=1, le=600, description="longest time that a document's parsing and chunking may take, s"
    )
    recognition_timeout_s: float = Field(
        default=180,
        ge=1,
        description="the same, for scans, whose text tesseract has to recognise in images, s; "
        "one that would take longer is refused after its first pages",
    )
    memory_mb: int = Field(
        default=900, ge=256, description="most memory (address space) that a document's parsing may take, MiB"
    )
    text_mb: int = Field(
        default=50, ge=1, le=500, description="most text that a document may have, millions of characters"
    )
