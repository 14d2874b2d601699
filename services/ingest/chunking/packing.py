"""Division of a text into chunks of a given length at its strongest boundaries.

A stretch is first seen as paragraphs; one that is too long as sentences; a sentence that is too long is cut at white
space, and where there is none, anywhere. These units are then packed into chunks, which end before the strongest
boundary in reach: a paragraph rather than a numbered item, an item rather than a sentence. A table's units are its
rows; a chunk that begins within a table's body begins with the table's header once more.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from services.ingest.chunking.tables import Span, repeatable_header, segments
from services.ingest.ports import ParsedDocument, Table
from shared.language.sentences import sentence_spans


class Boundary(IntEnum):
    """Strength of the boundary before a unit; chunks end at strong ones."""

    INSIDE_SENTENCE = 0
    SENTENCE = 1
    LINE = 2
    SUB_ITEM = 3
    ITEM = 4
    PARAGRAPH = 5
    EMPTY_LINE = 6


@dataclass(frozen=True, slots=True)
class Unit:
    """Characters `start` to `end`, which are not cut further, the boundary before them, and their table's header.

    `opens_row`: it is a row of a table's body, or the first part of one.
    """

    start: int
    end: int
    before: Boundary
    header: Span | None = None
    opens_row: bool = False

    @property
    def first(self) -> int:
        """Start of a chunk that begins with this unit, less the length of its repeated header."""
        return self.start - (self.header[1] - self.header[0] + 1) if self.header else self.start


@dataclass(frozen=True, slots=True)
class ChunkSpan:
    """Span of a chunk: characters `start` to `end`, after the repeated header."""

    start: int
    end: int
    repeated: Span | None = None


_SUB_ITEM = re.compile(r"[-\u2013\u2014\u2022*\u25aa\u25cf]\s|[-\u2013\u2014\u2022][^\W\d]|[a-z]{1,2}\s?[).]\s")
_ITEM = re.compile(r"\(?\d{1,3}\s?(?:[\u00b0).]|bis|ter)")
_LINE_BREAK = re.compile(r"\n\s*+")
_STOPS = (".", ";", ":", "!", "?", "\u2026", "\u00bb")
_LAST_FIFTH = 5


def trim(text: str, start: int, end: int) -> Span:
    """Return a span without white space at its ends; empty if it has nothing else."""
    while start < end and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end


def pack(document: ParsedDocument, start: int, end: int, max_chars: int, *, every_line: bool) -> Iterator[ChunkSpan]:
    """Divide characters `start` to `end` of a text into chunks of at most `max_chars` characters.

    Args:
        every_line: a line end always ends a paragraph, as in text that a parser laid out, and not only where the words
            around it say so, as in text whose lines were wrapped.
    """
    start, end = trim(document.text, start, end)
    length = end - start
    if length <= max_chars:
        if length:
            yield ChunkSpan(start, end)
        return
    count = -(-length // max_chars)
    goal = min(max_chars, length // count + length // count // 4)  # even chunks rather than full ones and a rest
    window: list[Unit] = []
    for unit in _units(document, start, end, max_chars, every_line=every_line):
        while window and unit.end - window[0].first > goal:
            cut = _best_cut(window, unit)
            yield ChunkSpan(window[0].start, window[cut - 1].end, window[0].header)
            del window[:cut]
        window.append(unit)
    if window:
        yield ChunkSpan(window[0].start, window[-1].end, window[0].header)


def _best_cut(window: list[Unit], following: Unit) -> int:
    """Return the number of units of the chunk: up to the strongest boundary in its second half."""
    half = (window[-1].end - window[0].start) / 2
    best, best_boundary = len(window), following.before
    for position in range(len(window) - 1, 0, -1):
        if window[position - 1].end - window[0].start < half:
            break
        if window[position].before > best_boundary:
            best, best_boundary = position, window[position].before
    return best


def _units(document: ParsedDocument, start: int, end: int, max_chars: int, *, every_line: bool) -> Iterator[Unit]:
    for first, last, table in segments(document, start, end):
        if table is None:
            for paragraph in _paragraphs(document.text, *trim(document.text, first, last), every_line=every_line):
                yield from _divided(document.text, paragraph, max_chars)
        else:
            yield from table_units(document, table, max_chars)


def table_units(document: ParsedDocument, table: Table, max_chars: int) -> Iterator[Unit]:
    """Yield the header as one unit if it can be repeated, then a unit for each row, or several for a long row."""
    text, header = document.text, repeatable_header(table, max_chars)
    if header:
        yield Unit(*trim(text, *header), Boundary.EMPTY_LINE)
    ends = [*table.starts[1:], table.end]
    for row in range(table.header if header else 0, len(table.starts)):
        start, end = trim(text, table.starts[row], ends[row])
        before = Boundary.LINE
        if start == table.start:
            before = Boundary.EMPTY_LINE
        elif row == table.header:
            before = Boundary.INSIDE_SENTENCE  # rather before the header than between it and its first row
        if start < end:
            yield from _divided(text, Unit(start, end, before, header, opens_row=row >= table.header), max_chars)


def _divided(text: str, whole: Unit, max_chars: int) -> Iterator[Unit]:
    """Yield the unit, or its sentences if it is too long, and parts of sentences that are too long."""
    room = max_chars - (whole.start - whole.first)
    if whole.end - whole.start <= room:
        if whole.start < whole.end:
            yield whole
        return
    before, opens_row = whole.before, whole.opens_row
    for first, last in sentence_spans(text[whole.start : whole.end]):
        for span in hard_cut(text, whole.start + first, whole.start + last, room):
            yield Unit(*span, before, whole.header, opens_row)
            before, opens_row = Boundary.INSIDE_SENTENCE, False
        before = Boundary.SENTENCE


def _paragraphs(text: str, start: int, end: int, *, every_line: bool) -> Iterator[Unit]:
    before = Boundary.PARAGRAPH
    position = start
    for match in _LINE_BREAK.finditer(text, start, end):
        following = _line_boundary(text, position, match, every_line=every_line)
        if following is not None and match.end() < end:
            yield Unit(*trim(text, position, match.start()), before)
            position, before = match.end(), following
    yield Unit(*trim(text, position, end), before)


def _line_boundary(text: str, start: int, line_break: re.Match[str], *, every_line: bool) -> Boundary | None:
    """Return the boundary of a line end; None if it only wraps prose."""
    after = line_break.end()
    if text.find("\n", line_break.start() + 1, after) >= 0:
        return Boundary.EMPTY_LINE
    if _SUB_ITEM.match(text, after):
        return Boundary.SUB_ITEM
    if _ITEM.match(text, after):
        return Boundary.ITEM
    if text[max(start, line_break.start() - 2) : line_break.start()].rstrip().endswith(_STOPS):
        return Boundary.PARAGRAPH
    return Boundary.LINE if every_line else None


def hard_cut(text: str, start: int, end: int, max_chars: int) -> Iterator[Span]:
    """Yield spans of at most `max_chars`, cut at the last white space of their last fifth, else anywhere."""
    while end - start > max_chars:
        limit = start + max_chars
        least = limit - max_chars // _LAST_FIFTH
        cut = next((at for at in range(limit, least, -1) if text[at].isspace()), None)
        if cut is None:
            cut = next((at for at in range(limit, least, -1) if not unicodedata.combining(text[at])), limit)
        yield trim(text, start, cut)
        start, end = trim(text, cut, end)
    if start < end:
        yield start, end
