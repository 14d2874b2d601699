"""The one form in which a version is written down, so that its digest can be computed again in forty years.

It is RFC 8785 (JCS) for what we write: objects with ASCII names, arrays, strings, whole numbers, true, false, null.
Names are sorted, there is no white space, control characters alone are escaped. Decimal numbers are strings;
floating-point numbers, whose form is what RFC 8785 is long about, are refused. So these lines need no library that has
to live as long as a version.
"""

import hashlib
import json
from typing import Any

_MOST_EXACT = 2**53 - 1
_PLAIN = frozenset({str, bool, type(None)})


def canonical(value: Any) -> str:
    """Return the canonical JSON of a value.

    Raises:
        TypeError: something in it has no canonical form here.
    """
    _check(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _check(value: Any) -> None:
    """Refuse what has no canonical form. Types are compared, not matched: a version has 50,000 values."""
    kind = type(value)
    if kind in _PLAIN or (kind is int and abs(value) <= _MOST_EXACT):
        return
    if kind is dict:
        for name, each in value.items():
            if type(name) is not str or not name.isascii():
                raise TypeError("a name that is not ASCII")
            _check(each)
    elif kind is list:
        for each in value:
            _check(each)
    else:
        raise TypeError(f"no canonical form of {kind.__name__}")
