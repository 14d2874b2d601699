"""The page of a list, as every list of the API takes it."""

from pydantic import BaseModel, ConfigDict, Field


class Page(BaseModel):
    """Which part of a list to read: at most `limit` entries behind `after`."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=100, ge=1, le=1000)
    after: str | None = Field(default=None, max_length=1000, description="`next` of the page before")
