"""Parts of an article: `9°`, `al. 1`, `premier alinéa`, `I`, `§ 2`, `a)`."""

from collections.abc import Sequence

from shared.references.numbers import roman
from shared.references.tokens import DEGREE, Token

_ORDINALS = frozenset(
    [
        "premier",
        "premiere",
        "deuxieme",
        "second",
        "seconde",
        "troisieme",
        "quatrieme",
        "cinquieme",
        "sixieme",
        "septieme",
        "huitieme",
        "neuvieme",
        "dixieme",
        "dernier",
        "derniere",
    ]
)
_UNITS = frozenset(
    ["alinea", "alineas", "al", "paragraphe", "par", "phrase", "point", "paragraph", "absatz", "abs", "§"]
)
_ENDINGS = frozenset(["e", "er", "ere", "eme", "ieme", "o"])
_OPEN = frozenset((",", "(", "-", "."))
_BOUNDARY_WORDS = frozenset(["du", "de", "des", "d", "et", "ou", "a", "au", "and", "of", "code", "csp", "und"])
_BOUNDARY_SIGNS = frozenset('?!.,;:)\u00bb"')
_MOST = 3
_LONGEST_BARE = 2


def part_behind(words: Sequence[Token], at: int, *, bare: bool) -> int:
    """Return the position behind the parts that follow a number; `at` where there are none.

    Args:
        bare: whether digits alone may be one (`L. 4121-2 9`).
    """
    for _ in range(_MOST):
        end = _one_part(words, at, bare=bare)
        if end == at:
            break
        at, bare = end, False
    return at


def _one_part(words: Sequence[Token], at: int, *, bare: bool) -> int:
    start = at
    opened = False
    while start < len(words) and start - at < 2 and words[start].text in _OPEN:  # noqa: PLR2004 - `, (`
        opened = opened or words[start].text == "("
        start += 1
    end = named_part(words, start)
    if end == start:
        end = _loose_part(words, start, bare=bare and start == at)
    if end == start:
        return at
    closes = end < len(words) and words[end].text == ")" and opened
    return end + closes


def named_part(words: Sequence[Token], at: int) -> int:
    """Return the position behind a part that says that it is one: `9°`, `al. 1`, `premier alinéa`."""
    if at >= len(words):
        return at
    if words[at].is_number:
        return _numbered(words, at)
    if words[at].text in _ORDINALS and _text(words, at + 1) in _UNITS:
        return at + 2
    if words[at].text in _UNITS:
        behind = at + 1 + (_text(words, at + 1) == ".")
        if behind < len(words) and (words[behind].is_number or roman(words[behind].text)):
            return _numbered(words, behind) if words[behind].is_number else behind + 1
    return at


def _numbered(words: Sequence[Token], at: int) -> int:
    """`9°`, `9° alinéa`, `1er alinéa`; behind a unit the number alone."""
    after_unit = at > 0 and (words[at - 1].text in _UNITS or words[at - 1].text == ".")
    end, marked = at + 1, False
    if _text(words, end) == DEGREE or (_text(words, end) in _ENDINGS and not words[end].spaced):
        end, marked = end + 1, True
    if _text(words, end) in _UNITS:
        end, marked = end + 1, True
    return end if marked or after_unit else at


def _loose_part(words: Sequence[Token], at: int, *, bare: bool) -> int:
    """`I` or `a)`, and `9` alone where nothing but an end follows."""
    if at >= len(words):
        return at
    token = words[at]
    if token.is_word and _text(words, at + 1) == ")" and (len(token.text) == 1 or roman(token.text)):
        return at + 2
    if token.is_word and token.is_capital and roman(token.text) and is_boundary(words, at + 1, also="-."):
        return at + 1
    if bare and token.is_number and len(token.text) <= _LONGEST_BARE and token.spaced and is_boundary(words, at + 1):
        return at + 1
    return at


def is_boundary(words: Sequence[Token], at: int, also: str = "") -> bool:
    """Return whether a number that stands alone ends there: what follows is no thing that it counts."""
    if at >= len(words):
        return True
    return words[at].text in _BOUNDARY_SIGNS or words[at].text in also or words[at].text in _BOUNDARY_WORDS


def _text(words: Sequence[Token], at: int) -> str:
    return words[at].text if at < len(words) else ""
