"""What can be set of the embedded stack; the services' own settings hold too, but for what the data folder decides."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class StandaloneSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="VIGIE_STANDALONE_", frozen=True)

    data: Path = Field(default=Path("vigie-data"), description="folder of everything that the stack keeps")
    port: int = Field(default=8080, ge=0, le=65535, description="port of the gateway; 0: any free one")
    pages_port: int = Field(default=8090, ge=0, le=65535, description="port of the pages; 0: any free one")
    document_fetch_wait_ms: int = Field(
        default=100, ge=1, description="longest wait of a fetch on document topics of the embedded broker, ms"
    )


class TopicSettings(BaseSettings):
    """How `vigie topics apply` declares them."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_TOPICS_", frozen=True)

    partitions: int = Field(
        default=6, ge=1, description="of each topic: at most so many replicas of a service share its work"
    )
    replication: int = Field(default=3, ge=1, description="copies of each partition, on as many brokers")
    min_insync_replicas: int | None = Field(
        default=None, ge=1, description="copies that have a record before it counts; unset: all but one"
    )
    retention_days: float = Field(default=7, gt=0, description="how long topics of documents are kept, days")
    question_retention_days: float = Field(
        default=1, gt=0, description="how long topics of questions are kept, days; they hold what people wrote"
    )
    dead_letter_retention_days: float = Field(
        default=30, gt=0, description="how long dead letters are kept, days; they hold no text"
    )
    max_message_bytes: int = Field(default=1024 * 1024, ge=64 * 1024, description="longest record, bytes")
