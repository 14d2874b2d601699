"""Models of a unit: who employs and hosts, where, which people, and what risks hang on."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictBool

from shared.http_api.duerp.fields import Content, Count, LongText, Name, Text
from shared.http_api.written import Day

MOST = 200


class PeopleStatus(StrEnum):
    """What binds people to the unit."""

    PERMANENT = "permanent"
    CONTRACTUAL = "contractual"
    DOCTORAL = "doctoral"
    INTERN = "intern"
    APPRENTICE = "apprentice"
    HOSTED = "hosted"
    OUTSIDE_COMPANY = "outside_company"


class Headcount(Content):
    """People of one status, as numbers by sex."""

    status: PeopleStatus
    women: Count = 0
    men: Count = 0
    unspecified: Count = 0


People = Annotated[list[Headcount], Field(max_length=len(PeopleStatus))]


class Regime(StrEnum):
    """Which law an employer is under: the civil service's decree 82-453, or the Code du travail directly."""

    PUBLIC = "public"
    PRIVATE = "private"


class Employer(Content):
    """Who employs people of the unit, or hosts it."""

    name: Name
    regime: Regime
    hosts: StrictBool = Field(default=False, description="whether the premises are its own")
    employs: Count | None = Field(default=None, description="how many people of the unit; null: not known")
    has_fifty: StrictBool | None = Field(
        default=None, description="whether it employs fifty or more in all (L4121-3-1 III); null: not known"
    )


class Site(Content):
    name: Name
    address: Text = ""


class ConsultedBody(Content):
    """A body to consult: an employer's committee (F3SCT, CSA, CSE), a laboratory council."""

    name: Name
    employer: Name | None = None


class Duty(StrEnum):
    """A function of prevention that somebody holds."""

    PREVENTION_ASSISTANT = "prevention_assistant"
    RADIATION = "radiation"
    LASER = "laser"
    BIOSAFETY = "biosafety"
    DIVING = "diving"
    OTHER = "other"


class DutyHeld(Content):
    duty: Duty
    holder: Name
    detail: Text = ""


class Unit(Content):
    """A unit as its DUERP describes it; there is one of each."""

    name: Name
    code: Name | None = Field(default=None, description="its code, as UMR 5219")
    director: Name | None = None
    description: Text = ""
    employers: list[Employer] = Field(default=[], max_length=20)
    sites: list[Site] = Field(default=[], max_length=50)
    bodies: list[ConsultedBody] = Field(default=[], max_length=20)
    people: People = Field(default=[])
    duties: list[DutyHeld] = Field(default=[], max_length=100)
    delegation: Name | None = Field(default=None, description="code of the delegation whose statistics it is in")
    scale: UUID | None = Field(default=None, description="the scale that the unit rates on")
    closed_on: Day | None = Field(default=None, description="from then on nothing of its DUERP is written but this")
    kept_by: Text = Field(default="", description="who keeps the versions of a closed unit for forty years")


class ElementKind(StrEnum):
    """What a risk hangs on, as in EvRP."""

    PREMISES = "premises"
    EQUIPMENT = "equipment"
    ACTIVITY = "activity"
    CONDITION = "condition"


class Element(Content):
    """Premises, an equipment, an activity or a condition of work; elements nest and belong to several work units."""

    kind: ElementKind
    name: Name
    description: Text = ""
    site: Name | None = None
    building: Name | None = None
    room: Name | None = None
    within: UUID | None = Field(default=None, description="the element that it is a part of")
    work_units: list[UUID] = Field(default=[], max_length=MOST)
    shared_with: list[Name] = Field(default=[], max_length=20, description="other units that use it, by name")
    in_service: Day | None = None
    out_of_service: Day | None = None
    next_check: Day | None = Field(default=None, description="next periodic check")


class WorkUnit(Content):
    """An "unité de travail"."""

    name: Name
    description: LongText = ""
    elements: list[UUID] = Field(default=[], max_length=MOST)
    people: People = Field(default=[])
