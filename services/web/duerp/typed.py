"""What people type in fields of a form, as the models of a DUERP take it: a number is one, a choice a flag. Pure."""

import re

_DIGITS = re.compile("[0-9]{1,12}")
_FLAGS = {"yes": True, "no": False}


def typed_number(text: str) -> int | str:
    """Return the number that somebody has typed in digits, else their words, which are none."""
    return int(text) if _DIGITS.fullmatch(text) else text


def typed_flag(text: str) -> bool | str:
    """Return what somebody has chosen, else what was sent in its place, which is none."""
    return _FLAGS.get(text, text)
