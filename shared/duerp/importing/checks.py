"""What ratings and lines say together: values off the scale, levels against their product, the same line twice."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from shared.duerp.importing.preview import AXES, Axis, Finding, Line, ScaleValue
from shared.duerp.importing.scales import is_rating_word, number_of, parted_value
from shared.duerp.importing.values import has_level
from shared.duerp.importing.words import plain

_UNREADABLE = re.compile(r"[?x]+|.*\?.*|\d+\s*(?:ou|a|/|-|et)\s*\d+|.*\b(?:ou|/)\b.*")
_LETTER = re.compile(r"[a-f][+-]?")
_MOST_VALUES = 8
_ENDS = 2
_MAJORITY = 0.5
_NEARLY_ALL = 0.8
_FAR = 2.0
_LEAST_ROWS = 3
_PRECISION = 0.011
_BY_CONTROL = ("control", "control, up")

Formula = Callable[[Mapping[str, float]], float]
_FORMULAS: dict[str, Formula] = {
    "product": lambda rating: math.prod(value for axis, value in rating.items() if axis != "control"),
    "with control": lambda rating: math.prod(rating.values()),
    "by control": lambda rating: (
        math.prod(v for a, v in rating.items() if a != "control") / (rating["control"] or math.nan)
    ),
    "less control": lambda rating: math.prod(v for a, v in rating.items() if a != "control") * (1 - rating["control"]),
    "less control, up": lambda rating: math.ceil(
        math.prod(v for a, v in rating.items() if a != "control") * (1 - rating["control"]) - _PRECISION
    ),
    "sum": lambda rating: sum(value for axis, value in rating.items() if axis != "control"),
    "sum times gravity": lambda rating: (
        sum(v for a, v in rating.items() if a not in ("control", "gravity")) * rating["gravity"]
    ),
}  # fmt: skip


def rating_findings(
    lines: Sequence[Line],
    scale: Mapping[str, Axis],
    columns: Mapping[tuple[str, str], str],
    gross: Mapping[tuple[str, int], str],
) -> Iterator[Finding]:
    """Yield ratings that cannot be read, are off the scale, or contradict the written level.

    Args:
        columns: letter of a column by sheet and field.
        gross: levels before measures by sheet and row, of lines whose level is the one after them.
    """
    for axis in AXES:
        yield from _axis_findings(lines, axis, scale.get(axis, Axis()), columns)
    by_sheet: dict[str, list[Line]] = {}
    for line in lines:
        by_sheet.setdefault(line.sheet, []).append(line)
    for some in by_sheet.values():
        yield from _level_findings(some, columns)
        yield from _conflicts(some, columns, gross)


def _axis_findings(
    lines: Sequence[Line], axis: str, scale: Axis, columns: Mapping[tuple[str, str], str]
) -> Iterator[Finding]:
    written = [(line, value) for line in lines if (value := line.rating[axis]) is not None]
    numbers = Counter(number for _, value in written if (number := number_of(value)) is not None)
    words = Counter(plain(value) for _, value in written if number_of(value) is None)
    told = {plain(each.value) for each in scale.values}
    told |= {plain(each.label) for each in scale.values if each.label}
    known = [number for each in scale.values if (number := number_of(each.value)) is not None]
    for line, value in written:
        params = {"field": axis, "value": value[:120]}
        place = columns.get((line.sheet, axis))
        number = number_of(value)
        if number is None:
            if not _is_word_of_scale(plain(value), words, told, numbers.total()):
                yield Finding(line.sheet, line.row, place, "unreadable_rating", params)
        elif plain(value) not in told and _is_off(number, known, numbers):
            yield Finding(line.sheet, line.row, place, "out_of_scale", params)


def _level_findings(lines: Sequence[Line], columns: Mapping[tuple[str, str], str]) -> Iterator[Finding]:
    """Yield levels without a word, a number or a letter of one, where most of a sheet's levels have it."""
    written = [(line, level) for line in lines if (level := line.level_as_written)]
    odd = [(line, level) for line, level in written if not has_level(plain(level))]
    if len(written) < _LEAST_ROWS or 2 * len(odd) >= len(written):
        return
    for line, level in odd:
        place = next((columns[key] for each in _LEVELS if (key := (line.sheet, each)) in columns), None)
        yield Finding(line.sheet, line.row, place, "unreadable_rating", {"field": "level", "value": level[:120]})


def _is_word_of_scale(word: str, words: Counter[str], told: set[str], numbers: int) -> bool:
    if word in told:
        return True
    if numbers > words.total():
        return False  # a word among numbers has no place on their scale
    if all(_LETTER.fullmatch(each) for each in words):
        return True
    if _UNREADABLE.fullmatch(word) and not is_rating_word(word):
        return False
    if is_rating_word(word):
        return True
    return numbers == 0 and len(words) <= _MOST_VALUES and words[word] > 1


