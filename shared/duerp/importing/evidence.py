"""What speaks for a field of a column that no pattern names: words of its header, what it holds, where it stands."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources

from shared.duerp.importing.preview import AXES
from shared.duerp.importing.scales import is_rating_word
from shared.duerp.importing.values import (
    has_words,
    is_code,
    is_day,
    is_day_alone,
    is_level_word,
    is_money,
    is_name,
    is_number,
    is_person,
    is_rating,
    is_sentence,
    is_several_numbers,
    is_short,
    is_status,
    is_to_do,
    is_yes_or_no,
    names_family,
)

_ORDER: Mapping[str, int] = {
    name: place
    for place, names in enumerate((
        ("reference",), ("work_unit",), ("place_premises", "place_equipment", "place_activity", "place"), ("family",),
        ("hazard",), ("situation", "exposed_count"), ("harm",), (*AXES,), ("level", "level_gross", "priority"),
        ("existing_measures",), ("level_residual",), ("action",), ("who",), ("due",), ("cost", "indicator"),
        ("status",), ("comment",),
    ))
    for name in names
}  # fmt: skip
"""Where fields stand from left to right in most documents."""

_OF_THE_DOCUMENT = re.compile(r"(?:visas?|validee?s?|vue?s?|signatures?|redigee?s?|verifiee?s?|approuvee?s?)\b")
"""What begins a column of who looked at a row, which is no person who is to do something."""

_CUT = re.compile(r"(?<![a-z])([a-z]{3,})\.")
_TOGETHER = 0.3
_ENOUGH = 0.6
_NEARLY_ALL = 0.75
"""Of texts that name families below a header that tells nothing: what is to be done names dangers too."""


_NOT_WORDS = -2.0
"""Of a text's field for a column that holds numbers, days or levels, and of a rating's for one that holds words."""

_NOT_RATING_WORDS = -0.3
"""Of an axis for a column of words that rate nothing, however short."""

_TEXTS = frozenset({"family", "hazard", "situation", "harm", "existing_measures", "action", "who", "comment",
                    "work_unit", "place_premises", "place_activity"})  # fmt: skip
_RATINGS = frozenset({*AXES, "level", "level_gross", "level_residual", "priority"})
_LEVELS = frozenset({"level", "level_gross", "level_residual"})
_NAMED_WORDS = frozenset(
    {"family", "hazard", "situation", "harm", "existing_measures", "measures_any", "action", "who"}
)
"""Fields of words whose names are also said of ratings (`Conséquences` of 1 to 4) and of days."""

_RATED = 0.4


def score(field: str, header: str, values: Sequence[str], order: float) -> float:
    """Return how much speaks for a field: 1 for a header that begins with its word; contents and place add to it.

    Args:
        header: the folded header.
        values: distinct folded texts of the column.
        order: how well the field fits between its neighbours, as `order_of` gives it.
    """
    if _OF_THE_DOCUMENT.match(header):
        return 0.0
    return by_header(field, header) + by_contents(field, tuple(values)) + order


@lru_cache(20_000)
def by_header(field: str, header: str) -> float:
    """Return 1 for a word of the field at a header's beginning, .8 for the first of all fields' words, less behind.

    Words that are told together (`note nette`) say more than the first of them.
    """
    first = _first_word(field, header)
    if first is None:
        return 0.0
    others = sum(1 for other in _patterns() if (place := _first_word(other, header)) is not None and place < first)
    return (1.0 if first == 0 else 0.8 - 0.2 * others) + (_TOGETHER if _tells_several(field, header) else 0.0)


def _tells_several(field: str, header: str) -> bool:
    return any(found and " " in found[0] for pattern in _patterns()[field] for found in (pattern.search(header),))


@lru_cache(20_000)
def _first_word(field: str, header: str) -> int | None:
    """Return where the first word of a field stands in a header."""
    places = [found.start() for pattern in _patterns().get(field, ()) if (found := pattern.search(header))]
    places += [
        cut.start() for cut in _CUT.finditer(header) if any(each.startswith(cut[1]) for each in _words().get(field, ()))
    ]
    return min(places, default=None)


def are_numbers(values: Sequence[str]) -> bool:
    """Return whether a column holds numbers for the most part."""
    return bool(values) and _share(values, is_number) >= _ENOUGH


@lru_cache(20_000)
def by_contents(field: str, values: tuple[str, ...]) -> float:
    """Return what the texts of a column say for a field, or against it (below 0)."""
    if not values:
        return 0.0
    days, numbers, levels = (_share(values, each) for each in (is_day, is_rating, is_level_word))
    if field == "due":
        return 0.8 if days >= _ENOUGH else _NOT_WORDS if numbers >= _ENOUGH else -0.5
    if field in _RATINGS and max(numbers, levels) >= _ENOUGH:
        return 0.3 + 0.4 * (field == "level" and levels >= _ENOUGH)
    if field in _RATINGS:
        return _of_words(field, values)
    if field in _TEXTS and max(numbers, days, levels) >= _ENOUGH:
        return _NOT_WORDS
    return _of_kind(field, values)


@lru_cache(20_000)
def contradicts(field: str, values: tuple[str, ...]) -> bool:
    """Return whether texts are not of a field that a header names: numbers are no measures, and sentences no rating."""
    if not values:
        return False
    if field in AXES and _share(values, is_several_numbers) >= _ENOUGH:
        return True
    if field in ("control", "exposure", "frequency"):  # names of measures and situations too
        return _share(values, lambda value: is_rating(value) or is_rating_word(value)) < _RATED
    if field in _RATINGS:
        return _share(values, is_sentence) >= _ENOUGH or (field in _LEVELS and _are_yes_and_no(values))
    if field in _WHOLLY:
        return not _WHOLLY[field](values)
    kinds: tuple[Callable[[str], object], ...] = (is_day_alone, is_number, is_level_word)
    answers = len(values) > 1 and _are_yes_and_no(values)  # `À améliorer ?` over `oui` and `non`
    return field in _NAMED_WORDS and (answers or max(_share(values, each) for each in kinds) >= _ENOUGH)


def _are_yes_and_no(values: Sequence[str]) -> bool:
    """Return whether texts answer a question, in words: letters alone may be levels."""
    return all(map(is_yes_or_no, values)) and any(len(value) > 1 for value in values)


@lru_cache(20_000)
def are_codes(values: tuple[str, ...]) -> bool:
    """Return whether a column holds codes for the most part, one or several in a cell: `UT01`, `A1, A2`."""
    return bool(values) and _share(values, is_code) >= _ENOUGH


def are_sentences(values: Sequence[str]) -> bool:
    """Return whether a column holds several words for the most part, as no number of a row does."""
    return bool(values) and _share(values, has_words) >= _ENOUGH


def order_of(field: str, before: Sequence[str], after: Sequence[str]) -> float:
    """Return .2 for a field that stands where it does in most documents, less where its neighbours say otherwise.

    Args:
        before: fields of the columns in front of it, those that are known.
        after: fields of the columns behind it.
    """
    place = _ORDER.get(field)
    if place is None:
        return 0.0
    wrong = sum(_ORDER.get(each, place) > place for each in before[-2:]) + sum(
        _ORDER.get(each, place) < place for each in after[:2]
    )
    return 0.2 - 0.1 * wrong


def _of_kind(field: str, values: tuple[str, ...]) -> float:
    if field == "family":
        return _of_families(values)
    if field not in _KINDS:
        return 0.0
    test, enough, less = _KINDS[field]
    are_names = field != "who" or _share(values, is_name) >= _ENOUGH
    return enough if are_names and _share(values, test) >= _ENOUGH else less


def _of_families(values: tuple[str, ...]) -> float:
    """Return what speaks for a column of families: that nearly all of several texts name one tells it by itself."""
    share = _share(values, names_family)
    if share >= _NEARLY_ALL and len(values) > 1:
        return 0.7
    return 0.2 if share >= _ENOUGH else -0.6


def _of_words(field: str, values: tuple[str, ...]) -> float:
    """Return 0 for an axis that is told in a word or two (`Très grave`), and what speaks against it else."""
    if field not in AXES or _share(values, lambda value: is_short(value) or is_rating_word(value)) < 1:
        return _NOT_WORDS
    return 0.0 if _share(values, is_rating_word) >= _RATED else _NOT_RATING_WORDS


def _share(values: Sequence[str], test: Callable[[str], object]) -> float:
    return sum(bool(test(value)) for value in values) / len(values)


_KINDS: Mapping[str, tuple[Callable[[str], object], float, float]] = {
    "status": (is_status, 0.75, -0.5),
    "who": (is_person, 0.75, 0.0),
    "cost": (is_money, 0.5, 0.0),
    "action": (is_to_do, 0.3, 0.0),
    "exposed_count": (is_rating, 0.2, -0.5),
    "concerned": (is_yes_or_no, 0.5, _NOT_WORDS),
    "work_unit": (is_name, 0.1, -0.6),
}
"""By field: what a text of it looks like, what most of them say for the field, and what speaks where they do not."""


_WHOLLY: Mapping[str, Callable[[tuple[str, ...]], bool]] = {
    "concerned": lambda values: all(map(is_yes_or_no, values)),
    "comment": lambda values: not all(map(str.isdigit, values)),
    "reference": lambda values: not are_sentences(values),
}
"""By field: what all texts of it are, whatever a header says (`Note` over numbers is no remark)."""


@cache
def _patterns() -> Mapping[str, tuple[re.Pattern[str], ...]]:
    text = resources.files("shared.duerp.importing").joinpath("header_words.toml").read_text(encoding="utf-8")
    return {
        name: tuple(re.compile(rf"(?<![a-z0-9])(?:{each})(?![a-z0-9])") for each in patterns)
        for name, patterns in tomllib.loads(text).items()
    }


@cache
def _words() -> Mapping[str, tuple[str, ...]]:
    """Return the longer words of each field, which a header cuts short: `Dom.` is one of a harm or of a domain."""
    return {
        name: tuple(word for each in patterns for word in re.findall(r"[a-z]{5,}(?![a-z\\])", each.pattern))
        for name, patterns in _patterns().items()
    }


def fields() -> tuple[str, ...]:
    """Return the fields that evidence may name."""
    return tuple(_patterns())


def load() -> None:
    """Read the table, for a process that can read no file later."""
    _patterns()
