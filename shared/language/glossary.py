"""What a question in another language asks for, in the law's French (glossary.toml).

Its vector is near to French texts by itself; without these words the search by words, which is a third of the ranking,
finds nothing. Translation by a dictionary of the field: Hull and Grefenstette, "Querying across languages", SIGIR 1996.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from shared.language.folding import folded


def in_french(question: str, language: str) -> list[str]:
    """Return the French words of what a question in another language names, in the glossary's order."""
    asked = folded(question).replace("\u2019", "'").replace("ß", "ss")
    return [french for french, pattern in _glossary().get(language, {}).items() if pattern.search(asked)]


@cache
def _glossary() -> Mapping[str, Mapping[str, re.Pattern[str]]]:
    text = resources.files("shared.language").joinpath("glossary.toml").read_text(encoding="utf-8")
    return {
        language: {french: _pattern(words) for french, words in rows.items()}
        for language, rows in tomllib.loads(text).items()
    }


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    escaped = (re.escape(word).replace(r"\*", r"\w*").replace(r"\#\ ", r"\d+\s?") for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(escaped)})(?!\w)")
