"""Substances: their numbers at the Chemical Abstracts Service (CAS), and questions for a value of theirs."""

import re

from shared.language.folding import folded

_CAS = re.compile(r"(?<![\d-])(\d{2,7})[-\u2010\u2011\u2013](\d\d)[-\u2010\u2011\u2013](\d)(?![\d-])")
_ASKS_FOR_VALUE = re.compile(r"\b(?:vleps?|vles?|vlct|vme|vlb|valeurs?|limites?|seuils?|concentrations?|ppm)\b")


def cas_numbers(text: str) -> list[str]:
    """Return the digits of each CAS number of a text, once each; a number whose check digit is wrong is none.

    The last digit is the sum of the others, each times its place from the right, modulo 10 (CAS Registry).
    """
    found: dict[str, None] = {}
    for first, second, check in _CAS.findall(text):
        digits = first + second
        if sum(place * int(digit) for place, digit in enumerate(reversed(digits), 1)) % 10 == int(check):
            found[digits + check] = None
    return [*found]


def asks_for_value(question: str) -> bool:
    """Return whether a question asks for a value, as of a limit: it means a thing's row, not what is said of it."""
    return _ASKS_FOR_VALUE.search(folded(question)) is not None


def is_word_for_value(word: str) -> bool:
    """Return whether a folded word is one that asks for a value."""
    return _ASKS_FOR_VALUE.fullmatch(word) is not None
