"""The envelope of everything in a DUERP: who wrote it and when, its revision, its decision, its archive."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field

from shared.http_api.duerp.fields import Content, Family, Text
from shared.http_api.paging import Moment, Page

C = TypeVar("C", bound=Content)


class EntryKind(StrEnum):
    UNIT = "unit"
    ELEMENT = "element"
    WORK_UNIT = "work_unit"
    STATEMENT = "statement"
    LINE = "line"
    SHARED_LINE = "shared_line"
    SHARED_RATING = "shared_rating"
    ACTION = "action"
    EVENT = "event"
    CONSULTATION = "consultation"
    TRANSMISSION = "transmission"
    SCALE = "scale"
    DISMISSAL = "dismissal"
    CYCLE = "cycle"
    CONFIRMATION = "confirmation"


class LineState(StrEnum):
    """What people think of a line; whoever changes it makes it proposed again."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Decided(BaseModel):
    """A line's state, who gave it, when and why; a new line is proposed by who wrote it."""

    state: LineState
    by: str
    at: datetime
    why: str = ""


class EntryRemark(BaseModel):
    """Something that is pointed out; it hinders nothing."""

    code: str
    sentence: str = Field(description="the same in the caller's language")


class Entry(BaseModel, Generic[C]):
    """Something of a DUERP. `revision` is its ETag, and of a scale its version."""

    id: UUID
    unit: str
    kind: EntryKind
    revision: int
    content: C
    decided: Decided | None = Field(description="of lines and shared lines")
    remarks: list[EntryRemark]
    created_by: str
    created_at: datetime
    updated_by: str
    updated_at: datetime
    archived_at: datetime | None
    url: str


class EntryList(BaseModel, Generic[C]):
    """Oldest first. `next` is the `after` of the following page, null on the last."""

    entries: list[Entry[C]]
    next: str | None


class EntryQuery(Page):
    """Which entries of a kind to list; `since` and `until` are about when they were made."""

    work_unit: UUID | None = None
    family: Family | None = None
    state: list[LineState] = Field(default=[], max_length=len(LineState))
    archived: bool = Field(default=False, description="those that are archived, in place of the others")
    since: Moment | None = None
    until: Moment | None = Field(default=None, description="before this moment")


class DecisionBody(Content):
    """A state that somebody gives a line; rejecting it takes a reason."""

    state: LineState
    why: Text = ""


class ArchiveBody(Content):
    """Why something is archived, or taken back from the archive."""

    why: Text = ""


class ChangeType(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    DECIDED = "decided"
    ARCHIVED = "archived"
    RESTORED = "restored"


class ChangeView(BaseModel):
    """One revision of an entry: who made it, when, how, and what the entry said after it."""

    entry: UUID
    kind: EntryKind
    revision: int
    type: ChangeType
    by: str
    at: datetime
    why: str
    state: LineState | None
    content: dict[str, Any]


class ChangeList(BaseModel):
    """Newest first. `next` is the `after` of the following page, null on the last."""

    changes: list[ChangeView]
    next: str | None


class ChangeQuery(Page):
    """Which changes of a unit's DUERP to list."""

    entry: UUID | None = None
    since: Moment | None = None
    until: Moment | None = Field(default=None, description="before this moment")


class Assessment(StrEnum):
    """What a DUERP says of a family in a work unit: lines win over a statement."""

    LINES = "lines"
    NO_RISK = "no_risk"
    NOT_ASSESSED = "not_assessed"


class FamilyView(BaseModel):
    """A family in a work unit: what is said of it, and how many lines there are, shared ones included."""

    work_unit: UUID
    family: str
    assessment: Assessment
    lines: int
    contradicted: bool = Field(description="a statement says `no_risk` although there are lines")


class LateConsultation(BaseModel):
    """A body that was asked and gave no opinion in time; `since`: the last day that was in time."""

    consultation: UUID
    body: str
    employer: str | None
    version: int | None
    since: date


class TextRemarks(BaseModel):
    """What would be pointed out about a text; it is not kept."""

    remarks: list[EntryRemark]


class TextBody(Content):
    """A text that is not saved yet."""

    text: Text


class Overview(BaseModel):
    """A unit's DUERP in figures."""

    unit: str
    counts: dict[EntryKind, int] = Field(description="entries that are not archived")
    states: dict[LineState, int] = Field(description="of lines and shared lines")
    families: list[FamilyView] = Field(description="where a line or a statement tells of one; all others: not assessed")
    to_review: list[UUID] = Field(description="lines that events which are not closed put to review")
    remarked: list[UUID] = Field(description="lines with something that is pointed out")
    open_actions: list[UUID]
    late_consultations: list[LateConsultation] = Field(default=[], description="sent, and without the opinion in time")
