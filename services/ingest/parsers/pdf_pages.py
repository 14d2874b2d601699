"""Clean-up of printed pages: hyphenated words joined, running heads and page numbers removed."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice

_BROKEN = re.compile(r"([^\W\d_]+)[\ufffe\x02]\s*([^\W\d_]+|)")
"""PDFium puts U+FFFE where a hyphen ended a line."""

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_CLITICS = frozenset(
    {"je", "tu", "il", "elle", "on", "nous", "vous", "ils", "elles", "le", "la", "les", "lui", "leur", "moi", "toi"}
    | {"y", "en", "ce", "t", "ci", "là", "même", "mêmes"}
)
_FIRST_PARTS = frozenset(
    {
        "sous",
        "non",
        "demi",
        "mi",
        "semi",
        "ex",
        "quasi",
        "vice",
        "vis",
        "peut",
        "celui",
        "celle",
        "ceux",
        "celles",
        "au",
    }
)
"""First parts of French compounds that keep their hyphen."""

_DIGITS = re.compile(r"\d+")
_FEWEST_PAGES = 4
_EDGE = 3
_LONGEST = 150
_MOST_NUMBERS = 8
_MOST_OF = 0.6


def mended(pages: Sequence[str]) -> list[list[str]]:
    """Return the lines of each page, with words hyphenated at a line's end joined.

    A hyphen stays where French has one: before a pronoun (`est-il`), after the first part of a usual compound, before a
    capital, or where the document writes the same word with its hyphen elsewhere.
    """
    words = {word.lower() for page in pages for word in _WORD.findall(page)}

    def whole(match: re.Match[str]) -> str:
        left, right = match[1], match[2]
        if not right:
            return f"{left}-"
        return f"{left}-{right}" if _keeps_hyphen(left, right, words) else left + right

    return [_BROKEN.sub(whole, page).splitlines() for page in pages]


def _keeps_hyphen(left: str, right: str, words: set[str]) -> bool:
    if (left + right).lower() in words:
        return False
    if right[0].isupper() or right.lower() in _CLITICS or left.lower() in _FIRST_PARTS:
        return True
    return f"{left}-{right}".lower() in words


def without_repeats(pages: Sequence[list[str]]) -> list[list[str]]:
    """Return the pages without running heads and feet: lines repeated on most pages, page numbers aside.

    A running head stands beside text. Lines that would leave most of their pages empty are text themselves (a form of
    one numbered line a page), and a page that would be left empty stays as it is.
    """
    if len(pages) < _FEWEST_PAGES:
        return list(pages)
    numbered = list(enumerate(pages))
    tops, feet = _repeated(numbered)
    beside_text = _repeated(
        [(number, page) for number, page in numbered if _words(_stripped(page, number, tops, feet))]
    )
    tops, feet = tops & beside_text[0], feet & beside_text[1]
    stripped = [_stripped(page, number, tops, feet) for number, page in numbered]
    return [kept if _words(kept) else page for kept, page in zip(stripped, pages, strict=True)]


def _words(lines: Sequence[str]) -> bool:
    return any(map(str.strip, lines))


def _repeated(pages: Sequence[tuple[int, list[str]]]) -> tuple[set[str], set[str]]:
    """Return what is repeated at the top and at the foot of numbered pages."""
    return _running(pages, slice(_EDGE)), _running(pages, slice(-_EDGE, None))


def _running(pages: Sequence[tuple[int, list[str]]], edge: slice) -> set[str]:
    counts = Counter(
        likeness
        for number, page in pages
        for likeness in set[str]().union(*(_likenesses(line, number) for line in page[edge]))
    )
    least = max(_FEWEST_PAGES, _MOST_OF * len(pages))
    return {likeness for likeness, count in counts.items() if count >= least}


def _stripped(page: list[str], number: int, tops: set[str], feet: set[str]) -> list[str]:
    last = len(page) - _EDGE
    return [
        line
        for place, line in enumerate(page)
        if not (place < _EDGE and _likenesses(line, number) & tops)
        and not (place >= last and _likenesses(line, number) & feet)
    ]


def _likenesses(line: str, page: int) -> set[str]:
    """Return the forms of a line: plain, and with each of its numbers relative to the page's.

    Only a page number grows as the pages do: rows of a table that differ by their numbers are no running head. A long
    line is text, and like no other.
    """
    plain = " ".join(line.split())
    if len(plain) > _LONGEST:
        return {plain}
    numbers = islice(_DIGITS.finditer(plain), _MOST_NUMBERS)
    return {plain} | {f"{plain[: each.start()]}\0{int(each[0]) - page}\0{plain[each.end() :]}" for each in numbers}
