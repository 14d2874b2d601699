"""What speaks for a field of a column that no pattern names: words of its header, what it holds, where it stands."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources

from shared.duerp.importing.dates import days_in
from shared.duerp.importing.families import match_family
from shared.duerp.importing.preview import AXES
from shared.duerp.importing.scales import number_of

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

_VAGUE_DAY = re.compile(
    r"(?:(?:\d{1,2}[/.])?(?:19|20)\d\d|[ts][1-4][ /-]?(?:20)?\d\d"
    r"|(?:fin |debut |mi-|courant )?(?:\d\w* (?:trim\w*|sem\w*)\.? )?"
    r"(?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
    r"|ete|automne|hiver|printemps|rentree)?"
    r" ?(?:20\d\d)?|immediat\w*|des que possible|(?:court|moyen|long) terme|permanent|en continu)"
)
_LEVEL = re.compile(
    r"(?:risque |niveau )?(?:tres )?(?:faible|moyen|moyenne|forte?|elevee?|moderee?|critique|importante?|mineur|majeur"
    r"|acceptable|inacceptable|tolerable|intolerable|negligeable|limite|low|medium|high|gering|mittel|hoch"
    r"|rouge|orange|jaune|verte?|bleue?|noire?|red|amber|yellow|green|prioritaire|a surveiller)s?"
)
_STATUS = re.compile(
    r"(?:a faire|en cours.*|faite?s?(?: le.*)?|realisee?s?.*|terminee?s?|soldee?|oui|non|ok|planifiee?"
    r"|non commencee?|abandonnee?|reportee?|en attente|\d{1,3} ?%)"
)
_PERSON = re.compile(
    r"(?:.*\b(?:responsables?|direct\w+|chefs?|cheffe|referente?|gestionnaire|conseill\w+|assistante?|medecin|secretaire|maire|adjoint\w*"
    r"|president\w*|proviseur|principale?|intendant\w*|cadre|technicien\w*|ingenieur\w*|coordin\w+|tresori\w+|encadrant\w*|gerante?"
    r"|prestataire|service [a-z]+|ap|acp|rh|drh|dst|dgs|du|cse|qhse|hse|cp)\b.*|(?:m\.|mme|mr) .+)"
)
_TO_DO = re.compile(
    r"(?:achat|achats|mise|installation|remplacement|formation|etude|recyclage|creation|renouvellement|acquisition|pose|sensibilisation"
    r"|redaction|amenagement|organisation|realisation|former|[a-z'-]{2,}(?:er|ir|re))\b.*"
)
_MONEY = re.compile(r".*\d ?(?:€|eur\w*|k€)|neant|0")
_OF_THE_DOCUMENT = re.compile(r"(?:visas?|validee?s?|vue?s?|signatures?|redigee?s?|verifiee?s?|approuvee?s?)\b")
"""What begins a column of who looked at a row, which is no person who is to do something."""

_CUT = re.compile(r"(?<![a-z])([a-z]{3,})\.")
_MOST_OF_A_NAME = 4
_ENOUGH = 0.6

_NOT_WORDS = -2.0
"""Of a text's field for a column that holds numbers, days or levels, and of a rating's for one that holds words."""

_TEXTS = frozenset({"family", "hazard", "situation", "harm", "existing_measures", "action", "who", "comment",
                    "work_unit", "place_premises", "place_activity"})  # fmt: skip
_RATINGS = frozenset({*AXES, "level", "priority"})


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
    """Return 1 for a word of the field at a header's beginning, .8 for the first of all fields' words, less behind."""
    first = _first_word(field, header)
    if first is None:
        return 0.0
    others = sum(1 for other in _patterns() if (place := _first_word(other, header)) is not None and place < first)
    return 1.0 if first == 0 else 0.8 - 0.2 * others


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
    return bool(values) and _share(values, lambda value: number_of(value) is not None) >= _ENOUGH


@lru_cache(20_000)
def by_contents(field: str, values: tuple[str, ...]) -> float:
    """Return what the texts of a column say for a field, or against it (below 0)."""
    if not values:
        return 0.0
    days, numbers, levels = (_share(values, each) for each in (_is_day, _is_rating, _LEVEL.fullmatch))
    if field == "due":
        return 0.8 if days >= _ENOUGH else _NOT_WORDS if numbers >= _ENOUGH else -0.5
    if field in _RATINGS:
        return (
            0.3 + 0.4 * (field == "level" and levels >= _ENOUGH)
            if max(numbers, levels) >= _ENOUGH
            else _of_words(field, values)
        )
    if field == "exposed_count":
        return 0.2 if _share(values, _is_rating) >= _ENOUGH else -0.5
    if field in _TEXTS and max(numbers, days, levels) >= _ENOUGH:
        return _NOT_WORDS
    return _of_kind(field, values)


def are_sentences(values: Sequence[str]) -> bool:
    """Return whether a column holds several words for the most part, as no number of a row does."""
    return bool(values) and _share(values, lambda value: len(re.findall(r"[a-z]{3,}", value)) > 1) >= _ENOUGH


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
    if field not in _KINDS:
        return 0.0
    test, enough, less = _KINDS[field]
    is_name = field != "who" or _share(values, _is_name) >= _ENOUGH
    return enough if is_name and _share(values, test) >= _ENOUGH else less


def _of_words(field: str, values: tuple[str, ...]) -> float:
    """Return 0 for an axis that is told in a word or two (`Très grave`), and what speaks against it else."""
    return 0.0 if field in AXES and _share(values, _is_short) == 1 else _NOT_WORDS


def _share(values: Sequence[str], test: Callable[[str], object]) -> float:
    return sum(bool(test(value)) for value in values) / len(values)


def _is_short(value: str) -> bool:
    return len(value.split()) <= 2  # noqa: PLR2004 - `tres grave`


def _is_name(value: str) -> bool:
    return len(value.split()) <= _MOST_OF_A_NAME


def _is_day(value: str) -> bool:
    return bool(days_in(value)) or bool(_VAGUE_DAY.fullmatch(value))


def _is_rating(value: str) -> bool:
    return number_of(value) is not None or (len(value) == 1 and value.isalpha())


def _names_family(value: str) -> bool:
    return bool(match_family(value).families)


_KINDS: Mapping[str, tuple[Callable[[str], object], float, float]] = {
    "status": (_STATUS.fullmatch, 0.75, -0.5),
    "who": (_PERSON.fullmatch, 0.75, 0.0),
    "family": (_names_family, 0.2, -0.6),
    "cost": (_MONEY.fullmatch, 0.5, 0.0),
    "action": (_TO_DO.fullmatch, 0.3, 0.0),
    "work_unit": (_is_name, 0.1, -0.6),
}
"""By field: what a text of it looks like, what most of them say for the field, and what speaks where they do not."""


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
