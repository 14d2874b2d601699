"""Assignment of a document's lines to the headings of its outline."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

_UNLIKE = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the outline: `level` and `page` from 0."""

    level: int
    words: str
    page: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines of one page under the same headings; `page` from 0."""

    headings: tuple[str, ...]
    page: int
    lines: Sequence[str]


def stretches(pages: Sequence[list[str]], outline: Sequence[Entry]) -> list[Stretch]:
    """Split the pages' lines where an entry's words are found on its page.

    An entry whose words are not found there opens with its page.
    """
    entries = {page: list(group) for page, group in groupby(sorted(outline, key=_page), key=_page)}
    path: list[Entry] = []
    found: list[Stretch] = []
    for page, lines in enumerate(pages):
        start = 0
        for line, entry in _placed(lines, entries.get(page, [])):
            found.append(Stretch(_words(path), page, lines[start:line]))
            path = [*(outer for outer in path if outer.level < entry.level), entry]
            start = line
        found.append(Stretch(_words(path), page, lines[start:]))
    return [each for each in found if each.lines]


def _page(entry: Entry) -> int:
    return entry.page


def _words(path: Sequence[Entry]) -> tuple[str, ...]:
    return tuple(entry.words for entry in path)


def _placed(lines: Sequence[str], entries: Sequence[Entry]) -> Iterator[tuple[int, Entry]]:
    """Yield each entry with the number of its line, in order, so that no stretch overlaps another."""
    at = 0
    likenesses = [_likeness(line) for line in lines] if entries else []
    for entry in entries:
        wanted = _likeness(entry.words)
        at = next(
            (place for place in range(at, len(lines)) if _begins(likenesses[place], wanted)),
            at,
        )
        yield at, entry


def _begins(line: str, wanted: str) -> bool:
    """Return whether a line is a heading, with or without number, or the first line of a wrapped one."""
    return bool(line) and (line.endswith(wanted) or (wanted.startswith(line) and len(line) * 2 > len(wanted)))


def _likeness(line: str) -> str:
    return _UNLIKE.sub("", line.casefold())
