"""Words as people type them on a telephone (telephone.toml), written out: `cest koi le delai pr le DU stp`."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

_WORD = re.compile(
    r"(?<![\w'\u2019-])(?:(?P<named>(?:le|la|les|un|une|du|des|au|aux|ce|cette|mon|ma|notre)\s+)?)(?P<word>[a-z]{2,6})(?![\w'\u2019-])"
)
"""Small letters alone: `PR` and `TS` are acronyms; so is what an article names (`le ds`)."""


def written_out(question: str) -> str:
    """Return a question with its shortened words written out, and without those of politeness."""
    found = " ".join(_WORD.sub(_whole, question).split())
    return found if found and found != " ".join(question.split()) else question


def _whole(match: re.Match[str]) -> str:
    return match[0] if match["named"] else _words().get(match["word"], match[0])


@cache
def _words() -> Mapping[str, str]:
    text = resources.files("shared.language").joinpath("telephone.toml").read_text(encoding="utf-8")
    words: Mapping[str, str] = tomllib.loads(text)["words"]
    return words
