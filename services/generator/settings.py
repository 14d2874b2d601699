"""What an operator may set of the generator."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.settings import BackendSettings


class GeneratorSettings(BaseSettings):
    """Limits of quotes, of evidence that is too weak, and of passages in memory."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_GENERATOR_", frozen=True)

    quotes: int = Field(default=3, ge=1, le=20, description="passages that an extractive answer quotes at most")
    whole_passage_chars: int = Field(
        default=700, ge=100, le=4000, description="a passage up to this length is quoted whole, characters"
    )
    kept_batches: int = Field(
        default=128, ge=0, description="batches of 64 passages kept in memory, some 200 KB each; 0: none"
    )
    kept_s: float = Field(
        default=900,
        gt=0,
        description="a batch leaves the memory so long after it was read, s; a withdrawn document's do at once",
    )
    calibration_files: tuple[Path, ...] = Field(
        default=(),
        description="when to abstain, by embedding model, as a JSON list; beside the packaged file",
    )
    backends: BackendSettings = Field(default_factory=BackendSettings, description="see VIGIE_BACKENDS_*")
    abstain_below: float | None = Field(
        default=None,
        ge=0,
        lt=1,
        description="a threshold instead of the calibrated one; 0: weak evidence never abstains",
    )
