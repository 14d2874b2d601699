"""Acronyms and short names of the field (acronyms.toml), and the words that they stand for."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

_WORD = re.compile(r"(?<!\w)(?:(?:[A-Za-z]\.){2,9}|[A-Za-z][A-Za-z0-9]{1,9}(?!\w))")


def meanings(text: str, *, small: bool = False) -> list[str]:
    """Return the words that the acronyms of a text stand for, in order, once each.

    Args:
        small: also of those written in small letters, as a question in haste has them.
    """
    known, capitals = _acronyms()
    found: dict[str, None] = {}
    for match in _WORD.finditer(text):
        word = match[0].replace(".", "")
        name = word.removesuffix("s") if word[:-1].isupper() else word
        mixed = sum(map(str.isupper, name)) > 1  # `EvRP`, `F3Sct`
        if not name.isupper() and not mixed and not (small and name.islower() and name.upper() not in capitals):
            continue
        found.update(dict.fromkeys(known.get(name.upper(), ())))
    return [*found]


@cache
def _acronyms() -> tuple[Mapping[str, tuple[str, ...]], frozenset[str]]:
    """Return the meanings of each acronym, and those that are acronyms in capitals alone."""
    text = resources.files("shared.language").joinpath("acronyms.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    return {name: tuple(words) for name, words in table["meanings"].items()}, frozenset(table["capitals"])
