"""Pages of lists: where one starts is a word that the page before gave, and says nothing to anybody else."""

import base64
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from pydantic import TypeAdapter

from services.gateway.database.ports import Cursor
from services.gateway.http.strict_json import read_json
from shared.errors import InvalidInput
from shared.http_api.documents import DocumentOrder
from shared.http_api.paging import Moment, Page

Entry = TypeVar("Entry")


def page_request(query: Any, order: str = DocumentOrder.NEWEST) -> dict[str, Any]:
    """The part of a list that a query asks for, with one entry more than it wants: whether there is a next page.

    Args:
        query: a Page with `since` and `until`.
    """
    return {
        "limit": query.limit + 1,
        "after": _cursor(query.after, order) if query.after else None,
        "since": query.since,
        "until": query.until,
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


class _Place(NamedTuple):
    """What a cursor says: the order of the list, and the place in it."""

    order: str
    value: str
    id: UUID


_PLACE = TypeAdapter(_Place)
_MOMENT = TypeAdapter(Moment)


def _cursor(word: str, order: str) -> Cursor:
    try:
        padded = word + "=" * (-len(word) % 4)
        place = _PLACE.validate_python(read_json(base64.b64decode(padded, altchars=b"-_", validate=True)))
        value = place.value if order == DocumentOrder.KEY else _MOMENT.validate_python(place.value)
    except (ValueError, InvalidInput):
        raise InvalidInput(reason="after") from None
    if place.order != order:
        raise InvalidInput(reason="after")
    return Cursor(value, place.id)
