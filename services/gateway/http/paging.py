"""Pages of lists: where one starts is a word that the page before gave, and says nothing to anybody else."""

import base64
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from services.gateway.database.ports import Cursor
from shared.errors import InvalidInput
from shared.http_api.documents import DocumentOrder
from shared.http_api.paging import Page

Entry = TypeVar("Entry")


def page_request(query: Any, order: str = DocumentOrder.NEWEST) -> dict[str, Any]:
    """The part of a list that a query asks for, with one entry more than it wants: whether there is a next page.

    Args:
        query: a Page with `since` and `until`; times without a zone are UTC.
    """
    return {
        "limit": query.limit + 1,
        "after": _cursor(query.after, order) if query.after else None,
        "since": _aware(query.since),
        "until": _aware(query.until),
    }


def page_of(
    found: Sequence[Entry], query: Page, place: Callable[[Entry], Cursor], order: str = DocumentOrder.NEWEST
) -> tuple[Sequence[Entry], str | None]:
    """The entries to tell, and the `after` of the next page."""
    entries = found[: query.limit]
    more = len(found) > query.limit
    return entries, _word(place(entries[-1]), order) if more else None


def _word(cursor: Cursor, order: str) -> str:
    value = cursor.value.isoformat() if isinstance(cursor.value, datetime) else cursor.value
    place = json.dumps([order, value, cursor.id.hex], ensure_ascii=False)
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _cursor(word: str, order: str) -> Cursor:
    try:
        padded = word + "=" * (-len(word) % 4)
        ordered_by, value, identity = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if ordered_by != order:
            raise InvalidInput(reason="after")
        return Cursor(value if order == DocumentOrder.KEY else datetime.fromisoformat(value), UUID(identity))
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidInput(reason="after") from error


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
