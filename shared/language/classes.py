"""Classes by which the law names things that people name themselves (classes.toml)."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from shared.language.folding import folded
from shared.language.substances import asks_for_value


def classes_of(question: str) -> list[str]:
    """Return the classes of the things that a question names, without those that it names itself.

    A substance whose value is asked for stands in a table by its own name, and its class would lead away from there.
    """
    asked = folded(question).replace("\u2019", "'")
    tables = ("things",) if asks_for_value(question) else ("things", "substances")
    named = (each for table in tables for each in _patterns()[table].items())
    return [name for name, pattern in named if folded(name) not in asked and pattern.search(asked)]


@cache
def _patterns() -> Mapping[str, Mapping[str, re.Pattern[str]]]:
    text = resources.files("shared.language").joinpath("classes.toml").read_text(encoding="utf-8")
    return {
        table: {name: _pattern(words) for name, words in rows.items()} for table, rows in tomllib.loads(text).items()
    }


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})[sx]?(?!\w)")
