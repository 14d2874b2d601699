"""Models of drafting: a description, the lines that are proposed from it, and what it leaves open."""

from uuid import UUID

from pydantic import BaseModel, Field

from shared.http_api.duerp.fields import Content, LongText
from shared.http_api.duerp.lines import LineEvidence


class DraftBody(Content):
    """A work unit in somebody's own words. Whatever it says is a description, never an instruction."""

    work_unit: UUID
    description: LongText


class MeasureToTake(BaseModel):
    """A measure to take, or to confirm; `rank`: the number of its principle in L4121-2, 1 to 9."""

    what: str
    rank: int


class DraftedLine(BaseModel):
    """A line that was added as `proposed`, with origin `drafted`.

    `because`: the words of the description that say so. `likeness`: null where a word tells of the family; else how
    like those words are to what others say of it, 0 to 1: less sure, and told after the others. `model`: the language
    model that reads the hazard in those words; empty: none. `evidence`: passages that open; they are found after the
    line.
    """

    number: int = Field(description="its place in the draft of this description, from 1; the `id` of its event")
    line: UUID
    url: str
    family: str
    hazard: str
    situation: str
    because: str
    likeness: float | None = None
    model: str = ""
    measures: list[MeasureToTake]
    existing: list[MeasureToTake] = Field(
        default=[], description="said to be there, with the words: measures of the line that nobody has checked"
    )
    articles: list[str]
    to_check: list[str] = Field(
        default=[], description="what the law may bar for people whom the description names: the line's comment"
    )
    evidence: list[LineEvidence]


class AbsentFamily(BaseModel):
    """A family that the description denies or tells to be gone, with its words: a statement for a person to confirm."""

    family: str
    because: str


class DraftView(BaseModel):
    """What was drafted. Where the chain that finds passages is down, the lines stand without, and `notice` says so.

    It also says where the embedder was away, so that the description was read by its words alone.
    """

    unit: str
    work_unit: UUID
    lines: list[DraftedLine]
    already: int = Field(description="lines that were there from the same words")
    rejected: int = Field(description="left out: somebody has rejected them from the same words, with a reason")
    no_risk: list[AbsentFamily]
    not_assessed: list[str]
    questions: list[str] = Field(description="five at most")
    by_words_alone: bool = Field(default=False, description="the embedder was away: likeness was not looked for")
    model: str = Field(default="", description="the language model that read it too; empty: none did")
    model_away: bool = Field(
        default=False, description="a language model should have read it and did not answer, or wrote nonsense"
    )
    dropped: int = Field(
        default=0,
        description="what it wrote that did not validate, named no words of the description, or speaks against it",
    )
    notice: str | None = None
