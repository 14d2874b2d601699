"""Models of figures: tables of numbers with a picture each, of one DUERP, and of a delegation's latest versions."""

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, Field

from shared.http_api.duerp.fields import Content
from shared.http_api.written import Day


class FigureName(StrEnum):
    """The figures of a DUERP."""

    MATRIX = "matrix"
    LEVELS = "levels"
    FAMILIES = "families"
    PROGRESS = "progress"
    EXPOSURES = "exposures"


class FigureColumn(BaseModel):
    """What a column counts; `colour`: of a level of the scale."""

    id: str
    label: str
    colour: str | None = None


class FigureRow(BaseModel):
    """A row; a value is null where it would tell of fewer than five people."""

    id: str
    label: str
    values: list[int | None]


class Figure(BaseModel):
    """A table of numbers; its picture says the same."""

    id: str
    title: str
    note: str = ""
    columns: list[FigureColumn]
    rows: list[FigureRow]


class Figures(BaseModel):
    """A unit's DUERP in figures, in the caller's language; a picture of each is at `<url>/<id>.svg`."""

    unit: str
    url: str
    figures: list[Figure]


class StatisticsQuery(Content):
    """The newest versions that were frozen by the end of a day; today where none is named."""

    on: Day | None = None


class Statistics(BaseModel):
    """The latest versions of a delegation's units in figures.

    What would tell of fewer than five people is left out of every number, sums included, so that no difference of
    two numbers tells it: `left_out` units have fewer than five people, and nothing of theirs is counted.
    """

    delegation: str
    on: date
    units: int = Field(description="units with a version whose people are five or more")
    left_out: int
    figures: list[Figure]
