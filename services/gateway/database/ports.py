"""Parts of lists, as every feature's search has them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


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
