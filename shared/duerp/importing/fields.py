"""Fields that a column's header may mean (columns.toml, abbreviations.toml)."""

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from functools import cache, lru_cache
from importlib import resources

_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
_WORD = re.compile(r"\b([a-z]+)\b\.?")
_NUMBERED = re.compile(r"^(?:\d{1,2} ?[.):\u00b0-]+|[a-mo-z] ?(?:[):]|-(?= ))) ?(?=[a-z])")
"""A number in front of a label, as `3. Gravité` and `B - Danger`."""

_OF_A_YEAR = re.compile(r"(?<=[a-z.]) (?:en |de |pour )?(?:19|20)\d\d$")
_AMBIGUOUS_ALONE = frozenset({"act", "act."})
"""Heads that other words beside them decide: an action or an activity."""

_SIGNS = " :*-\u2013?/\u2022\u25cf"
_EDGES = " :*.-\u2013?/\u2022\u25cf"


@lru_cache(20_000)
def fields_of(label: str) -> tuple[str, ...]:
    """Return the fields that a folded label may mean, the likeliest first."""
    return tuple(field for field, _ in ranked_fields(label))


@lru_cache(20_000)
def ranked_fields(label: str) -> tuple[tuple[str, int], ...]:
    """Return fields with the place of the pattern that fits: a lower one is the more usual name."""
    short = undecorated(label).strip(_EDGES)
    return _ranked({short, label.strip(_EDGES)} - {""}) or _ranked({_written_out(short)} - {short})


@lru_cache(20_000)
def undecorated(label: str) -> str:
    """Return a folded label without brackets, signs, a number in front and a year behind; cut words keep their dot."""
    words = _NUMBERED.sub("", " ".join(_BRACKETS.sub(" ", label).split()).strip(_SIGNS))
    return _OF_A_YEAR.sub("", words)


def _written_out(label: str) -> str:
    """Return a label with the words written out that are cut short in it: `mes. exist.` is `mesures existantes`."""
    if label in _AMBIGUOUS_ALONE:
        return label
    return _WORD.sub(lambda word: _abbreviations().get(word[1], word[0]), label)


def _ranked(names: Collection[str]) -> tuple[tuple[str, int], ...]:
    found: list[tuple[str, int]] = []
    if not any(map(_any_pattern().fullmatch, names)):
        return ()
    for field, patterns in _patterns():
        if not any(map(_pattern_of(field).fullmatch, names)):
            continue
        rank = next((at for at, each in enumerate(patterns) if any(map(each.fullmatch, names))), None)
        if rank is not None:
            found.append((field, rank))
    return tuple(found)


@cache
def _patterns() -> tuple[tuple[str, tuple[re.Pattern[str], ...]], ...]:
    text = resources.files("shared.duerp.importing").joinpath("columns.toml").read_text(encoding="utf-8")
    return tuple((name, tuple(map(re.compile, patterns))) for name, patterns in tomllib.loads(text).items())


@cache
def _any_pattern() -> re.Pattern[str]:
    """Return all patterns as one: nearly every text that is asked about is a cell of a row, and no header."""
    return _joined(each for _, patterns in _patterns() for each in patterns)


@cache
def _pattern_of(field: str) -> re.Pattern[str]:
    """Return the patterns of a field as one: a cell that begins as a header does (`Situation 12`) fits few of them."""
    return _joined(dict(_patterns())[field])


def _joined(patterns: Iterable[re.Pattern[str]]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each.pattern})" for each in patterns) or r"(?!)")


@cache
def _abbreviations() -> Mapping[str, str]:
    text = resources.files("shared.duerp.importing").joinpath("abbreviations.toml").read_text(encoding="utf-8")
    return {word: str(whole) for word, whole in tomllib.loads(text).items()}


def load() -> None:
    """Read the tables, for a process that can read no file later."""
    _any_pattern()
    for field, _ in _patterns():
        _pattern_of(field)
    _abbreviations()


def field_names() -> frozenset[str]:
    """Return the names of all fields that a column may be taken for."""
    return frozenset(name for name, _ in _patterns())
