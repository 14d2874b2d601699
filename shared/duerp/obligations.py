"""Obligations of the law about a DUERP, as data (obligations.toml), and which of them a unit has."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

_BOOK = re.compile(r"[LRD]4(\d)")
_BOOKS_OF_THE_STATE = frozenset("12345")
"""Books of the fourth part that decree 82-453 takes over for the State's own staff (its article 3)."""


class Subject(StrEnum):
    """What an obligation is about."""

    CONTENT = "content"
    ANNEX = "annex"
    UPDATE = "update"
    PROGRAMME = "programme"
    KEEP = "keep"
    SHOW = "show"
    SEND = "send"
    CONSULT = "consult"
    WRITTEN = "written"
    """What is written in the document where a risk family is present."""
    APART = "apart"
    """What stands beside the document and never in it."""
    ASSIGN = "assign"
    """What comes before people are assigned to a work."""
    OUTSIDE = "outside"
    """What is due with outside companies."""
    POINTER = "pointer"
    """A text beside the Code, whose words were not read."""


class Law(StrEnum):
    """Whose law an employer of the unit is under."""

    PRIVATE = "private"
    PUBLIC = "public"


class Standing(StrEnum):
    """Whether an obligation holds for a unit."""

    APPLIES = "applies"
    TO_CHECK = "to_check"


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """What of a unit decides about its obligations; None is what nobody has said yet.

    Attributes:
        laws: of its employers.
        employers: how many there are.
        employees: people at the largest employer, not in the unit; a range where only its ends are known.
        people: statuses that the unit has (permanent, contractual, doctoral, intern, apprentice, hosted, outside).
        families: risk families with a line.
    """

    laws: frozenset[Law] | None = None
    employers: int | None = None
    employees: int | range | None = None
    people: frozenset[str] | None = None
    families: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """When an obligation holds: all that is named. Empty and None: whatever it is."""

    law: Law | None = None
    employers: int | None = None
    employees: int | None = None
    employees_below: int | None = None
    people: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()

    def holds(self, unit: UnitFacts) -> bool | None:
        """Return whether it holds for a unit, None if what is known does not tell."""
        answers = (
            _among(self.law, unit.laws),
            _least(self.employers, unit.employers),
            _least(self.employees, unit.employees),
            _below(self.employees_below, unit.employees),
            _meets(self.people, unit.people),
            _meets(self.families, unit.families),
        )
        if False in answers:
            return False
        return None if None in answers else True


@dataclass(frozen=True, slots=True)
class Obligation:
    """What the law wants.

    Attributes:
        id: its name, for good.
        articles: of the Code du travail that say it, in force on the day of the data.
        source: where it stands outside the Code, or None; `(unverified)` where its words were not read.
        text, doubt: by language; a doubt says why a person has to check.
    """

    id: str
    subject: Subject
    articles: tuple[str, ...]
    when: Condition
    text: Mapping[str, str]
    source: str | None = None
    doubt: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Obligations:
    """All obligations, with the day on which they were held against the package of the Code that is named."""

    checked: date
    package: str
    all: tuple[Obligation, ...]

    def of(self, unit: UnitFacts) -> list[tuple[Obligation, Standing]]:
        """Return what holds for a unit, or may: what is not known of it or doubtful in law is to be checked."""
        found = []
        for obligation in self.all:
            holds = obligation.when.holds(unit)
            if holds is not False:
                sure = holds and not obligation.doubt
                found.append((obligation, Standing.APPLIES if sure else Standing.TO_CHECK))
        return found


@cache
def obligations() -> Obligations:
    """Return the shipped obligations."""
    data = tomllib.loads(resources.files("shared.duerp").joinpath("obligations.toml").read_text(encoding="utf-8"))
    return Obligations(data["checked"], data["package"], tuple(map(_obligation, data["obligation"])))


def binds_the_state(article: str) -> bool | None:
    """Return whether an article of the Code du travail binds the State for its own staff.

    Args:
        article: as `R4121-1`.

    Returns:
        None for an article outside the fourth part, of which decree 82-453 says nothing.
    """
    book = _BOOK.match(article)
    return book[1] in _BOOKS_OF_THE_STATE if book else None


def _obligation(data: Mapping[str, Any]) -> Obligation:
    when = dict(data["when"])
    condition = Condition(
        law=Law(when.pop("law")) if "law" in when else None,
        people=frozenset(when.pop("people", ())),
        families=frozenset(when.pop("families", ())),
        **when,
    )
    return Obligation(
        id=data["id"],
        subject=Subject(data["subject"]),
        articles=tuple(data["articles"]),
        when=condition,
        text={language: data[language] for language in ("fr", "en", "de")},
        source=data.get("source"),
        doubt=data.get("doubt", {}),
    )


def _among(wanted: Law | None, there: frozenset[Law] | None) -> bool | None:
    if wanted is None:
        return True
    return None if there is None else wanted in there


def _least(wanted: int | None, there: int | range | None) -> bool | None:
    if wanted is None:
        return True
    least, below = _ends(there)
    return True if least >= wanted else False if below is not None and below <= wanted else None


def _below(wanted: int | None, there: int | range | None) -> bool | None:
    """Return whether there are fewer: the reverse of as many at least."""
    reached = _least(wanted, there)
    return True if wanted is None else None if reached is None else not reached


def _ends(there: int | range | None) -> tuple[int, int | None]:
    """Return how many there are at least, and one more than there are at most; None where nothing limits them."""
    if isinstance(there, range):
        return there.start, there.stop
    return (0, None) if there is None else (there, there + 1)


def _meets(wanted: frozenset[str], there: frozenset[str] | None) -> bool | None:
    if not wanted:
        return True
    return None if there is None else not wanted.isdisjoint(there)
