"""Words as people type and say them (telephone.toml), written out: `cest koi le delai pr le DU stp`, `on bosse`."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

_WORD = re.compile(
    r"(?<![\w'\u2019-])(?:(?P<named>(?:le|la|les|un|une|du|des|au|aux|ce|cette|mon|ma|notre)\s+)?)"
    r"(?P<word>[a-z]{2,7}|(?<!.)[A-Z][a-z]{3,6})(?![\w'\u2019-])"
)
"""Small letters alone: `PR` and `TS` are acronyms; so is what an article names (`le ds`).

A question's first word may have a capital (`Bosser tout seul`).
"""


def written_out(question: str) -> str:
    """Return a question with its shortened words written out, and without those of politeness."""
    found = " ".join(_WORD.sub(_whole, question).split())
    return found if found and found != " ".join(question.split()) else question


def _whole(match: re.Match[str]) -> str:
    word = match["word"]
    found = None if match["named"] else _words().get(word.lower())
    if found is None:
        return match[0]
    return found.capitalize() if word[0].isupper() else found


@cache
def _words() -> Mapping[str, str]:
    text = resources.files("shared.language").joinpath("telephone.toml").read_text(encoding="utf-8")
    words: Mapping[str, str] = tomllib.loads(text)["words"]
    return words
