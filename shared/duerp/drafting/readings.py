"""What the reader of clauses knows by name (readings.toml)."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from shared.duerp.drafting.words import singular


@dataclass(frozen=True, slots=True)
class Readings:
    """Phrases and words by what they do; words are folded and in the singular.

    Attributes:
        neutral: phrases that tell of no hazard.
        figures: phrases that tell of no hazard but of how people feel.
        protections: what may be missing without a hazard missing.
        general: heads that stand for what they are done with.
        taken_away: what is taken away in its ordinary course.
        everyday: words that are no typing error of a word of the lexicon.
    """

    neutral: Sequence[str]
    figures: Sequence[str]
    protections: frozenset[str]
    general: frozenset[str]
    taken_away: frozenset[str]
    everyday: frozenset[str]


@cache
def readings() -> Readings:
    """Return the shipped readings."""
    text = resources.files("shared.duerp.drafting").joinpath("readings.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    sets = {name: frozenset(map(singular, data[name])) for name in ("protections", "general", "taken_away", "everyday")}
    return Readings(neutral=data["neutral"], figures=data["figures"], **sets)
