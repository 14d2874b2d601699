"""Models of what the law wants of a unit's DUERP, as the data on obligations say."""

from datetime import date

from pydantic import BaseModel, Field

from shared.duerp.obligations import Standing, Subject


class UnitObligation(BaseModel):
    """Something that the law wants of the unit, or may want.

    `standing` is `to_check` where the law is in doubt, or what is not known of the unit would decide.
    """

    id: str
    subject: Subject
    standing: Standing
    text: str = Field(description="what is wanted, in the caller's language")
    doubt: str = Field(default="", description="why a person has to check, where the law leaves it open")
    articles: list[str] = Field(description="of the Code du travail")
    source: str | None = Field(default=None, description="where it stands outside the Code; `(unverified)`: not read")
    families: list[str] = Field(default=[], description="risk families present that bring it; none: whatever they are")


class UnitObligations(BaseModel):
    """What the law wants of a unit, in the order of the data; `checked`: the day they were held against the Code."""

    unit: str
    checked: date
    package: str = Field(description="of the Code that they were held against")
    obligations: list[UnitObligation]
