"""Divisions of a code named in words: `chapitre II du titre Ier du livre IV de la quatrième partie`. Pure.

Articles of the Code du travail are numbered by their place since 2008: the first digit is the part, then the book, the
title and the chapter (circular of its recodification). Hence `4412` of this chapter, and `441` of its title.
"""

from collections.abc import Sequence

from shared.references.numbers import digits, is_chapter, roman
from shared.references.tokens import Token

_LEVELS = {"partie": 0, "part": 0, "livre": 1, "book": 1, "titre": 2, "title": 2, "chapitre": 3, "chapter": 3}
_ORDINALS = {
    name: value
    for value, names in enumerate(
        (
            "premier premiere 1er ier 1ere iere first",
            "deuxieme second seconde",
            "troisieme third",
            "quatrieme fourth",
            "cinquieme fifth",
            "sixieme sixth",
            "septieme seventh",
            "huitieme eighth",
        ),
        start=1,
    )
    for name in names.split()
}
_LINKS = frozenset((",", "du", "de", "des", "la", "le", "l", "d", "'", ".", "(", ")", "of", "the", "-"))
_ENDINGS = frozenset(("er", "ere", "e", "eme"))
_LONGEST_PREFIX, _MOST_DIGIT = 4, 9
_FIRST_CHAPTERS = 6
"""Chapters of a title that are tried."""

_FIRST_OF_CHAPTER = ("L{}-1", "R{}-1", "L{}-2", "R{}-2", "L{}-3", "R{}-3", "D{}-1", "R{}-4", "R{}-5", "D{}-2")
_FIRST_OF_EACH = ("L{}-1", "R{}-1", "D{}-1")

BEGINNINGS = frozenset((*_LEVELS, *_ORDINALS))
"""Words that the name of a division begins with."""


def division(words: Sequence[Token], at: int) -> tuple[str, int] | None:
    """Return the digits that all articles of a division begin with, and the position behind its name.

    A name that does not go down from the part without a gap, or that ends with a book, means too many articles.
    """
    places: dict[int, int] = {}
    end = start = at
    while (level := _level(words, start)) is not None and level[0] not in places:
        places[level[0]], end = level[1], level[2]
        start = end
        while start < len(words) and words[start].text in _LINKS:
            start += 1
    known = "".join(str(places[each]) for each in sorted(places))
    if sorted(places) == list(range(len(places))) and len(places) >= _LONGEST_PREFIX - 1:
        return known, end
    return None


def chapter_number(words: Sequence[Token], at: int) -> tuple[str, int] | None:
    """Return the four digits of `chapitre 4412`, and the position behind them."""
    if _LEVELS.get(words[at].text) != _LONGEST_PREFIX - 1:
        return None
    number = digits(words, at + 1)
    if number is None or not is_chapter(number) or len(number.groups[0]) != _LONGEST_PREFIX:
        return None
    return number.groups[0], number.end


def first_articles(prefix: str) -> tuple[str, ...]:
    """Return the numbers that a chapter's first articles may have, or those of the chapters of a title."""
    if len(prefix) == _LONGEST_PREFIX:
        return tuple(each.format(prefix) for each in _FIRST_OF_CHAPTER)
    chapters = range(1, _FIRST_CHAPTERS + 1)
    return tuple(each.format(f"{prefix}{chapter}") for chapter in chapters for each in _FIRST_OF_EACH)


def _level(words: Sequence[Token], at: int) -> tuple[int, int, int] | None:
    """Return the level, its number and the position behind it of `chapitre II` or `quatrième partie`."""
    if at + 1 >= len(words):
        return None
    first, second = words[at].text, words[at + 1].text
    if first in _LEVELS:
        value = _value(words[at + 1])
        if not value:
            return None
        marked = at + 2 < len(words) and words[at + 2].text in _ENDINGS and not words[at + 2].spaced
        return _LEVELS[first], value, at + 2 + marked
    if first in _ORDINALS and second in _LEVELS:
        return _LEVELS[second], _ORDINALS[first], at + 2
    return None


def _value(word: Token) -> int:
    value = int(word.text) if word.is_number and len(word.text) == 1 else 0
    value = value or _ORDINALS.get(word.text, 0) or roman(word.text)
    return value if value <= _MOST_DIGIT else 0
