"""The scale of a file as one of the unit, where the file tells all of it: values, directions, a formula. Pure."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from services.gateway.duerp.imports.words import name_of, text_of
from services.gateway.duerp.scales.model import rate
from shared.duerp.importing.preview import AXES
from shared.duerp.importing.scales import parted_value
from shared.errors import InvalidInput
from shared.http_api.duerp.imports import ImportedAxis, ImportedLine
from shared.http_api.duerp.scales import (
    MOST_VALUES,
    Axis,
    AxisValue,
    Calculation,
    Direction,
    Formula,
    Product,
    Quotient,
    Scale,
    WeightedSum,
    WeightedTerm,
)

_CONTROL = "control"
_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")
_LEAST_VALUES = 2
_LEAST_SAMPLES = 3
"""Lines whose level in figures bears a formula out: two products may be sums by chance (2 + 2)."""


def scale_of(told: Mapping[str, ImportedAxis], lines: Sequence[ImportedLine], names: Mapping[str, str]) -> Scale | None:
    """Return the scale that a file's lines are rated on; None where anything of it would have to be supposed.

    A formula is known when the levels of the lines, in figures, are what it gives, and no other one gives them.

    Args:
        names: what the scale and its axes are called.
    """
    used = [axis for axis in AXES if any(line.rating.get(axis) for line in lines)]
    axes = [_axis(axis, told[axis], names) for axis in used if axis in told]
    if not axes or len(axes) < len(used) or any(axis is None for axis in axes):
        return None
    known = [axis for axis in axes if axis is not None]
    found = [scale for scale in _candidates(known, names) if _is_borne_out(scale, lines)]
    return found[0] if len(found) == 1 else None


def values_of(scale: Scale, line: ImportedLine) -> dict[str, str] | None:
    """Return a line's rating in the words of the scale; None where one is not said or not of it."""
    values: dict[str, str] = {}
    for axis in scale.axes:
        number = _number(line.rating.get(axis.key))
        value = next((each.name for each in axis.values if each.weight == number), None)
        if value is None:
            return None
        values[axis.key] = value
    return values


def _axis(key: str, told: ImportedAxis, names: Mapping[str, str]) -> Axis | None:
    numbers = [_number(each.value) for each in told.values]
    known = [number for number in numbers if number is not None]
    if told.direction is None or len(set(known)) < len(numbers) or not _LEAST_VALUES <= len(known) <= MOST_VALUES:
        return None
    values = [
        AxisValue(name=name_of(each.value) or str(number), weight=number, meaning=text_of(each.label))
        for each, number in zip(told.values, known, strict=True)
    ]
    return Axis(key=key, name=names[key], direction=Direction(told.direction), values=values)


def _candidates(axes: Sequence[Axis], names: Mapping[str, str]) -> list[Scale]:
    """Return the scales that these axes may make; one whose result would have no direction is none."""
    others = [axis for axis in axes if axis.key != _CONTROL]
    control = next((axis for axis in axes if axis.key == _CONTROL), None)
    if not others or len({axis.direction for axis in others}) > 1:
        return []
    direction = others[0].direction
    formulas: list[Formula] = []
    if control is None or control.direction is direction:
        formulas = [
            Product(axes=[axis.key for axis in axes]),
            WeightedSum(terms=[WeightedTerm(axis=axis.key, factor=Decimal(1)) for axis in axes]),
        ]
    elif all(value.weight for value in control.values):
        formulas = [Quotient(over=[axis.key for axis in others], under=[_CONTROL])]
    part = "gross" if control is None else "residual"
    return [
        Scale.model_validate(
            {
                "name": names["scale"],
                "about": names["about"],
                "axes": axes,
                "direction": direction,
                part: Calculation(formula=each),
            }
        )
        for each in formulas
    ]


def _is_borne_out(scale: Scale, lines: Sequence[ImportedLine]) -> bool:
    samples = 0
    for line in lines:
        level, values = _number(line.level_as_written), values_of(scale, line)
        if level is None or values is None:
            continue
        try:
            score = rate(scale, scale.residual or scale.gross, values).score
        except InvalidInput:
            return False
        if score != level:
            return False
        samples += 1
    return samples >= _LEAST_SAMPLES


def _number(text: str | None) -> Decimal | None:
    """Return the exact number that a value is, or begins with: `3 - grave` is 3."""
    value = parted_value(text).value.replace(",", ".") if text else ""
    return Decimal(value) if _NUMBER.fullmatch(value) else None
