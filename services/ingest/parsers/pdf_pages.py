"""Pages as a printer made them, turned back into text: words whole again, running heads and page numbers left out."""

import re
from collections import Counter
from collections.abc import Sequence

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
"""Of compounds that keep their hyphen in French."""

_DIGITS = re.compile(r"\d+")
_FEWEST_PAGES = 4
_EDGE = 3
_LONGEST = 150
_MOST_OF = 0.6


def mended(pages: Sequence[str]) -> list[list[str]]:
    """The lines of each page, words that were broken at a line's end made whole.

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
    """The pages without the lines that stand at the top or at the foot of most of them, numbers apart."""
    if len(pages) < _FEWEST_PAGES:
        return list(pages)
    tops = Counter(line for page in pages for line in {_likeness(line) for line in page[:_EDGE]})
    feet = Counter(line for page in pages for line in {_likeness(line) for line in page[-_EDGE:]})
    least = max(_FEWEST_PAGES, _MOST_OF * len(pages))
    running_tops = {line for line, count in tops.items() if count >= least}
    running_feet = {line for line, count in feet.items() if count >= least}
    stripped = [_stripped(page, running_tops, running_feet) for page in pages]
    return stripped if any(stripped) else list(pages)


def _stripped(page: list[str], tops: set[str], feet: set[str]) -> list[str]:
    last = len(page) - _EDGE
    return [
        line
        for place, line in enumerate(page)
        if not (place < _EDGE and _likeness(line) in tops) and not (place >= last and _likeness(line) in feet)
    ]


def _likeness(line: str) -> str:
    """A line without its numbers; a long one is text, and like no other."""
    return _DIGITS.sub("#", " ".join(line.split())) if len(line) <= _LONGEST else line
