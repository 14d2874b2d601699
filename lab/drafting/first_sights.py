"""What words told of described units when they were first seen (first_sights.jsonl), weighed with likeness.

The lexicon knows the words of these units by now: what likeness adds to a description that nobody has read shows in
what words told of each before they were mended by it. `lines` and `absent` are families, `told` says whether a word
told anything of a clause, `hints` and `covered` are families that words hinted at or ruled out.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from services.standalone.evaluation.drafting import LEAST_RECALL_OF_A_UNIT
from shared.duerp.drafting.draft import MOST_QUIET, SCREENS
from shared.duerp.drafting.families import proposals
from shared.duerp.drafting.likeness import measured
from shared.duerp.drafting.second_reading import SURE
from shared.duerp.families import risk_families

Floats = npt.NDArray[np.float64]
Row = Mapping[str, Any]

FAMILIES = [each.id for each in risk_families()]
_SIGHTS = Path(__file__).with_name("first_sights.jsonl")
_L2 = 1.0
_ITERATIONS = 30


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of clauses, shape (clauses, families), and of their mean by both classifiers, shape (families,)."""

    clauses: Floats
    mean: Floats
    whole: Floats


@dataclass(frozen=True, slots=True)
class Measured:
    """A first sight, the unit's labels, and what the regression weighs by family."""

    sight: Row
    unit: Row
    candidates: Mapping[str, Mapping[str, float]]


@cache
def sights() -> list[Row]:
    return [json.loads(line) for line in _SIGHTS.read_text(encoding="utf-8").splitlines()]


def candidates(sight: Row, scores: Scores) -> dict[str, dict[str, float]]:
    """Return what the regression weighs of the families that words did not tell (as resemblance.py)."""
    found = {}
    for place, family in enumerate(FAMILIES):
        clauses = [at for at, each in enumerate(sight["clauses"]) if family not in each["covered"]]
        if clauses and family not in {*sight["lines"], *sight["absent"]}:
            found[family] = measured(
                scores=[float(scores.clauses[at, place]) for at in clauses],
                untold=[float(scores.clauses[at, place]) for at in clauses if not sight["clauses"][at]["told"]],
                mean=float(scores.mean[place]),
                whole=float(scores.whole[place]),
                hint=float(any(family in each["hints"] for each in sight["clauses"])),
                clauses=len(sight["clauses"]),
                lines=len({*sight["lines"]}),
            )
    return found


def weighed_by(units: Sequence[Measured]) -> dict[str, float]:
    """Return the coefficients of a logistic regression (L2, Newton's method); what is tolerated counts for nothing."""
    rows = [
        ([1.0, *values.values()], float(family in each.unit["expected"]), list(values))
        for each in units
        for family, values in each.candidates.items()
        if family not in each.unit["tolerated"]
    ]
    values, labels = np.array([row for row, _, _ in rows]), np.array([label for _, label, _ in rows])
    found = np.zeros(values.shape[1])
    penalty = np.diag([1e-6, *[_L2] * (len(found) - 1)])
    for _ in range(_ITERATIONS):
        likely = 1 / (1 + np.exp(-(values @ found).clip(-30, 30)))
        slope = values.T @ (likely - labels) + penalty @ found
        found -= np.linalg.solve((values * (likely * (1 - likely))[:, None]).T @ values + penalty, slope)
    return {name: round(float(value), 4) for name, value in zip(["constant", *rows[0][2]], found, strict=True)}


def measure(units: Sequence[Measured], least: float) -> None:
    """Print what words and both readers do on each set, the regression by the other sets."""
    names = dict.fromkeys(each.sight["set"] for each in units)
    both: list[tuple[Measured, list[str]]] = []
    for name in names:
        weighed = weighed_by([each for each in units if each.sight["set"] != name])
        of_set = [
            (each, [*each.sight["lines"], *_added(each, weighed, least)]) for each in units if each.sight["set"] == name
        ]
        print(f"{name:22}", *_measures([(each, each.sight["lines"]) for each, _ in of_set]), "|", *_measures(of_set))
        both += of_set
    print(f"{'all':22}", *_measures([(each, each.sight["lines"]) for each, _ in both]), "|", *_measures(both))


def _added(each: Measured, weighed: Mapping[str, float], least: float) -> list[str]:
    likely = {family: _likely(values, weighed) for family, values in each.candidates.items()}
    chosen = sorted((family for family in likely if likely[family] >= least), key=lambda family: -likely[family])
    lines, quiet = each.sight["lines"], proposals().quiet
    is_technical = SCREENS not in lines and any(likely[family] >= SURE and family not in quiet for family in chosen)
    if quiet.issuperset(lines) and not is_technical:
        chosen = [family for family in chosen if family in quiet or SCREENS not in lines]
        chosen = chosen[: max(0, MOST_QUIET - len(lines))]
    return chosen


def _likely(values: Mapping[str, float], weighed: Mapping[str, float]) -> float:
    return float(1 / (1 + np.exp(-weighed["constant"] - sum(weighed[name] * value for name, value in values.items()))))


def _measures(units: Sequence[tuple[Measured, Sequence[str]]]) -> Iterator[str]:
    """Generate units, recall, least recall, units under .6, precision, forbidden, lines of a unit."""
    expected = [{*each.unit["expected"]} for each, _ in units]
    proposed = [{*families} for _, families in units]
    found = [len(own & families) for own, families in zip(expected, proposed, strict=True)]
    recalls = [number / len(own) for number, own in zip(found, expected, strict=True)]
    wrong = sum(
        len(each - own - {*unit.unit["tolerated"]})
        for each, own, (unit, _) in zip(proposed, expected, units, strict=True)
    )
    forbidden = sum(len({*unit.unit["forbidden"]} & each) for each, (unit, _) in zip(proposed, units, strict=True))
    yield f"{len(units)}"
    yield f"{sum(found) / sum(map(len, expected)):.3f}"
    yield f"{min(recalls):.2f}"
    yield f"{sum(each < LEAST_RECALL_OF_A_UNIT for each in recalls)}"
    yield f"{sum(found) / max(1, sum(found) + wrong):.3f}"
    yield f"{forbidden / max(1, sum(len(unit.unit['forbidden']) for unit, _ in units)):.3f}"
    yield f"{sum(map(len, proposed)) / len(units):.1f}"
