"""Where words of a passage stand in the picture of their page. Pure."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate

from shared.contracts.page_pictures import PageWord

_FEWEST = 3
"""Words in a row that are marked where the whole is not found as it stands."""

_MOST_PIECES = 20
_LEAST_PART = 0.5
"""Of the words, that must be found: else it is another page's picture, as of a file within the file."""

_MOST_PAIRS = 50_000
"""Pairs of equal words, one of the page and one of the quote, that are compared in a round: some tens of milliseconds.

A printed page has some thousands with a passage of it; who writes one word ten thousand times would hold up others.
"""

_MARGIN = 2.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A box over words of one line, pixels from the upper left corner."""

    left: float
    top: float
    width: float
    height: float


def marks_of(words: Sequence[PageWord], quote: str) -> list[Mark]:
    """Return the boxes over the words of a quote, a line each; none where less than half of it stands there.

    Letters and digits alone are compared: a page parts words at its lines' ends, and has its own spaces.
    """
    return [_mark(line) for line in _lines(_found(words, quote))]


def _found(words: Sequence[PageWord], quote: str) -> list[PageWord]:
    spelled = [_letters(word.text) for word in words]
    wanted = _letters(quote)
    if not wanted:
        return []
    at = "".join(spelled).find(wanted)
    if at >= 0:
        ends = list(accumulate(map(len, spelled)))
        starts = (end - len(each) for end, each in zip(ends, spelled, strict=True))
        places = zip(words, starts, ends, strict=True)
        return [word for word, start, end in places if start < at + len(wanted) and end > at and end > start]
    return _pieces(words, spelled, [letters for word in quote.split() if (letters := _letters(word))])


def _pieces(words: Sequence[PageWord], spelled: Sequence[str], wanted: Sequence[str]) -> list[PageWord]:
    """Return the words that stand in rows of some, longest first: the page has an order of its own."""
    counts, asked_for = Counter(spelled), Counter(wanted)
    if sum(counts[word] * times for word, times in asked_for.items()) > _MOST_PAIRS:
        return []
    here: list[str | None] = list(spelled)
    asked: list[str | object] = list(wanted)
    found: list[int] = []
    for _ in range(_MOST_PIECES):
        block = SequenceMatcher(None, here, asked, autojunk=False).find_longest_match()
        if block.size < min(_FEWEST, len(wanted)):
            break
        found += range(block.a, block.a + block.size)
        here[block.a : block.a + block.size] = [None] * block.size
        asked[block.b : block.b + block.size] = [object() for _ in range(block.size)]
    return [words[place] for place in sorted(found)] if len(found) >= len(wanted) * _LEAST_PART else []


def _lines(words: Sequence[PageWord]) -> Iterator[list[PageWord]]:
    line: list[PageWord] = []
    for word in words:
        if line and not _is_beside(line[-1], word):
            yield line
            line = []
        line.append(word)
    if line:
        yield line


def _is_beside(before: PageWord, word: PageWord) -> bool:
    """Whether a word goes on in the line: it overlaps in height, and begins where the one before ends or soon after."""
    height = max(before.bottom - before.top, word.bottom - word.top, 1.0)
    overlap = min(before.bottom, word.bottom) - max(before.top, word.top)
    return overlap > 0 and -height < word.left - before.right < 2 * height


def _mark(line: Sequence[PageWord]) -> Mark:
    left, top = min(word.left for word in line) - _MARGIN, min(word.top for word in line) - _MARGIN
    right, bottom = max(word.right for word in line) + _MARGIN, max(word.bottom for word in line) + _MARGIN
    return Mark(left, top, right - left, bottom - top)


def _letters(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKD", text).casefold() if each.isalnum())