def _is_off(number: float, known: Sequence[float], numbers: Counter[float]) -> bool:
    """Return whether a number is none of the scale's, or, where the file has none, far beyond all others."""
    if number < 0:
        return True
    if len(known) == _ENDS and min(known) < number < max(known) and number.is_integer():
        return False  # a header that explains both ends says nothing of what lies between them
    if known:
        return number not in known and (number > max(known) or number < min(known) or len(known) > 1)
    if numbers[number] > 1 or numbers.total() <= 2 * _LEAST_ROWS:
        return False
    return number > _FAR * max(each for each in numbers if each != number)


def _conflicts(
    lines: Sequence[Line], columns: Mapping[tuple[str, str], str], gross: Mapping[tuple[str, int], str]
) -> Iterator[Finding]:
    rated = [
        (line, rating, level)
        for line in lines
        if (level := _level(gross.get((line.sheet, line.row), line.level_as_written))) is not None
        and len(rating := numbers_of(line)) > 1
    ]
    name = _formula_of([(rating, level) for _, rating, level in rated])
    is_residual = not gross and bool(lines) and (lines[0].sheet, "level_residual") in columns
    if name is None or (is_residual and not name.endswith(_BY_CONTROL)):
        return  # a level after measures is no product of the ratings before them
    for line, rating, level in rated:
        product = _value(_FORMULAS[name], rating)
        if product is not None and not _same(product, level):
            place = next((columns[key] for each in _LEVELS if (key := (line.sheet, each)) in columns), None)
            params = {
                "value": gross.get((line.sheet, line.row), line.level_as_written or ""),
                "computed": f"{product:g}",
            }
            yield Finding(line.sheet, line.row, place, "conflicting_rating", params)


_LEVELS = ("level_residual", "level", "level_gross", "priority")


def _level(text: str | None) -> float | None:
    """Return the number of a level; a rank such as `Priorité 1` is none, and a lone word neither."""
    match = re.fullmatch(r"(\d{1,5}(?:[.,]\d+)?)(?:\s*[-:(\u2013].*)?", (text or "").strip(), re.DOTALL)
    return float(match[1].replace(",", ".")) if match else None


def numbers_of(line: Line) -> dict[str, float]:
    return {axis: number for axis, value in line.rating.items() if (number := number_of(value)) is not None}


def follows(rated: Sequence[tuple[Mapping[str, float], float]]) -> bool:
    """Return whether numbers are what a formula makes of the ratings beside them, in nearly all rows of several."""
    if len(rated) < _LEAST_ROWS or len({level for _, level in rated}) < _ENDS:
        return False
    values = ([_value(formula, rating) for rating, _ in rated] for formula in _FORMULAS.values())
    hits = (
        sum(value is not None and _same(value, level) for value, (_, level) in zip(each, rated, strict=True))
        for each in values
    )
    return max(hits) >= _NEARLY_ALL * len(rated)


def _formula_of(rated: Sequence[tuple[Mapping[str, float], float]]) -> str | None:
    """Return the formula that most rows follow; with few rows of two axes the product, which nearly all files use."""
    best, most = None, 0
    for name, formula in _FORMULAS.items():
        hits = sum(
            value is not None and _same(value, level)
            for rating, level in rated
            if (value := _value(formula, rating)) is not None
        )
        if hits > most:
            best, most = name, hits
    if best and most >= _MAJORITY * len(rated):
        return best
    return "product" if 0 < len(rated) < _LEAST_ROWS and not most else None


def _value(formula: Formula, rating: Mapping[str, float]) -> float | None:
    try:
        value = formula(rating)
    except (KeyError, OverflowError):
        return None
    return value if math.isfinite(value) else None


def _same(value: float, level: float) -> bool:
    return abs(value - level) <= max(_PRECISION, 0.005 * abs(value))


def seen_values(lines: Sequence[Line], axis: str) -> list[ScaleValue]:
    """Return the values of an axis that lines have, where the file explains none."""
    values = Counter(value for line in lines if (value := line.rating[axis]) is not None and len(value) <= 40)  # noqa: PLR2004
    numbers = sum(times for value, times in values.items() if number_of(value) is not None)
    if 2 * numbers > values.total():
        values = Counter({value: times for value, times in values.items() if number_of(value) is not None})
    if not values or len(values) > 5 * _MOST_VALUES:
        return []
    found: dict[str, ScaleValue] = {}
    for value in values:
        parted = parted_value(value)
        if parted.value not in found or found[parted.value].label is None:
            found[parted.value] = parted
    return sorted(
        found.values(), key=lambda each: (number_of(each.value) is None, number_of(each.value) or 0, each.value)
    )
