"""Models of scales, and of ratings on them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StrictBool, StrictInt, StringConstraints

from shared.http_api.duerp.fields import Content, Key, Name, Number, Text

MOST_AXES = 6
MOST_VALUES = 20
MOST_CELLS = 1_000


class Direction(StrEnum):
    """Where the worst value of an axis is: the one of the highest weight, or of the lowest."""

    HIGHER_IS_WORSE = "higher_is_worse"
    HIGHER_IS_BETTER = "higher_is_better"


class AxisValue(Content):
    """A value as people say it, and what it counts in the formula."""

    name: Name
    weight: Number
    meaning: Text = ""


class Axis(Content):
    """What is asked in words; its values may be any numbers, in any direction, unevenly spaced."""

    key: Key
    name: Name
    question: Text = ""
    direction: Direction
    values: list[AxisValue] = Field(min_length=2, max_length=MOST_VALUES)


_Axes = Annotated[list[Key], Field(min_length=1, max_length=MOST_AXES)]


class Product(Content):
    """The product of the axes' weights."""

    kind: Literal["product"] = "product"
    axes: _Axes


class Quotient(Content):
    """The product of some axes' weights, divided by the product of others'."""

    kind: Literal["quotient"] = "quotient"
    over: _Axes
    under: _Axes


class WeightedTerm(Content):
    """An axis of a sum, and what it is multiplied by."""

    axis: Key
    factor: Number


class WeightedSum(Content):
    """The sum of axes' weights, each multiplied by its factor, multiplied by the weights of the axes `times`."""

    kind: Literal["weighted_sum"] = "weighted_sum"
    terms: list[WeightedTerm] = Field(min_length=1, max_length=MOST_AXES)
    times: list[Key] = Field(default=[], max_length=MOST_AXES)


class Table(Content):
    """A result for each combination of values, in the order of the axes and their values; the last axis runs fastest.

    `null` stands where the table has no result: such a combination is not rated.
    """

    kind: Literal["table"] = "table"
    axes: _Axes
    results: list[Number | None] = Field(min_length=2, max_length=MOST_CELLS)


Formula = Annotated[Product | Quotient | WeightedSum | Table, Field(discriminator="kind")]


class Condition(Content):
    """An axis has one of these values."""

    axis: Key
    values: list[Name] = Field(min_length=1, max_length=MOST_VALUES)


class Level(Content):
    """A threshold with its word and colour; colour is never alone.

    It begins at a result (`at_least`) or behind one (`above`); the lowest level has neither. `also_when`: it is reached
    too when all these conditions hold, whatever the result.
    """

    name: Name
    colour: Annotated[str, StringConstraints(pattern="^#[0-9a-f]{6}$")]
    at_least: Number | None = None
    above: Number | None = None
    also_when: list[Condition] = Field(default=[], max_length=MOST_AXES)


class Calculation(Content):
    """How a result is computed and what it is called; without levels it is a number alone."""

    formula: Formula
    levels: list[Level] = Field(default=[], max_length=10, description="by ascending result")


class Scale(Content):
    """A unit's scale. Each change makes a version; what was rated before keeps its own."""

    name: Name
    about: Text = Field(default="", description="where it comes from, how it is used")
    axes: list[Axis] = Field(min_length=1, max_length=MOST_AXES)
    gross: Calculation | None = Field(default=None, description="before measures")
    residual: Calculation | None = Field(default=None, description="with the measures that are there")
    direction: Direction = Field(default=Direction.HIGHER_IS_WORSE, description="of the results")


class Rating(Content):
    """A person's rating: values by axis, on one version of a scale.

    `score` to `lower_than_gross` are the server's, whatever is sent in them: computed on that version when the rating
    was given, and kept when the scale changes.
    """

    scale: UUID
    version: StrictInt = Field(ge=1, le=2**31 - 1)
    values: dict[Key, Name] = Field(min_length=1, max_length=MOST_AXES)
    score: Number | None = None
    level: Name | None = None
    colour: str | None = Field(default=None, max_length=7)
    rated_by: str | None = Field(default=None, max_length=200)
    rated_at: datetime | None = None
    lower_than_gross: StrictBool | None = Field(default=None, description="less than with no measure at all")


class ScaleExample(BaseModel):
    """A scale to begin with, kept as data of the program."""

    id: str
    scale: Scale


class ScaleExamples(BaseModel):
    examples: list[ScaleExample]
