"""Lists by search, order and page, in SQL: what the lists of all features have in common."""

from datetime import datetime
from typing import Any

from sqlalchemy import Uuid, literal
from sqlmodel import col, tuple_

from services.gateway.database.columns import UtcDateTime
from services.gateway.database.ports import Slice


def page(query: Any, by: Any, identity: Any, search: Slice, *, newest_first: bool = True) -> Any:
    """The page of a query in a total order: ids decide between equals, so that nothing is passed over or told twice.

    Args:
        by: the column that orders; identity: the column that decides between equals.
    """
    columns = (col(by), col(identity))
    if search.after is not None:
        value = search.after.value
        typed = literal(value, UtcDateTime()) if isinstance(value, datetime) else literal(value)
        place = tuple_(typed, literal(search.after.id, Uuid()))
        query = query.where(tuple_(*columns) < place if newest_first else tuple_(*columns) > place)
    return query.order_by(*(column.desc() if newest_first else column for column in columns)).limit(search.limit)


def any_of(column: Any, values: frozenset[Any]) -> list[Any]:
    """The condition that the column has one of these values; none, when any value will do."""
    return [col(column).in_(sorted(values))] if values else []


def has_words(column: Any, words: tuple[str, ...]) -> list[Any]:
    """The conditions that the column has each of these words somewhere."""
    return [col(column).contains(word, autoescape=True) for word in words]


def between(column: Any, search: Slice) -> list[Any]:
    """The conditions that the column lies within the search's times."""
    since = [col(column) >= search.since] if search.since else []
    return since + ([col(column) < search.until] if search.until else [])
