"""What can be set of the embedded stack; the services' own settings hold too, but for what the data folder decides."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class StandaloneSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="VIGIE_STANDALONE_", frozen=True)

    data: Path = Field(default=Path("vigie-data"), description="folder of everything that the stack keeps")
    port: int = Field(default=8080, ge=0, le=65535, description="port of the gateway; 0: any free one")
    document_fetch_wait_ms: int = Field(
        default=100, ge=1, description="longest wait of a fetch on document topics of the embedded broker, ms"
    )
