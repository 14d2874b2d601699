"""Models of the programme of a year (PAPRIPACT): what L4121-3-1 III wants of each measure, planned against done."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from shared.http_api.duerp.fields import Content, Number
from shared.http_api.duerp.programme import Action
from shared.http_api.duerp.year import AskedYear


class ProgrammeKind(StrEnum):
    """What the law wants: a programme where an employer has fifty people or more, else a list of actions.

    `to_check`: nobody has said how many people the employers have.
    """

    PROGRAMME = "programme"
    LIST = "list"
    TO_CHECK = "to_check"


class ProgrammeState(StrEnum):
    """How an action stands in a year: done in it, under way, to do, not done by its day, or given up."""

    DONE = "done"
    STARTED = "started"
    PLANNED = "planned"
    NOT_DONE = "not_done"
    ABANDONED = "abandoned"


class ProgrammeItem(StrEnum):
    """What the programme tells of each measure besides what it is (L4121-3-1 III 1°)."""

    CONDITIONS = "conditions"
    INDICATOR = "indicator"
    COST = "cost"
    RESOURCES = "resources"
    CALENDAR = "calendar"


class ProgrammeAction(BaseModel):
    """An action in the year's programme.

    `factors`: of L4161-1, by the families of the lines that it serves. `carried_over`: it was to be done before.
    """

    action: UUID
    url: str
    revision: int
    content: Action
    state: ProgrammeState
    carried_over: bool
    families: list[str]
    factors: list[str]
    missing: list[ProgrammeItem]
    why_not: str = Field(description="why it was not done, as somebody wrote")


class Budget(BaseModel):
    """Euros: estimated of all, of what is done, spent; `unknown`: actions without an estimate."""

    estimated: Number
    done: Number
    spent: Number
    unknown: int


class CommitteeProgress(BaseModel):
    """How the year's programme stood when a body met, or was sent it."""

    consultation: UUID
    body: str
    on: date
    actions: int
    done: int
    started: int


class Programme(BaseModel):
    """The programme of a year, or the list of actions."""

    unit: str
    year: int
    kind: ProgrammeKind
    articles: list[str]
    actions: list[ProgrammeAction]
    states: dict[ProgrammeState, int]
    complete: int = Field(description="actions of which everything that the law wants is told")
    budget: Budget
    factors: list[str] = Field(description="exposure factors of L4161-1 that a measure of the year is about")
    factors_without: list[str] = Field(description="those of lines of the DUERP that no measure of the year is about")
    committees: list[CommitteeProgress]


class ProgrammeQuery(Content):
    """This year where none is named."""

    year: AskedYear | None = None
