"""Classes by which the law names things and people that others name themselves (classes.toml)."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from shared.language.folding import folded
from shared.language.substances import asks_for_value

_PAID = "paid"
_WHO_PAYS = (
    r"qui (?:me |nous |les? )?(?:pay|pai|fourni|achet|finance)\w*",
    r"a (?:ma|mes|notre|nos|sa|leur|la) (?:charge|frais)",
    r"de ma poche",
    r"gratuit\w*",
    r"rembours\w*",
    r"(?:reten|retien|retir|prelev|ponctionn|decompt)\w* (?:[\w'-]+ ){1,3}(?:paye|paie|salaire)",
    r"dedui\w*",
    r"factur\w*",
    r"(?:pas|jamais|non) pay\w*",
    r"(?:pay|pai)\w* (?:pas|jamais)",
    (
        r"(?:au|aux) (?:salarie|employe|travailleur|ouvrier|agent)\w* (?:de |d')(?:\w+ et )?"
        r"(?:pay|achet|lav|repar|entreten|nettoy|financ)\w*"
    ),
    r"(?:salaries?|employes?|travailleurs?|ouvriers?|elus?|agents?) (?:pay|pai|achet)\w*",
    r"(?:a qui|c'est a moi) (?:de |d')?pay\w*",
    r"(?:me |nous )?(?:faire|fait|fais|font) payer",
    r"(?:dois|doit|doivent|devons)(?:-\w+)? (?:les? |la |l')?(?:payer|acheter)",
)
_ASKS_WHO_PAYS = re.compile(rf"(?<!\w)(?:{'|'.join(_WHO_PAYS)})(?!\w)")
"""Asks who pays for something, in folded text."""


def classes_of(question: str) -> list[str]:
    """Return the classes of what a question names, without those that it names itself.

    A substance whose value is asked for stands in a table by its own name, and its class would lead away from there.
    Of a thing whose payment is asked for, also what the law says of that.
    """
    asked = folded(question).replace("\u2019", "'")
    tables = ("things", "people") if asks_for_value(question) else ("things", "people", "substances")
    named = [name for table in tables for name, pattern in _patterns()[table].items() if pattern.search(asked)]
    classes = [name for name in named if folded(name) not in asked]
    if _ASKS_WHO_PAYS.search(asked):
        about = " ".join((asked, *map(folded, named)))
        classes += [said for said, pattern in _patterns()[_PAID].items() if pattern.search(about)]
    return classes


@cache
def _tables() -> Mapping[str, Mapping[str, Sequence[str]]]:
    text = resources.files("shared.language").joinpath("classes.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _patterns() -> Mapping[str, Mapping[str, re.Pattern[str]]]:
    return {table: {name: _pattern(words) for name, words in rows.items()} for table, rows in _tables().items()}


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    escaped = (re.escape(word).replace(r"\#\ ", r"\d+\s?") for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(escaped)})[sx]?(?!\w)")
