"""Clean-up of printed pages: hyphenated words joined, running heads and page numbers removed."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice, takewhile

from services.ingest.parsers.pdf_outline import Stretch
from shared.contracts.passages import CELL

_BROKEN = re.compile(r"([^\W\d_]+)[\ufffe\x02]\s*([^\W\d_]+|)")
"""PDFium puts U+FFFE where a hyphen ended a line."""

_BEFORE_NUMBER = re.compile(r"(?<=[^\W\d_])[\ufffe\x02](?=\d{1,4}\s*$)", re.MULTILINE)
"""A page's last word, broken, which PDFium joins with the page's number."""

_BROKEN_NUMBER = re.compile(r"(?<=\d{3})[-\u2010\u2011\ufffe\x02][ \t]*\r?\n(?=\d{1,3}(?!\d)[^\n]*[^\W\d_])")
"""The hyphen of an article's number (`R. 4323-61`) at a line's end; not before a page's number."""

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

_PAGE_NUMBER = re.compile(
    r"(?:page\s*)?[-\u2013]?\s*(?:\d{1,4}|[ivxlc]{1,6})\s*[-\u2013]?(?:\s*(?:/|sur|of)\s*\d{1,4})?", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[.!?…](?:\s?»)?(?=\s|$)")
_ENDS = (".", "!", "?", "…", ":", ";", "»")
_LONGEST_TAIL = 8
_LONGEST_NOTES = 4
_NOTE = re.compile(r"\s*(?:\(?\d{1,2}\)?|\*{1,3}|[¹²³⁴⁵⁶⁷⁸⁹]{1,2})\s+[^\W\d_]")
"""What begins a note at a page's foot."""

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

    return [_BROKEN.sub(whole, _BEFORE_NUMBER.sub("-\n", _BROKEN_NUMBER.sub("-", page))).splitlines() for page in pages]


def _keeps_hyphen(left: str, right: str, words: set[str]) -> bool:
    if (left + right).lower() in words:
        return False
    if right[0].isupper() or right.lower() in _CLITICS or left.lower() in _FIRST_PARTS:
        return True
    return f"{left}-{right}".lower() in words


def with_whole_sentences(parts: Sequence[Stretch]) -> list[Stretch]:
    """Return the stretches with each sentence on the page where it begins, so that it is found and cited whole."""
    found: list[Stretch] = []
    for each in parts:
        part = each
        before = found[-1] if found else None
        if before is not None and part.page == before.page + 1 and part.headings == before.headings:
            head = _common(before.lines, part.lines)
            lines, behind = _text_lines(before.lines, part.lines)
            tail, rest = _tail(lines[-1], part.lines[head:]) if lines and head < len(part.lines) else ([], [])
            if tail:
                found[-1] = replace(before, lines=[*_continued(lines, tail), *behind])
                part = replace(part, lines=[*part.lines[:head], *rest])
        if part.lines:
            found.append(part)
    return found


def _common(above: Sequence[str], below: Sequence[str]) -> int:
    """Count the lines with which two pages begin alike, numbers aside: their running head."""
    same = takewhile(lambda pair: _numberless(pair[0]) == _numberless(pair[1]), zip(above, below, strict=False))
    return min(len(list(same)), _EDGE)


def _text_lines(lines: Sequence[str], below: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return a page's lines without what stands at its foot, and that but for the page's number.

    At a foot stand what the next page has there too, and notes, behind a sentence that goes on.
    """
    kept = list(lines)
    behind: list[str] = []
    feet = {_numberless(each) for each in below[-_EDGE:]}
    while kept and (_is_number(kept[-1]) or (len(lines) - len(kept) < _EDGE and _numberless(kept[-1]) in feet)):
        last = kept.pop()
        behind[:0] = [] if _is_number(last) else [last]
    notes = next((n for n in range(1, _LONGEST_NOTES + 1) if n < len(kept) and _NOTE.match(kept[-n])), 0)
    while notes + 1 < len(kept) and _NOTE.match(kept[-notes - 1]) and notes:
        notes += 1
    if notes and kept[-1].rstrip().endswith(_ENDS) and not kept[-notes - 1].rstrip().endswith(_ENDS):
        behind = kept[-notes:] + behind
        kept = kept[:-notes]
    return kept, behind


def _is_number(line: str) -> bool:
    return not line.strip() or _PAGE_NUMBER.fullmatch(line.strip()) is not None


def _numberless(line: str) -> str:
    return _DIGITS.sub("", " ".join(line.split()))


def _tail(last: str, lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the lines that end the sentence of the page before, and the others; no tail where it ended there."""
    first = lines[0].strip()
    if last.rstrip().endswith(_ENDS) or CELL in last or not first[:1].islower():
        return [], list(lines)
    for place, line in enumerate(lines[:_LONGEST_TAIL]):
        if CELL in line:
            break
        end = _SENTENCE_END.search(line)
        if end is not None:
            rest = line[end.end() :].strip()
            return [*lines[:place], line[: end.end()].rstrip()], [*([rest] if rest else []), *lines[place + 1 :]]
    return [], list(lines)


def _continued(lines: Sequence[str], tail: Sequence[str]) -> list[str]:
    last, first = lines[-1].rstrip(), tail[0].lstrip()
    if last.endswith("-") and last[-2:-1].islower():
        word, _, rest = first.partition(" ")
        return [*lines[:-1], f"{last[:-1]}{word}", *([rest] if rest else []), *tail[1:]]
    return [*lines, *tail]


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
