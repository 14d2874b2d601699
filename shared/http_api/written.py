"""Whole numbers and days in one spelling: pydantic reads `1_0`, ` 10` and `10.0` as 10, and numbers as days since 1970.

In JSON a whole number is pydantic's StrictInt, a flag its StrictBool.
"""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator

_DIGITS = re.compile("0|-?[1-9][0-9]{0,18}")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _digits(value: Any) -> Any:
    """Return the number if it is one, or written in digits.

    Raises:
        ValueError: it is written otherwise.
    """
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("no whole number")


def _day(value: Any) -> Any:
    """Return the day if it is one, or written as a date without a time.

    Raises:
        ValueError: it is written otherwise.
    """
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    if is_day or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise ValueError("no day")


DIGITS = BeforeValidator(_digits)
"""Of a whole number of an address or a form, where all that is sent is text; it stands behind the bounds."""

Day = Annotated[date, BeforeValidator(_day)]
"""A day as `2026-03-01` (RFC 3339, full-date)."""
