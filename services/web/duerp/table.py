"""The table of lines: what is filtered, in which order, in which groups. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.web.duerp.views import LineRow


class Order(StrEnum):
    """What a table is ordered by; what nobody rated comes first among levels, since somebody has to look at it."""

    LEVEL = "level"
    WORK_UNIT = "work_unit"
    FAMILY = "family"
    HAZARD = "hazard"
    STATE = "state"


class Grouping(StrEnum):
    """What a table is grouped by."""

    NONE = ""
    WORK_UNIT = "work_unit"
    FAMILY = "family"
    LEVEL = "level"


_KEYS: Mapping[Order, Callable[[LineRow], Any]] = {
    Order.LEVEL: lambda row: (row.score is not None, -(row.score or 0), row.work_unit),
    Order.WORK_UNIT: lambda row: row.work_unit.casefold(),
    Order.FAMILY: lambda row: row.family.casefold(),
    Order.HAZARD: lambda row: row.title.casefold(),
    Order.STATE: lambda row: row.state,
}


@dataclass(frozen=True, slots=True)
class Group:
    """Rows below one heading; without one, all of them."""

    name: str
    rows: Sequence[LineRow]


def matching(rows: Iterable[LineRow], search: str, *, to_complete: bool) -> list[LineRow]:
    """Return the rows with all these words, and with something to complete where that is asked."""
    words = search.casefold().split()
    return [row for row in rows if (not to_complete or row.remarks) and all(word in _words(row) for word in words)]


def grouped(rows: Iterable[LineRow], order: Order, grouping: Grouping) -> list[Group]:
    """Return the rows in their order, in their groups, which come in the order of their first row."""
    ordered = sorted(rows, key=_KEYS[order])
    if not grouping:
        return [Group("", ordered)] if ordered else []
    groups: dict[str, list[LineRow]] = {}
    for row in ordered:
        groups.setdefault(getattr(row, grouping.value), []).append(row)
    return [Group(name, found) for name, found in groups.items()]


def _words(row: LineRow) -> str:
    return f"{row.work_unit} {row.family} {row.hazard} {row.situation}".casefold()
