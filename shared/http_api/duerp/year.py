"""Models of the yearly update of a DUERP: a cycle, what people answer of each line in it, reminders with dates."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, StrictInt

from shared.http_api.duerp.entries import Decided, EntryKind
from shared.http_api.duerp.fields import Content, Text
from shared.http_api.duerp.lines import Line, SharedLine
from shared.http_api.duerp.together import MOST_AT_ONCE, Named
from shared.http_api.written import DIGITS, Day

_BOUNDS = Field(ge=1990, le=2199)
Year = Annotated[StrictInt, _BOUNDS]
AskedYear = Annotated[int, _BOUNDS, DIGITS]
"""The year of a query."""


class Cycle(Content):
    """The update of one year (R4121-2 1°); there is one of each. Lines stay what they are: it asks of each of them.

    `since`: the frozen version whose words stand beside today's, null where nothing was frozen before.
    """

    year: Year
    opened_on: Day
    since: StrictInt | None = Field(
        default=None, ge=1, le=2**31 - 1, description="sequence of the frozen version before"
    )
    closed_on: Day | None = None


class StillTrue(StrEnum):
    """Whether a line is still true: as it is, with changes to make, or gone from the work unit."""

    YES = "yes"
    CHANGED = "changed"
    GONE = "gone"


class Confirmation(Content):
    """The last answer about a line: in which cycle, of which revision. Its history has those of the years before."""

    line: UUID
    year: Year
    revision: StrictInt = Field(ge=1, le=2**31 - 1)
    answer: StillTrue
    why: Text = ""


class OpenYearBody(Content):
    """The year to begin."""

    year: Year


class LineAnswer(Named):
    """What somebody says of a line as they have read it; a line that is gone takes a reason, and is archived."""

    answer: StillTrue
    why: Text = ""
    after: StrictInt | None = Field(
        default=None,
        ge=0,
        le=2**31 - 1,
        description="`answered` of the line as it was read: who answers second is told; null: whatever was said",
    )


class AnswersBody(Content):
    """Answers about lines, each of which is written or told apart."""

    year: Year
    answers: list[LineAnswer] = Field(min_length=1, max_length=MOST_AT_ONCE)


class Asked(BaseModel):
    """A line that the cycle asks of, with last year's words beside today's.

    `before`: what the version of the cycle said; null where the line came later. `differs`: fields that say something
    else now. `pending`: the answer was "changed", and nobody has changed it since.
    """

    line: UUID
    kind: EntryKind
    url: str
    revision: int
    now: Line | SharedLine
    before: dict[str, Any] | None
    differs: list[str]
    decided: Decided | None
    answer: StillTrue | None
    why: str
    by: str | None
    pending: bool
    answered: int = Field(default=0, description="revision of the answer; 0: nobody has answered yet")


class WorkUnitProgress(BaseModel):
    """How far a work unit has come; `work_unit` null: lines that several share."""

    work_unit: UUID | None
    name: str
    lines: int
    answered: int


class YearView(BaseModel):
    """A cycle: how far it has come, and what it still asks.

    `lines`: those that it asks of: all that were there when it was opened and are not rejected. `gone`: archived in it.
    """

    unit: str
    cycle: UUID
    year: int
    opened_on: date
    closed_on: date | None
    since: int | None
    lines: int
    answered: int
    yes: int
    changed: int
    gone: int
    pending: int
    added: int = Field(description="lines that came since it was opened")
    work_units: list[WorkUnitProgress]
    asked: list[Asked]
    more: bool = Field(description="whether there are more lines than were asked for")


class YearQuery(Content):
    """Which lines of a cycle to tell; the newest cycle where no year is named."""

    year: AskedYear | None = None
    work_unit: UUID | None = None
    everything: bool = Field(default=False, description="also lines that were answered")
    skip: Annotated[int, Field(ge=0, le=100_000), DIGITS] = 0
    limit: Annotated[int, Field(ge=0, le=500), DIGITS] = 50


class ReminderType(StrEnum):
    YEARLY_UPDATE = "yearly_update"
    CHECK = "check"
    ACTION = "action"
    EVENT = "event"
    CONSULTATION = "consultation"


class Reminder(BaseModel):
    """Something to do by a day; `late`: that day has passed. `about` is null where nothing was frozen yet."""

    type: ReminderType
    on: date
    late: bool
    sentence: str = Field(description="the same in the caller's language")
    name: str
    about: UUID | None
    url: str | None
    articles: list[str]


class RemindersQuery(Content):
    """What is late is told however few days are asked for."""

    within_days: Annotated[int, Field(ge=0, le=3_660), DIGITS] = 90


class Reminders(BaseModel):
    """What is to be done, the earliest first."""

    unit: str
    today: date
    late: int
    reminders: list[Reminder]
