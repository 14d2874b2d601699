"""Cuts a stretch of text into pieces of a given length at the best places there are.

A stretch is first seen as paragraphs; one that is too long as sentences; a sentence that is too long is cut at white
space, and where there is none, anywhere. These units are then packed into pieces, which end before the strongest
boundary in reach: a paragraph rather than a numbered item, an item rather than a sentence.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from shared.sentences import sentence_spans


class Boundary(IntEnum):
    """How good a place before a unit is to cut at."""

    INSIDE_SENTENCE = 0
    SENTENCE = 1
    LINE = 2
    SUB_ITEM = 3
    ITEM = 4
    PARAGRAPH = 5
    EMPTY_LINE = 6


@dataclass(frozen=True, slots=True)
class Unit:
    """Characters `start` to `end`, never cut further, and the boundary before them."""

    start: int
    end: int
    before: Boundary


Span = tuple[int, int]

_SUB_ITEM = re.compile(r"[-\u2013\u2014\u2022*\u25aa\u25cf]\s|[-\u2013\u2014\u2022][^\W\d]|[a-z]{1,2}\s?[).]\s")
_ITEM = re.compile(r"\(?\d{1,3}\s?(?:[\u00b0).]|bis|ter)")
_LINE_BREAK = re.compile(r"\n\s*+")
_STOPS = (".", ";", ":", "!", "?", "\u2026", "\u00bb")
_LAST_FIFTH = 5


def trim(text: str, start: int, end: int) -> Span:
    """The span without the white space at its ends; empty when there is nothing else."""
    while start < end and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end


def pack(text: str, start: int, end: int, max_chars: int, *, every_line: bool) -> Iterator[Span]:
    """Cut characters `start` to `end` of a text into spans of at most `max_chars` characters.

    Args:
        every_line: a line end always ends a paragraph, as in text that a parser laid out, and not only where the words
            around it say so, as in text whose lines were wrapped.
    """
    start, end = trim(text, start, end)
    length = end - start
    if length <= max_chars:
        if length:
            yield start, end
        return
    pieces = -(-length // max_chars)
    goal = min(max_chars, length // pieces + length // pieces // 4)  # even pieces rather than full ones and a rest
    window: list[Unit] = []
    for unit in _units(text, start, end, max_chars, every_line=every_line):
        while window and unit.end - window[0].start > goal:
            cut = _best_cut(window, unit)
            yield window[0].start, window[cut - 1].end
            del window[:cut]
        window.append(unit)
    if window:
        yield window[0].start, window[-1].end


def _best_cut(window: list[Unit], following: Unit) -> int:
    """How many units go into the piece: up to the strongest boundary that leaves it at least half as long."""
    half = (window[-1].end - window[0].start) / 2
    best, best_boundary = len(window), following.before
    for position in range(len(window) - 1, 0, -1):
        if window[position - 1].end - window[0].start < half:
            break
        if window[position].before > best_boundary:
            best, best_boundary = position, window[position].before
    return best


def _units(text: str, start: int, end: int, max_chars: int, *, every_line: bool) -> Iterator[Unit]:
    for paragraph in _paragraphs(text, start, end, every_line=every_line):
        if paragraph.end - paragraph.start <= max_chars:
            yield paragraph
            continue
        before = paragraph.before
        for first, last in sentence_spans(text[paragraph.start : paragraph.end]):
            for unit in _hard_cut(text, paragraph.start + first, paragraph.start + last, max_chars):
                yield Unit(*unit, before)
                before = Boundary.INSIDE_SENTENCE
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
    """What a line end is a boundary of; None when it only wraps prose."""
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


def _hard_cut(text: str, start: int, end: int, max_chars: int) -> Iterator[Span]:
    """Spans of at most `max_chars`, cut at the last white space of their last fifth, else anywhere."""
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
