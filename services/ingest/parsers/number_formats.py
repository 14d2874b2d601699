"""French display of a workbook's numbers and dates (ECMA-376, 18.8.30 and 18.8.31).

A workbook stores 0.125 and the format `0.0%`, or 46331 and `dd/mm/yyyy`; people read, search and quote `12,5 %` and
`05/11/2026`. Formats say where digits go; which signs part them is the reader's: a comma for decimals, a narrow
no-break space for thousands.
"""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from itertools import dropwhile, takewhile

from services.ingest.parsers.date_formats import is_date_token, render_date

GENERAL = "General"

BUILT_IN = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "dd/mm/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm",
    21: "h:mm:ss", 22: "dd/mm/yyyy h:mm", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 45: "mm:ss",
    46: "[h]:mm:ss", 47: "mm:ss", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
"""Built-in formats, which a workbook names by number; some depend on the country, here France."""

_TOKEN = re.compile(
    r"""(?P<quoted>"[^"]*"?) | \\(?P<escaped>.) | _(?P<width>.) | \*. | (?P<elapsed>\[(?:h+|m+|s+)\])
    | \[\$(?P<currency>[^\]\-]*)[^\]]*\] | \[[^\]]*\] | (?P<noon>AM/PM|A/P) | (?P<general>General|Standard)
    | (?P<date>y+|m+|d+|h+|s+) | (?P<exponent>E[+-]) | (?P<digit>[0\#?]) | (?P<other>.)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_SECTION = re.compile(r'((?:"[^"]*"?|\\.|\[[^\]]*\]|[^;])*)(?:;|\Z)', re.DOTALL)
_THIN = "\u202f"
_GROUP = 3
_SIGNIFICANT = 10
_LARGEST = 10**15
_LONGEST_FORMAT = 200

Token = tuple[str, str]


def render(value: float, code: str, *, since_1904: bool = False) -> str:
    """Return a number in a format.

    Args:
        code: a format as workbooks store it; what is no format, or too long for one, counts as General.
        since_1904: dates count from 1904, as in workbooks of old Macintoshes.
    """
    tokens, signed = _section(code, 1 if value < 0 else 2 if value == 0 else 0)
    if any(is_date_token(kind) for kind, _ in tokens):
        shown = render_date(value, tokens, since_1904=since_1904)
        return general(value) if shown is None else shown
    digits = [text for kind, text in tokens if kind == "digit"]
    slash = _slash_of_fraction(tokens)
    if slash is not None:
        return _fraction(value, tokens, slash)
    if any(kind == "/" for kind, _ in tokens):
        return general(value)  # `km/h` behind a number, say: a word of its own, not understood here
    if any(kind in ("general", "@") for kind, _ in tokens) or not (digits or tokens):
        return general(value)
    try:
        shown = _number(Decimal(repr(abs(value))), tokens)
    except InvalidOperation:
        return general(value)
    return f"-{shown}" if value < 0 and not signed and any(c in "123456789" for c in shown) else shown


def hides(code: str) -> bool:
    """Return whether a format shows nothing of any value, as `;;;` does."""
    return len(code) > 1 and not code.strip("; ")


def general(value: float) -> str:
    """Return a number as a cell without format shows it."""
    if value == int(value) and abs(value) < _LARGEST:
        return str(int(value))
    text = f"{value:.{_SIGNIFICANT}g}"
    return text.replace("e", "E").replace(".", ",")


def _slash_of_fraction(tokens: Sequence[Token]) -> int | None:
    """Return where the slash of a fraction is: between places for digits, the number below it may be written."""
    for place, (kind, _) in enumerate(tokens):
        if kind == "/" and 0 < place < len(tokens) - 1 and tokens[place - 1][0] == "digit":
            below = tokens[place + 1]
            if below[0] == "digit" or below[1].strip().isdecimal():
                return place
    return None


def _fraction(value: float, tokens: Sequence[Token], slash: int) -> str:
    """Return a number as `1 1/2`: to as many digits below as the format has, or to the number that it names."""
    below = "".join(text for _, text in tokens[slash + 1 :]).strip()
    if below.isdecimal() and int(below):
        exact = Fraction(round(abs(value) * int(below)), int(below))
        above, under = exact.numerator * int(below) // exact.denominator, int(below)
    else:
        near = Fraction(abs(value)).limit_denominator(10 ** max(1, min(below.count("?") + below.count("#"), 3)) - 1)
        above, under = near.numerator, near.denominator
    whole, above = divmod(above, under)
    shown = " ".join(filter(None, [str(whole) if whole or not above else "", f"{above}/{under}" if above else ""]))
    return f"-{shown}" if value < 0 else shown


@lru_cache(512)
def _section(code: str, which: int) -> tuple[tuple[Token, ...], bool]:
    """Return the tokens for a positive (0), negative (1) or zero (2) value, and whether they include the sign."""
    if len(code) > _LONGEST_FORMAT:
        return (("general", ""),), False
    sections: list[str] = []
    for match in _SECTION.finditer(code):
        sections.append(match[1])
        if not match[0].endswith(";"):
            break  # the expression matches once more, with nothing, behind the last section
    sections = sections if code else [GENERAL]
    chosen = which if which < len(sections) else 0
    return tuple(_tokens(sections[chosen])), chosen == 1


def _tokens(section: str) -> list[Token]:
    found: list[Token] = []
    for match in _TOKEN.finditer(section):
        kind = match.lastgroup
        if kind is None:
            continue
        text = match[kind]
        if kind in ("quoted", "escaped", "currency"):
            found.append(("literal", text.strip('"') if kind == "quoted" else text))
        elif kind == "width":
            found.append(("literal", " "))
        elif kind == "other" and text not in ".,%@/":
            found.append(("literal", text))
        else:
            found.append((kind if kind != "other" else text, text))
    return found


def _number(value: Decimal, tokens: Sequence[Token]) -> str:
    places = [place for place, (kind, _) in enumerate(tokens) if kind == "digit"]
    if not places:
        return "".join(text for kind, text in tokens if kind in ("literal", "%")).strip()
    exponent = next((place for place, (kind, _) in enumerate(tokens) if kind == "exponent"), None)
    if exponent is not None:
        decimals = _decimals(tokens[:exponent])
        return f"{float(value):.{len(decimals)}E}".replace(".", ",")
    value *= 100 ** sum(kind == "%" for kind, _ in tokens)
    point = next((place for place, (kind, _) in enumerate(tokens) if kind == "."), len(tokens))
    for last in (places[-1], max([place for place in places if place < point], default=places[-1])):
        behind = takewhile(lambda token: token[0] == ",", tokens[last + 1 :])
        value /= 1000 ** sum(1 for _ in behind)
        if last > point or point == len(tokens):
            break
    decimals = _decimals(tokens)
    rounded = value.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    whole, _, fraction = f"{rounded:f}".partition(".")
    while fraction and decimals[len(fraction) - 1] != "0" and fraction.endswith("0"):
        fraction = fraction[:-1]
    return _laid_out(tokens, point, whole, fraction).strip()


def _decimals(tokens: Sequence[Token]) -> str:
    point = next((place for place, (kind, _) in enumerate(tokens) if kind == "."), len(tokens))
    return "".join(text for kind, text in tokens[point:] if kind == "digit")


def _laid_out(tokens: Sequence[Token], point: int, whole: str, fraction: str) -> str:
    """Fill digits into their places from the right, the first one takes the rest; literals keep their places."""
    places = [place for place in range(point) if tokens[place][0] == "digit"]
    grouped = any(tokens[place][0] == "," for place in range(places[0], places[-1])) if places else False
    zeros = len(list(dropwhile(lambda place: tokens[place][1] != "0", places)))  # all behind the first are shown
    digits = whole.lstrip("0").rjust(zeros, "0") if zeros or whole.strip("0") else ""
    after: list[str] = []
    for place in range(point - 1, -1, -1):
        kind, text = tokens[place]
        if kind == "digit" and place == places[0]:
            after.append(digits[::-1] if not grouped else "")
        elif kind == "digit" and not grouped:
            after.append(digits[-1:])
            digits = digits[:-1]
        elif kind in ("literal", "%"):
            after.append(_sign(text)[::-1])
        if kind == "digit" and grouped and place == places[-1]:
            after.append(_grouped(digits)[::-1])
    shown = "".join(after)[::-1]
    if fraction:
        shown += f",{fraction}"
    return shown + "".join(_sign(text) for kind, text in tokens[point:] if kind in ("literal", "%"))


def _sign(text: str) -> str:
    """Return a literal, with the French no-break space before a percent sign."""
    return "\u00a0%" if text == "%" else text


def _grouped(digits: str) -> str:
    first = len(digits) % _GROUP
    groups = [digits[:first], *(digits[at : at + _GROUP] for at in range(first, len(digits), _GROUP))]
    return _THIN.join(filter(None, groups))
