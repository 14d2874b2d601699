"""Raised and lowered characters and fractions in plain text: 10⁻⁶, m², CO₂, 1/2.

Unicode has raised and lowered digits and signs. What it has not is written with a caret (10^(0,5)). Letters
alone, as in 1er or Mme, read the same on the line.
"""

_MINUS = "\N{MINUS SIGN}"
_PLAIN = f"0123456789+-{_MINUS}=()"
_RAISED = str.maketrans(_PLAIN + "n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans(_PLAIN, "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")


def raised(text: str) -> str:
    """Return superscript text: in raised characters where Unicode has them, else after a caret."""
    core = text.strip()
    if not any(character.isdigit() or character in f"+-{_MINUS}" for character in core):
        return text
    if all(character in _PLAIN or character == "n" for character in core):
        return text.translate(_RAISED)
    return text.replace(core, f"^({core})") if core.isascii() or "," in core else text


def lowered(text: str) -> str:
    """Return subscript text, in lowered characters where Unicode has all of them, else as it is."""
    core = text.strip()
    if any(character.isdigit() for character in core) and all(character in _PLAIN for character in core):
        return text.translate(_LOWERED)
    return text


def fraction(above: str, below: str) -> str:
    """Return a fraction on one line, its terms in brackets where they are more than a number or a word."""
    terms = (words if words.replace(",", "").isalnum() else f"({words})" for words in (above.strip(), below.strip()))
    return "/".join(terms)
