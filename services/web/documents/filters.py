"""Which documents a list shows, as its address says it. Pure."""

from datetime import date, datetime, time, timedelta
from typing import Literal

from pydantic import BaseModel, Field

from shared.http_api.documents import DocumentOrder, DocumentQuery, DocumentState

STATES: dict[str, list[DocumentState]] = {
    "findable": [DocumentState.INDEXED],
    "under-way": [DocumentState.ACCEPTED, DocumentState.PARSED, DocumentState.EMBEDDED],
    "failed": [DocumentState.FAILED],
}
"""States as people choose them; what is withdrawn or replaced is in no list."""

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OASIS = "application/vnd.oasis.opendocument"
TYPES: dict[str, list[str]] = {
    "pdf": ["application/pdf"],
    "text": [f"{_OFFICE}.wordprocessingml.document", f"{_OASIS}.text", "text/plain", "text/markdown"],
    "table": [f"{_OFFICE}.spreadsheetml.sheet", f"{_OASIS}.spreadsheet", "text/csv"],
    "slides": [f"{_OFFICE}.presentationml.presentation", f"{_OASIS}.presentation"],
    "mail": ["message/rfc822", "application/vnd.ms-outlook"],
    "web": ["text/html"],
    "image": ["image/png", "image/jpeg", "image/tiff"],
    "corpus": ["application/vnd.vigie.legi-data+json", "application/vnd.vigie.fiche-travail+json"],
}
"""Media types as people choose them."""

_DAY = r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"


class ListFilter(BaseModel):
    """What somebody chose; `after` is the gateway's place in the list, nothing on the first page."""

    search: str = Field(default="", max_length=200)
    scope: str = Field(default="", max_length=50)
    state: Literal["", "findable", "under-way", "failed"] = ""
    type: Literal["", "pdf", "text", "table", "slides", "mail", "web", "image", "corpus"] = ""
    since: str = Field(default="", pattern=_DAY)
    until: str = Field(default="", pattern=_DAY)
    order: DocumentOrder = DocumentOrder.NEWEST
    after: str = Field(default="", max_length=1_000)

    @property
    def asked(self) -> dict[str, str]:
        """What an address says of it, without the place in the list."""
        return {name: value for name, value in self.model_dump(mode="json", exclude_defaults=True).items()
                if name != "after"}  # fmt: skip

    @property
    def narrows(self) -> bool:
        """Whether something may be left out of the list."""
        return bool(self.asked.keys() - {"order"})

    def to_query(self, limit: int) -> DocumentQuery:
        """Return what the gateway is asked for; both days belong to what is chosen."""
        every = [state for states in STATES.values() for state in states]
        return DocumentQuery(
            search=self.search,
            scope=[self.scope] if self.scope else [],
            state=STATES[self.state] if self.state else every,
            media_type=TYPES[self.type] if self.type else [],
            since=_midnight(self.since, 0),
            until=_midnight(self.until, 1),
            order=self.order,
            limit=limit,
            after=self.after or None,
        )


def _midnight(day: str, behind: int) -> datetime | None:
    """Return when a day begins here, or the one so many days behind it; None for none of the calendar."""
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=behind), time.min).astimezone()
    except (ValueError, OverflowError):
        return None
