"""Display of the numbers of list items and notes."""

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_MOST = 4000
_ALPHABET = 26
_RAISED = str.maketrans("0123456789ivxl", "⁰¹²³⁴⁵⁶⁷⁸⁹ⁱᵛˣˡ")


def roman(number: int) -> str:
    """Return a Roman number in lower case; a very large one in digits."""
    if not 0 < number < _MOST:
        return str(number)
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def letter(number: int) -> str:
    """Return a to z, then aa, bb ..., as word processors count."""
    if not 0 < number < _MOST:
        return str(number)
    return chr(ord("a") + (number - 1) % _ALPHABET) * ((number - 1) // _ALPHABET + 1)


def raised(mark: str) -> str:
    """Return a note's mark in superscript."""
    return mark.translate(_RAISED)
