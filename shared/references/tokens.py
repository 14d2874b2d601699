"""Words, numbers and signs of a text, each with its place, whatever width or spelling its characters have.

Linear in the length of the text: one pass folds each character, one expression without alternatives that overlap cuts.
"""

import re
import unicodedata
from typing import NamedTuple

HYPHEN = "-"
DEGREE = "\u00b0"
_HYPHENS = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\ufe58\ufe63\uff0d"
_DEGREES = "\u00b0\u00ba\u02da\u1d52"
_APOSTROPHES = "'\u2019\u2018\u02bc\u0060\u00b4\uff07"
_UNSEEN = frozenset({"Cf", "Cc", "Mn", "Me", "Cs", "Co", "Cn"})
_GONE = "\x00"
_TOKEN = re.compile(r"(?P<number>[0-9]+)|(?P<word>[^\W0-9_]+)|\S")


class Token(NamedTuple):
    """A word, a number or one sign.

    Attributes:
        text: small letters without accents; every hyphen is `-`, every apostrophe `'`, every degree sign `°`.
        start: of its first character in the text that was read.
        end: behind its last one.
        spaced: there is white space before it, or nothing.
        is_number: it is made of digits.
        is_word: it is made of letters.
        is_capital: it begins with a capital letter.
    """

    text: str
    start: int
    end: int
    spaced: bool
    is_number: bool
    is_word: bool
    is_capital: bool


def _folded(character: str) -> str:
    """Return one character for one, `_GONE` for what nobody sees."""
    if character in _HYPHENS:
        return HYPHEN
    if character in _DEGREES:
        return DEGREE
    if character in _APOSTROPHES:
        return "'"
    if character.isspace():
        return " "
    if unicodedata.category(character) in _UNSEEN:
        return _GONE
    base = unicodedata.normalize("NFKD", character)[:1].lower()
    return base if len(base) == 1 else character


class _Folding(dict[int, str]):
    """The table of `str.translate`, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _folded(chr(code))
        return folded


_FOLDING = _Folding()


def tokens(text: str) -> list[Token]:
    """Return the tokens of a text, in order."""
    plain = text.translate(_FOLDING)
    places: list[int] | None = None
    if _GONE in plain:
        places = [at for at, character in enumerate(plain) if character != _GONE]
        plain = plain.replace(_GONE, "")
    found: list[Token] = []
    before = -1
    for match in _TOKEN.finditer(plain):
        start, end = match.span()
        first, last = (places[start], places[end - 1] + 1) if places else (start, end)
        kind = match.lastgroup
        is_capital = kind == "word" and unicodedata.normalize("NFKC", text[first])[:1].isupper()
        found.append(Token(match[0], first, last, start != before, kind == "number", kind == "word", is_capital))
        before = end
    return found
