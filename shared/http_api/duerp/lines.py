"""Models of what is assessed: statements on families, lines, lines shared by work units."""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StrictBool, StrictInt

from shared.contracts.passages import Origin
from shared.http_api.duerp.fields import AsWritten, Content, Family, Name, Text
from shared.http_api.duerp.scales import Rating
from shared.http_api.duerp.unit import MOST, People
from shared.http_api.written import Day

PreventionRank = Annotated[StrictInt, Field(ge=1, le=9)]
"""The number of a general principle of prevention in L4121-2: 1 avoid the risk, ... 9 give instructions."""


class Finding(StrEnum):
    """What is said of a family without a line."""

    NOT_ASSESSED = "not_assessed"
    NO_RISK = "no_risk"


class Statement(Content):
    """What is said of a family in a work unit where it has no line; without risk, the reason is told."""

    work_unit: UUID
    family: Family
    finding: Finding
    reason: Text = ""


class ExistingMeasure(Content):
    """A measure that is there; `checked_on`: when somebody last saw that it is."""

    what: Text
    rank: PreventionRank | None = None
    proof: Text = ""
    checked_on: Day | None = None


class LineOrigin(StrEnum):
    """How a line came to be."""

    TYPED = "typed"
    DRAFTED = "drafted"
    IMPORTED = "imported"
    COPIED = "copied"


class LineEvidence(Content):
    """What a line stands on: a passage that can be opened, or a reference in words.

    From `scope` on Vigie tells what there is to tell: what a request says there is not heeded.
    """

    reference: Name
    passage: Name | None = Field(default=None, description="id of a passage")
    quote: Text = ""
    scope: Name | None = Field(default=None, description="whose document it is, of a passage that the unit reads")
    origin: Origin | None = Field(default=None, description="what kind of document that is; null: not known")
    typed: StrictBool = Field(
        default=False, description="a person typed it; nothing held its words against the passage"
    )
    withdrawn: StrictBool = Field(default=False, description="the document was withdrawn: no word of it is left")


class LineText(Content):
    """What a line says, in one work unit or several."""

    family: Family | None = Field(default=None, description="null: to be completed")
    hazard: Text = ""
    situation: Text = ""
    harm: Text = ""
    exposed: People = Field(default=[])
    sex_difference: Text = Field(
        default="", description="difference of exposure or effect between women and men (L4121-3)"
    )
    measures: list[ExistingMeasure] = Field(default=[], max_length=100)
    articles: list[Name] = Field(default=[], max_length=100)
    evidence: list[LineEvidence] = Field(default=[], max_length=50)
    origin: LineOrigin = LineOrigin.TYPED
    origin_detail: Text = Field(default="", description="a file with sheet and row, a model, a line")
    likeness: float | None = Field(
        default=None, ge=0, le=1, description="of a drafted line that no word tells of: how like others its words are"
    )
    model: Name | Literal[""] = Field(default="", description="the language model that proposed it; empty: none did")
    comment: Text = ""
    as_written: AsWritten = Field(default={}, description="words of an imported file that have no field of their own")


class Line(LineText):
    """A risk in a work unit. It keeps its id from year to year, is archived and never deleted."""

    work_unit: UUID
    elements: list[UUID] = Field(default=[], max_length=MOST)
    gross: Rating | None = None
    residual: Rating | None = None


class SharedLine(LineText):
    """A risk written once for several work units, and rated in each."""

    work_units: list[UUID] | None = Field(default=None, max_length=MOST, description="null: all")


class SharedRating(Content):
    """The rating of a shared line in one work unit, with what is particular there."""

    line: UUID
    work_unit: UUID
    gross: Rating | None = None
    residual: Rating | None = None
    measures: list[ExistingMeasure] = Field(default=[], max_length=100)
    comment: Text = ""
