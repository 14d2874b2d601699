"""Models of what is done to many entries at once; each of them tells what became of it."""

from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field, StrictInt

from shared.http_api.duerp.fields import Content, Name, Text
from shared.http_api.duerp.unit import MOST

MOST_AT_ONCE = 300


class Named(Content):
    """An entry as somebody has read it."""

    id: UUID
    revision: StrictInt = Field(ge=1, le=2**31 - 1)


class Together(StrEnum):
    """What may be done to many lines at once."""

    ACCEPT = "accept"
    REJECT = "reject"
    PROPOSE = "propose"
    ARCHIVE = "archive"
    RESTORE = "restore"
    MOVE = "move"


class TogetherBody(Content):
    """What to do to lines; `why`: rejecting takes a reason. `work_unit`: where lines of one work unit are moved to."""

    what: Together
    lines: list[Named] = Field(min_length=1, max_length=MOST_AT_ONCE)
    why: Text = ""
    work_unit: UUID | None = None


class Outcome(StrEnum):
    DONE = "done"
    UNCHANGED = "unchanged"
    OUTDATED = "outdated"
    REFUSED = "refused"
    MISSING = "missing"


class EntryOutcome(BaseModel):
    """What became of one: done; as it was already; changed by somebody since it was read; refused; not there."""

    id: UUID
    outcome: Outcome
    revision: int | None = Field(default=None, description="the newest")
    reason: str = Field(default="", description="why it was refused, in the caller's language")


class TogetherView(BaseModel):
    """What became of each, in the order in which they were named."""

    done: int
    outcomes: list[EntryOutcome]


class ShareBody(Content):
    """Lines that say the same, to become one that work units share; the first one's words stay.

    `work_units`: where it holds besides those that the lines are in; null: everywhere.
    """

    lines: list[Named] = Field(min_length=1, max_length=MOST)
    work_units: list[UUID] | None = Field(default=[], max_length=MOST)


class SharedView(BaseModel):
    """The line that is shared now; the lines that it was made of are archived, and their ratings are its own there."""

    line: UUID
    url: str
    ratings: int
    archived: int
    actions: int = Field(description="actions and events that name it now")


class DuplicateBody(Content):
    """What the copy of a work unit is called."""

    name: Name


class DuplicateView(BaseModel):
    """A copied work unit: its lines are proposed, and neither rated nor checked there yet; it has no people yet."""

    work_unit: UUID
    url: str
    lines: int
    statements: int
    shared_lines: int = Field(description="shared lines that name the copy now")
