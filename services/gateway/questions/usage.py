"""Usage by week, for who looks after the platform: numbers, no text, no name, and no number of few people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from services.gateway.policy import may_administer, require
from shared.access import Principal, Role

FEWEST = 5
"""People of a week that are told in number; below it, a number and a name are nearly the same."""

_WEEK = timedelta(weeks=1)


class UsageCounts(Protocol):
    """What was done between two moments."""

    async def questions(self, since: datetime, until: datetime) -> Mapping[str, int]:
        """How many questions were asked, by state."""
        ...

    async def people(self, since: datetime, until: datetime) -> int:
        """How many people asked."""
        ...

    async def documents(self, since: datetime, until: datetime) -> int:
        """How many versions of documents were sent."""
        ...


@dataclass(frozen=True, slots=True)
class WeekUsage:
    """What was done in the week that begins on `monday`; `people`: None for fewer than five, but not none."""

    monday: date
    questions: Mapping[str, int]
    documents: int
    people: int | None


class UsageService:
    """Tells admins how much the platform is used."""

    def __init__(self, counts: UsageCounts) -> None:
        self._counts = counts

    async def weeks(self, principal: Principal, today: date, weeks: int) -> Sequence[WeekUsage]:
        """Return the last weeks, this one first.

        Raises:
            Forbidden: the person is no admin.
        """
        require(may_administer(principal), role=Role.ADMIN)
        monday = today - timedelta(days=today.weekday())
        return [await self._week(monday - back * _WEEK) for back in range(weeks)]

    async def _week(self, monday: date) -> WeekUsage:
        since = datetime.combine(monday, time(), UTC)
        until = since + _WEEK
        people = await self._counts.people(since, until)
        return WeekUsage(
            monday=monday,
            questions=await self._counts.questions(since, until),
            documents=await self._counts.documents(since, until),
            people=people if people == 0 or people >= FEWEST else None,
        )
