"""Choice among the charsets of Western European text, by what stands within words.

A byte beyond ASCII is a letter in one charset and a sign in another: a charset is right where words have letters
inside, and signs stand where signs stand. A text that has signs within its words in every charset is refused, not
indexed.
"""

import re
from itertools import islice

_CANDIDATES = ("cp1252", "iso8859-15", "cp850", "mac_roman")
"""In order: the earlier one wins a tie. cp437 has the letters of French where cp850 has them."""

_FRENCH = frozenset("àâäæçéèêëîïôöœùûüÿÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜŸ")
_WESTERN = frozenset("áãåìíñòóõøúßšžýþðÁÃÅÌÍÑÒÓÕØÚŠŽÝÞ")
_TYPOGRAPHY = frozenset("\u00a0«»°€’‘“”–—…²³·•œ§µ±×÷½¼¾™©®¿¡£¥¢ªº¹´¨¸¶\u202f†‡‰‹›„")  # noqa: RUF001
_WITHIN_WORDS = frozenset("’·\u00ad")  # noqa: RUF001
_WORDS = frozenset("àÀ")
"""Letters that are words, beyond ASCII."""
_COMMON = frozenset("\u00a0«»°€’–—…²³•½µ±×")  # noqa: RUF001
_BEYOND = re.compile(r"[^\x00-\x7f]")
_MOST = 20_000
"""Characters beyond ASCII that are looked at: the rest of a file is of the same charset."""

_BAD_SHARE = 0.1


def western(data: bytes) -> str | None:
    """Return the text in the charset whose words are the most like words; None where no charset makes words."""
    best, best_score = None, 0.0
    for codec in _CANDIDATES:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        score = _score(text)
        if score is not None and (best is None or score > best_score + 1e-9):
            best, best_score = text, score
    return best


def _score(text: str) -> float | None:
    """Return the mean of the marks of a text's characters beyond ASCII, at most 1; None for no Western text."""
    marks = [_mark(text, match.start()) for match in islice(_BEYOND.finditer(text), _MOST)]
    if not marks:
        return 1.0
    bad = sum(mark < 0 for mark in marks)
    if bad > _BAD_SHARE * len(marks) or len(marks) * 3 > min(len(text), _MOST * 3):
        return None
    return sum(marks) / len(marks)


def _mark(text: str, at: int) -> float:
    character = text[at]
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if character in _FRENCH or character in _WESTERN:
        return _mark_of_letter(character, before, after)
    if character not in _TYPOGRAPHY:
        return -1.0
    if before.isalpha() and after.isalpha():
        return 1.0 if character in _WITHIN_WORDS else -1.0
    return 0.6 if character in _COMMON else 0.1


def _mark_of_letter(character: str, before: str, after: str) -> float:
    odd_case = (character.isupper() and before.islower()) or (
        before.isupper() and character.islower() and after.isupper()
    )
    if odd_case or _is_double(character, after):
        return -1.0
    value = 1.0 if character in _FRENCH else 0.3
    return value if before.isalpha() or after.isalpha() or character in _WORDS else 0.0


def _is_double(character: str, after: str) -> bool:
    """Return whether two characters are a trace of UTF-8 that was read as cp1252 (`Ã©` for `é`)."""
    return character in "ÃÂ" and bool(after) and (after in _TYPOGRAPHY or after in "¬¯¦ƒˆ˜ŒœŠšŽžŸ")  # noqa: RUF001
