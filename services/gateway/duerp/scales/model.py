"""What a scale is and what a rating on it comes to. Pure, and exact: fractions, never floating-point numbers."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from itertools import pairwise
from math import prod
from typing import NamedTuple, assert_never

from shared.errors import InvalidInput
from shared.http_api.duerp.scales import (
    Axis,
    AxisValue,
    Calculation,
    Direction,
    Formula,
    Level,
    Product,
    Quotient,
    Scale,
    Table,
    WeightedSum,
)

_SCORE_PLACES = Decimal("0.000001")
_CONTEXT = Context(prec=120, rounding=ROUND_HALF_EVEN)


class Result(NamedTuple):
    """What a rating comes to. The score is rounded to six places, the level was found before that."""

    score: Decimal
    level: Level | None


# --- a scale ---------------------------------------------------------------------------------------------------------


def check(scale: Scale) -> None:
    """Refuse a scale that cannot be computed with.

    Raises:
        InvalidInput: an axis or value has the name of another, nothing is computed, a formula names an axis that there
            is not or divides by zero, a table lacks a result, or levels are not in ascending order.
    """
    keys = [axis.key for axis in scale.axes]
    if len(set(keys)) != len(keys):
        raise InvalidInput(reason="scale-axes")
    for axis in scale.axes:
        if len({value.name for value in axis.values}) != len(axis.values):
            raise InvalidInput(reason="scale-values", axis=axis.key)
    calculations = [each for each in (scale.gross, scale.residual) if each is not None]
    if not calculations:
        raise InvalidInput(reason="scale-without-formula")
    for calculation in calculations:
        _check_formula(scale, calculation.formula)
        _check_levels(scale, calculation.levels)


def axes_of(formula: Formula) -> tuple[str, ...]:
    """Return the keys of the axes that a formula reads, in its order."""
    match formula:
        case Product() | Table():
            return tuple(formula.axes)
        case Quotient():
            return (*formula.over, *formula.under)
        case WeightedSum():
            return (*(term.axis for term in formula.terms), *formula.times)
        case _:
            assert_never(formula)


def _check_formula(scale: Scale, formula: Formula) -> None:
    axes = {axis.key: axis for axis in scale.axes}
    used = axes_of(formula)
    for key in used:
        if key not in axes:
            raise InvalidInput(reason="scale-unknown-axis", axis=key)
    if len(set(used)) != len(used):
        raise InvalidInput(reason="scale-axis-twice")
    if isinstance(formula, Quotient) and any(value.weight == 0 for key in formula.under for value in axes[key].values):
        raise InvalidInput(reason="scale-zero")
    if isinstance(formula, Table) and len(formula.results) != prod(len(axes[key].values) for key in formula.axes):
        raise InvalidInput(reason="scale-table")


def _check_levels(scale: Scale, levels: Sequence[Level]) -> None:
    if len({level.name for level in levels}) != len(levels):
        raise InvalidInput(reason="scale-levels")
    for number, level in enumerate(levels):
        bounds = [bound for bound in (level.at_least, level.above) if bound is not None]
        if len(bounds) != (1 if number else 0):
            raise InvalidInput(reason="scale-levels")
        for condition in level.also_when:
            axis = _axis(scale, condition.axis)
            for name in condition.values:
                value_of(axis, name)
    if any(_begins(lower) >= _begins(higher) for lower, higher in pairwise(levels[1:])):
        raise InvalidInput(reason="scale-levels")


def _begins(level: Level) -> tuple[Decimal, bool]:
    """Where a level begins, and whether only behind that."""
    return (level.above, True) if level.above is not None else (level.at_least or Decimal(0), False)


# --- a rating on it --------------------------------------------------------------------------------------------------


def rate(scale: Scale, calculation: Calculation | None, values: Mapping[str, str]) -> Result:
    """Compute what a person's words come to. Nothing that they did not say is put in its place.

    Args:
        calculation: the scale's for gross or residual ratings.
        values: names of values by the key of their axis; the axes of the formula, and no others.

    Raises:
        InvalidInput: the scale has no such calculation, an axis is left out or too many, a value is unknown, or the
            table has no result for them.
    """
    if calculation is None:
        raise InvalidInput(reason="rating-not-of-scale")
    wanted = set(axes_of(calculation.formula)) | {each.axis for level in calculation.levels for each in level.also_when}
    if left_out := sorted(wanted - values.keys()):
        raise InvalidInput(reason="rating-incomplete", axis=left_out[0])
    if too_many := sorted(values.keys() - wanted):
        raise InvalidInput(reason="rating-unknown-axis", axis=too_many[0])
    score = _score(scale, calculation.formula, values)
    return Result(rounded(score), _level(scale, calculation.levels, score, values))


def without_measures(scale: Scale, gross: Mapping[str, str]) -> Result | None:
    """Compute the residual rating that the gross one leads to with no measure at all.

    What the residual formula asks beyond the gross one (a control, a coefficient) is then at its worst. With it a
    residual rating can be compared whose formula is another one: ours multiplies it by a control of 1 to 4.

    Returns:
        None where the scale has one of the two calculations alone, or the table no result.
    """
    if scale.gross is None or scale.residual is None:
        return None
    values = dict(gross)
    for key in axes_of(scale.residual.formula):
        values.setdefault(key, _worst(_axis(scale, key)).name)
    try:
        score = _score(scale, scale.residual.formula, values)
    except InvalidInput:
        return None
    return Result(rounded(score), None)


def is_lower(scale: Scale, score: Decimal, than: Decimal) -> bool:
    """Return whether a result is less bad than another one of the same calculation."""
    return score < than if scale.direction is Direction.HIGHER_IS_WORSE else score > than


def value_of(axis: Axis, name: str) -> AxisValue:
    """Return an axis' value of this name.

    Raises:
        InvalidInput: it has none.
    """
    found = next((value for value in axis.values if value.name == name), None)
    if found is None:
        raise InvalidInput(reason="rating-value", axis=axis.key)
    return found


def rounded(score: Fraction) -> Decimal:
    """Return a score as it is stored: six decimal places, half to even."""
    exact = _CONTEXT.divide(Decimal(score.numerator), Decimal(score.denominator))
    return exact.quantize(_SCORE_PLACES, context=_CONTEXT).normalize(_CONTEXT)


def _axis(scale: Scale, key: str) -> Axis:
    found = next((axis for axis in scale.axes if axis.key == key), None)
    if found is None:
        raise InvalidInput(reason="scale-unknown-axis", axis=key)
    return found


def _worst(axis: Axis) -> AxisValue:
    choose = max if axis.direction is Direction.HIGHER_IS_WORSE else min
    return choose(axis.values, key=lambda value: value.weight)


def _score(scale: Scale, formula: Formula, values: Mapping[str, str]) -> Fraction:
    def weight(key: str) -> Fraction:
        return Fraction(value_of(_axis(scale, key), values[key]).weight)

    match formula:
        case Product():
            return prod(map(weight, formula.axes), start=Fraction(1))
        case Quotient():
            return prod(map(weight, formula.over), start=Fraction(1)) / prod(map(weight, formula.under))
        case WeightedSum():
            total = sum((Fraction(term.factor) * weight(term.axis) for term in formula.terms), start=Fraction(0))
            return total * prod(map(weight, formula.times), start=Fraction(1))
        case Table():
            return _looked_up(scale, formula, values)
        case _:
            assert_never(formula)


def _looked_up(scale: Scale, table: Table, values: Mapping[str, str]) -> Fraction:
    place = 0
    for key in table.axes:
        axis = _axis(scale, key)
        place = place * len(axis.values) + axis.values.index(value_of(axis, values[key]))
    result = table.results[place]
    if result is None:
        raise InvalidInput(reason="rating-no-result")
    return Fraction(result)


def _level(scale: Scale, levels: Sequence[Level], score: Fraction, values: Mapping[str, str]) -> Level | None:
    """The worst level that the score or a condition reaches; the scale's direction says which end is the worst."""
    if not levels:
        return None
    reached = [0, *(number for number, level in enumerate(levels) if number and _is_reached(level, score))]
    by_condition = [
        number
        for number, level in enumerate(levels)
        if level.also_when and all(values[each.axis] in each.values for each in level.also_when)
    ]
    found = [max(reached), *by_condition]
    return levels[max(found) if scale.direction is Direction.HIGHER_IS_WORSE else min(found)]


def _is_reached(level: Level, score: Fraction) -> bool:
    bound, only_behind = _begins(level)
    return score > bound if only_behind else score >= bound
