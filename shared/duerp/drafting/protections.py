"""Measures that a description says are there (protections.toml), to be confirmed: nobody has seen them.

One that is missing (`sans hotte`), out of order (`détecteur en panne`) or to come is none.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from shared.duerp.drafting.clauses import clauses_of
from shared.duerp.drafting.families import LANGUAGES
from shared.duerp.drafting.pieces import Reading
from shared.duerp.drafting.words import flat

MOST_CHARS = 160
"""Of the words that say so."""

_MISSING = re.compile(
    r"\b(?:sans|pas|aucune?|ni|jamais|plus|manque\w*|absen\w+|no|not|without|never|missing|lacks?|ohne|kein\w*|nicht|fehl\w+)\b"
)
_OUT_OF_ORDER = re.compile(
    r"\b(?:en\spanne|hors\s(?:service|d'usage)|hs|casse\w*|perime\w*|defectueu\w+|bouche\w*|vide|debranche\w*|insuffisan\w+|a\s(?:acheter|installer|prevoir|changer|remplacer)"
    r"|ne\s(?:marche|coule|fonctionne|sonne)\w*\s(?:pas|plus)|quand\s(?:elle|il)\s|parfois|out\sof\sorder|broken|flat|beeping|expired|defekt|kaputt|abgelaufen)\b"
)


@dataclass(frozen=True, slots=True)
class Protection:
    """A kind of measure: the families that it protects from, its principle in L4121-2, what it is called."""

    families: frozenset[str]
    rank: int
    words: re.Pattern[str]
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """A measure that a description says is there; `because`: its words, verbatim."""

    families: frozenset[str]
    rank: int
    what: str
    because: str


def protections_told(description: str, language: str) -> Sequence[Told]:
    """Return the measures that a description says are there, each once; linear in its length."""
    plain, found = flat(description), dict[int, Told]()
    for clause in clauses_of(description):
        text = plain[clause.start : clause.end]
        if clause.reading is not Reading.SAID or _MISSING.search(text) or _OUT_OF_ORDER.search(text):
            continue
        for number, each in enumerate(_protections()):
            if number not in found and each.words.search(text):
                because = _cut(description[clause.start : clause.end])
                found[number] = Told(each.families, each.rank, each.label[language], because)
    return list(found.values())


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARS else text[:MOST_CHARS].rsplit(maxsplit=1)[0]


@cache
def _protections() -> Sequence[Protection]:
    text = resources.files("shared.duerp.drafting").joinpath("protections.toml").read_text(encoding="utf-8")
    return [
        Protection(
            frozenset(row["families"]),
            row["rank"],
            re.compile(rf"\b(?:{'|'.join(map(_pattern, row['words']))})(?!\w)"),
            {each: row[each] for each in LANGUAGES},
        )
        for row in tomllib.loads(text)["protection"]
    ]


def _pattern(word: str) -> str:
    pattern = re.escape(word).replace(r"\ ", r"\s+")
    return pattern.removesuffix(r"\*") + r"\w*" if word.endswith("*") else pattern
