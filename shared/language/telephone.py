"""Words as people type them on a telephone (telephone.toml), written out: `cest koi le delai pr le DU stp`."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

_WORD = re.compile(r"(?<![\w'\u2019-])[a-z]{2,6}(?![\w'\u2019-])")
"""Small letters alone: `PR` and `TS` are acronyms."""


def written_out(question: str) -> str:
    """Return a question with its shortened words written out, and without those of politeness."""
    found = _WORD.sub(lambda match: _words().get(match[0], match[0]), question)
    return question if found == question else " ".join(found.split())


@cache
def _words() -> Mapping[str, str]:
    text = resources.files("shared.language").joinpath("telephone.toml").read_text(encoding="utf-8")
    words: Mapping[str, str] = tomllib.loads(text)["words"]
    return words
