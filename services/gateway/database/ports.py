"""What every feature's records and searches have in common."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """Something as the gateway knows it: frozen, checked, made from rows and shown by views."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


def fields_of(source: object, names: Collection[str]) -> dict[str, Any]:
    """The attributes of these names that the source has: from a row to its record, from a record to its view."""
    return {name: getattr(source, name) for name in names if hasattr(source, name)}


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in an ordered list: what the entry before it is ordered by, and its id."""

    value: str | datetime
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Which part of a list: what was made from `since` on and before `until`, `limit` entries behind `after`."""

    limit: int
    after: Cursor | None = None
    since: datetime | None = None
    until: datetime | None = None
