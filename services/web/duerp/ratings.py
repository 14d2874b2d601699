"""Rating a line in words: what a form asks on each axis, without a default, and the rating that it gives. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.http_api.duerp.entries import Entry
from shared.http_api.duerp.scales import Axis, Calculation, Formula, Quotient, Rating, Scale, WeightedSum
from shared.language.names import one_line

GROSS, RESIDUAL = "gross", "residual"


class HalfRated(ValueError):
    """Some axes have a value and others none."""


@dataclass(frozen=True, slots=True)
class AskedAxis:
    """An axis as a form asks it: the field's name, the axis' name and question, its values, the one that was chosen."""

    field: str
    name: str
    question: str
    values: Sequence[tuple[str, str]]
    chosen: str


@dataclass(frozen=True, slots=True)
class AskedRating:
    """A rating as a form asks it, before or with measures, and what was said before."""

    which: str
    axes: Sequence[AskedAxis]
    level: str


def asked_ratings(scale: Entry[Scale], former: Mapping[str, Rating | None]) -> list[AskedRating]:
    """Return what a form asks of a line.

    Args:
        former: the ratings that it has, by `GROSS` and `RESIDUAL`.
    """
    asked = []
    for which, calculation in _calculations(scale.content).items():
        rating = former.get(which)
        axes = [_asked(which, axis, rating) for axis in _axes(scale.content, calculation)]
        asked.append(AskedRating(which, axes, one_line(rating.level or "") if rating else ""))
    return asked


def rated(scale: Entry[Scale], which: str, said: Mapping[str, str], former: Rating | None) -> Rating | None:
    """Return the rating that a form gives: the former one where nothing was changed, None where nothing is said.

    Raises:
        HalfRated: some axes have a value and others none.
    """
    calculation = _calculations(scale.content).get(which)
    if calculation is None:
        return former
    axes = _axes(scale.content, calculation)
    values = {axis.key: said.get(_field(which, axis), "") for axis in axes}
    if former is not None and values == {axis.key: _chosen(axis, former) for axis in axes}:
        return former
    if not any(values.values()):
        return None
    if not all(values.values()):
        raise HalfRated
    return Rating(scale=scale.id, version=scale.revision, values=values)


def _calculations(scale: Scale) -> dict[str, Calculation]:
    found = {GROSS: scale.gross, RESIDUAL: scale.residual}
    return {which: calculation for which, calculation in found.items() if calculation is not None}


def _axes(scale: Scale, calculation: Calculation) -> list[Axis]:
    """The axes that a calculation needs, in the scale's order."""
    conditions = [each.axis for level in calculation.levels for each in level.also_when]
    needed = {*_of_formula(calculation.formula), *conditions}
    return [axis for axis in scale.axes if axis.key in needed]


def _of_formula(formula: Formula) -> list[str]:
    if isinstance(formula, Quotient):
        return [*formula.over, *formula.under]
    if isinstance(formula, WeightedSum):
        return [*(term.axis for term in formula.terms), *formula.times]
    return list(formula.axes)


def _asked(which: str, axis: Axis, former: Rating | None) -> AskedAxis:
    values = [(each.name, one_line(each.meaning)) for each in axis.values]
    chosen = _chosen(axis, former) if former else ""
    return AskedAxis(_field(which, axis), one_line(axis.name), one_line(axis.question), values, chosen)


def _chosen(axis: Axis, former: Rating) -> str:
    """The value of the former rating, where the axis still has it."""
    value = former.values.get(axis.key, "")
    return value if value in {each.name for each in axis.values} else ""


def _field(which: str, axis: Axis) -> str:
    return f"{which}.{axis.key}"
