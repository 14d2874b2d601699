"""Amounts of money and other numbers as people write them."""

from decimal import Decimal

_NARROW = "\N{NARROW NO-BREAK SPACE}"
_MARKS = {"fr": (_NARROW, ","), "en": (",", "."), "de": (".", ",")}
"""Between thousands and before cents, by language. Source: Unicode CLDR."""


def amount(value: Decimal, language: str) -> str:
    """Return an amount in whole units where it has no cents, else with two digits; without the currency."""
    return number(value, language, 0 if value == value.to_integral_value() else 2)


def number(value: float | Decimal, language: str, digits: int | None = None) -> str:
    """Return a number with that many digits behind its mark; None: as many as it has, up to six."""
    thousands, cents = _MARKS[language]
    written = f"{value:,.{6 if digits is None else digits}f}"
    if digits is None:
        written = written.rstrip("0").removesuffix(".")
    return written.translate({ord(","): thousands, ord("."): cents})
