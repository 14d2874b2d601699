"""What is due next in a unit's DUERP, as its home shows it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import httpx

from services.web.duerp.year_views import reminder_address
from shared.client import Problem, UnexpectedResponse, UnitDuerp
from shared.http_api.duerp.year import Reminders
from shared.language.names import one_line

_WITHIN_DAYS = 30
_MOST = 5
_WAITS_S = 2
"""The home shows more than this: what is not told by then is left out."""


@dataclass(frozen=True, slots=True)
class DueRow:
    """Something to do by a day; `address` is the page of what it is about."""

    sentence: str
    on: date
    late: bool
    address: str


@dataclass(frozen=True, slots=True)
class DueNext:
    """The first of what is late or due within days; `more`: how many there are besides."""

    days: int = _WITHIN_DAYS
    rows: Sequence[DueRow] = ()
    more: int = 0


async def due_next(duerp: UnitDuerp, unit: str) -> DueNext:
    """Return what is late or due within 30 days, the earliest first; nothing where the gateway does not tell."""
    try:
        async with asyncio.timeout(_WAITS_S):
            told = await duerp.year.reminders(_WITHIN_DAYS)
    except (Problem, UnexpectedResponse, httpx.HTTPError, TimeoutError):
        return DueNext()
    return due_of(told, unit)


def due_of(told: Reminders, unit: str) -> DueNext:
    """Return the first of the gateway's reminders as they are shown."""
    rows = [
        DueRow(one_line(each.sentence), each.on, each.late, reminder_address(each, unit))
        for each in told.reminders[:_MOST]
    ]
    return DueNext(rows=rows, more=len(told.reminders) - len(rows))
