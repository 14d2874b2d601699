"""Classes by which the law names things and people that others name themselves (classes.toml)."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from shared.language.folding import folded
from shared.language.substances import asks_for_value

_ASKS = "asks"
"""The table of what is asked of things; each of its names is a table of what the law says then."""


def classes_of(question: str) -> list[str]:
    """Return the classes of what a question names, without those that it names itself.

    A substance whose value is asked for stands in a table by its own name, and its class would lead away from there.
    Of a thing of which something is asked that the law settles (who pays, on whose time), also what it says of that.
    """
    asked = folded(question).replace("\u2019", "'")
    tables = ("things", "people") if asks_for_value(question) else ("things", "people", "substances")
    named = [name for table in tables for name, pattern in _patterns()[table].items() if pattern.search(asked)]
    classes = [name for name in named if folded(name) not in asked]
    about = " ".join((asked, *map(folded, named)))
    for name, asks in _asks().items():
        if asks.search(asked):
            classes += [said for said, pattern in _patterns()[name].items() if pattern.search(about)]
    return classes


@cache
def _tables() -> Mapping[str, Mapping[str, Sequence[str]]]:
    text = resources.files("shared.language").joinpath("classes.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _patterns() -> Mapping[str, Mapping[str, re.Pattern[str]]]:
    tables = ((name, rows) for name, rows in _tables().items() if name != _ASKS)
    return {table: {name: _pattern(words) for name, words in rows.items()} for table, rows in tables}


@cache
def _asks() -> Mapping[str, re.Pattern[str]]:
    """Return what tells, in folded text, that a table of what the law says is asked for, by the table's name."""
    return {name: re.compile(rf"(?<!\w)(?:{'|'.join(ways)})(?!\w)") for name, ways in _tables()[_ASKS].items()}


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    escaped = (re.escape(word).replace(r"\#\ ", r"\d+\s?").replace(r"\-", "[- ]?") for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(escaped)})[sx]?(?!\w)")
