"""The passages of one document: a page of them with the true count, and those that have somebody's words. Pure."""

import re
import unicodedata
from dataclasses import dataclass

PAGE = 200
"""Passages on a page."""

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Part:
    """Which passages of how many a page has, by number; `before`, `behind`: ordinals that lead to others."""

    first: int
    last: int
    total: int
    before: int | None
    behind: int | None


def begins_at(ordinal: int) -> int:
    """Return the ordinal of the first passage on the page that has this one."""
    return ordinal - ordinal % PAGE


def part_of(begins: int, shown: int, total: int) -> Part:
    """Return what a page shows.

    Args:
        begins: ordinal of its first passage; shown: how many it has; total: of the document.
    """
    end = begins + shown
    total = max(total, end)
    return Part(begins + 1, end, total, begins - PAGE if begins else None, end if end < total else None)


def marked(text: str, words: str) -> list[tuple[str, bool]]:
    """Return a text in pieces, each with whether it is one of the words that somebody looked for."""
    plain = "".join(map(_plain, text))
    wanted = {"".join(map(_plain, word)) for word in _WORD.findall(words)} - {""}
    if not wanted:
        return [(text, False)]
    pattern = re.compile("|".join(map(re.escape, sorted(wanted, key=len, reverse=True))))
    pieces: list[tuple[str, bool]] = []
    at = 0
    for found in pattern.finditer(plain):
        pieces += [(text[at : found.start()], False), (text[found.start() : found.end()], True)]
        at = found.end()
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]


def _plain(character: str) -> str:
    """Return a character without case and accent, always one: places stay where they are in the text."""
    if character.isascii():
        return character.lower()
    plain = unicodedata.normalize("NFD", character)[:1].lower()[:1]
    return "'" if plain == "\N{RIGHT SINGLE QUOTATION MARK}" else plain
