"""Measures of drafting on described work units: families found, families that are not there, words that say so."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.duerp.drafting.clauses import clauses_of
from shared.duerp.drafting.draft import Draft
from shared.duerp.drafting.pieces import Reading
from shared.duerp.families import risk_families

LEAST_RECALL = 0.9
LEAST_RECALL_OF_A_UNIT = 0.6
LEAST_PRECISION = 0.6
MOST_FORBIDDEN = 0.1


@dataclass(frozen=True, slots=True)
class DescribedUnit:
    """A work unit as somebody describes it, with ids of families.

    Attributes:
        expected: those that must be proposed.
        tolerated: those that may be; neither right nor wrong.
        forbidden: those that the description denies, tells to be gone, or names by a figure of speech alone.
        absent: pieces of the description in which, as a person reads it, nothing is said to be here.
    """

    id: str
    description: str
    expected: frozenset[str]
    tolerated: frozenset[str]
    forbidden: frozenset[str]
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Graded:
    """A unit and its draft; `astray`: words that are not verbatim, or stand in clauses that deny.

    A clause that drafting misreads is told by the unit's own `absent`: drafting alone would find itself right.
    """

    unit: DescribedUnit
    draft: Draft
    astray: Sequence[str]

    @property
    def families(self) -> frozenset[str]:
        return frozenset(line.family for line in self.draft.lines)

    @property
    def missed(self) -> frozenset[str]:
        return self.unit.expected - self.families

    @property
    def wrong(self) -> frozenset[str]:
        return self.families - self.unit.expected - self.unit.tolerated

    @property
    def recall(self) -> float:
        return _share(len(self.unit.expected) - len(self.missed), len(self.unit.expected), 1)


def read_units(path: Path) -> list[DescribedUnit]:
    """Read units from lines {id, description, expected, tolerated, forbidden}, and `absent` where somebody marked it.

    Raises:
        ValueError: a line is no such unit, or names a family that there is not; the message names the line.
    """
    units = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            expected, tolerated, forbidden = (_families(row, name) for name in ("expected", "tolerated", "forbidden"))
            told = str(row["description"])
            absent = _pieces(row, told)
            units.append(DescribedUnit(str(row["id"]), told, expected, tolerated, forbidden, absent))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path}:{number}") from error
    if not units:
        raise ValueError(str(path))
    return units


def _families(row: Mapping[str, Any], name: str) -> frozenset[str]:
    """Return the families of a field.

    Raises:
        ValueError: there is no such family.
    """
    found = frozenset(map(str, row.get(name, ())))
    if not found <= {family.id for family in risk_families()}:
        raise ValueError(name)
    return found


def _pieces(row: Mapping[str, Any], description: str) -> tuple[str, ...]:
    """Return the pieces of a description that are marked as absent.

    Raises:
        ValueError: one is no piece of it.
    """
    pieces = tuple(map(str, row.get("absent", ())))
    if not all(each and each in description for each in pieces):
        raise ValueError("absent")
    return pieces


def graded(unit: DescribedUnit, draft: Draft) -> Graded:
    """Hold the words of each line of a unit's draft against its description."""
    astray = [line.because for line in draft.lines if not is_said(unit.description, line.because, unit.absent)]
    return Graded(unit, draft, astray)


def evaluate_drafts(units: Sequence[Graded]) -> dict[str, float]:
    """Return the measures over all units.

    Recall: expected families that were proposed. Precision: of the proposed ones but the tolerated, those that were
    expected. Forbidden: of the forbidden ones, those that were proposed. Astray: lines whose words are not verbatim,
    or stand in a clause that denies or tells of what is gone.
    """
    expected = sum(len(each.unit.expected) for each in units)
    found = expected - sum(len(each.missed) for each in units)
    lines = sum(len(each.draft.lines) for each in units)
    return {
        "units": len(units),
        "recall": _share(found, expected, 1),
        "least recall of a unit": min((each.recall for each in units), default=1),
        "precision": _share(found, found + sum(len(each.wrong) for each in units), 1),
        "forbidden": _share(
            sum(len(each.unit.forbidden & each.families) for each in units),
            sum(len(each.unit.forbidden) for each in units),
            0,
        ),
        "astray": _share(sum(len(each.astray) for each in units), lines, 0),
        "lines of a unit": _share(lines, len(units), 0),
    }


def is_good_enough(measures: dict[str, float]) -> bool:
    """Return whether the measures are what drafting is to reach."""
    return (
        measures["recall"] >= LEAST_RECALL
        and measures["least recall of a unit"] >= LEAST_RECALL_OF_A_UNIT
        and measures["precision"] >= LEAST_PRECISION
        and measures["forbidden"] <= MOST_FORBIDDEN
        and measures["astray"] == 0
    )


def is_said(description: str, because: str, absent: Sequence[str] = ()) -> bool:
    """Return whether some words stand in a description, at one place at least outside what is denied, gone or to come.

    That a company does something is said of the company.

    Args:
        absent: pieces of it that a person has marked as such, whatever drafting reads in them.
    """
    told = (Reading.SAID, Reading.BY_COMPANY)
    denied = [(each.start, each.end) for each in clauses_of(description) if each.reading not in told]
    denied += [(at, at + len(piece)) for piece in absent for at in _places(description, piece)]
    return any(
        not any(start < at + len(because) and at < end for start, end in denied) for at in _places(description, because)
    )


def _places(text: str, words: str) -> Iterator[int]:
    at = text.find(words) if words else -1
    while at >= 0:
        yield at
        at = text.find(words, at + 1)


def _share(part: float, whole: float, nothing: float) -> float:
    return round(part / whole, 4) if whole else nothing
