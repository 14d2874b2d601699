"""Amounts of money as people write them."""

from decimal import Decimal

_NARROW = "\N{NARROW NO-BREAK SPACE}"
_MARKS = {"fr": (_NARROW, ","), "en": (",", "."), "de": (".", ",")}
"""Between thousands and before cents, by language. Source: Unicode CLDR."""


def amount(value: Decimal, language: str) -> str:
    """Return an amount in whole units where it has no cents, else with two digits; without the currency."""
    thousands, cents = _MARKS[language]
    digits = f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"
    return digits.translate({ord(","): thousands, ord("."): cents})
