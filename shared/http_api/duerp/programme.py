"""Models of what follows from a DUERP: actions, events that put lines to review, consultations, transmissions."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field, StrictInt

from shared.http_api.duerp.fields import AsWritten, Content, Name, Number, Text
from shared.http_api.duerp.lines import PreventionRank
from shared.http_api.duerp.unit import MOST
from shared.http_api.written import Day


class ActionStatus(StrEnum):
    PLANNED = "planned"
    STARTED = "started"
    DONE = "done"
    ABANDONED = "abandoned"


class Closing(Content):
    """When something was closed, and why."""

    on: Day
    reason: Text


class Action(Content):
    """A measure of the programme, with the items that L4121-3-1 III 1° asks. It is carried over until it is closed."""

    what: Text
    rank: PreventionRank | None = None
    lines: list[UUID] = Field(default=[], max_length=MOST, description="lines and shared lines that it serves")
    responsible: Name | None = None
    start: Day | None = None
    due: Day | None = None
    conditions: Text = Field(default="", description="conditions of execution")
    resources: Text = ""
    cost: Number | None = Field(default=None, description="euros")
    indicator: Text = Field(default="", description="indicator of result")
    status: ActionStatus = ActionStatus.PLANNED
    done_on: Day | None = None
    effect_checked_on: Day | None = None
    effect: Text = ""
    spent: Number | None = Field(default=None, description="euros")
    not_done_because: Text = Field(default="", description="why it was not done by its day")
    closed: Closing | None = None
    comment: Text = ""
    as_written: AsWritten = Field(default={}, description="words of an imported file that have no field of their own")


class EventType(StrEnum):
    ACCIDENT = "accident"
    NEAR_MISS = "near_miss"
    REGISTER_ENTRY = "register_entry"
    NEW_EQUIPMENT = "new_equipment"
    BUILDING_WORKS = "building_works"
    MEASUREMENT = "measurement"
    NEW_LAW = "new_law"
    OTHER = "other"


class Event(Content):
    """Something that puts lines to review (R4121-2 2° and 3°) until it is closed."""

    type: EventType
    on: Day
    what: Text
    lines: list[UUID] = Field(default=[], max_length=MOST, description="lines and shared lines to review")
    work_units: list[UUID] = Field(default=[], max_length=MOST)
    closed: Closing | None = None


class Opinion(StrEnum):
    FAVOURABLE = "favourable"
    UNFAVOURABLE = "unfavourable"
    RESERVED = "reserved"
    NONE_GIVEN = "none_given"


class Consultation(Content):
    """A body's opinion on a version, and what was answered."""

    body: Name
    employer: Name | None = None
    version: StrictInt | None = Field(default=None, ge=1, le=2**31 - 1, description="sequence of the frozen version")
    sent_on: Day | None = None
    expected_on: Day | None = Field(
        default=None, description="when the opinion is expected; null: thirty days after it was sent"
    )
    met_on: Day | None = None
    opinion: Opinion | None = None
    opinion_text: Text = ""
    answer: Text = ""


class Transmission(Content):
    """Whom a version was sent to, and when."""

    to: Name
    version: StrictInt | None = Field(default=None, ge=1, le=2**31 - 1, description="sequence of the frozen version")
    sent_on: Day
    how: Text = ""
