"""Chunking by windows of a fixed number of sentences or tokens, with overlap."""

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import takewhile

from services.ingest.chunking.packing import hard_cut
from services.ingest.chunking.tables import Span, chunk_of
from services.ingest.ports import Chunk, ParsedDocument, Section
from shared.language.sentences import sentence_spans

_TOKEN = re.compile(r"(?:\w[\u0300-\u036f]*+)++|\S")
"""A word, with combining accents, or a punctuation mark. Not a model's tokens: ingest does not know which model embeds,
and passages must not change with it.
"""


class BySentences:
    """Makes windows of `sentences` sentences, the last `overlap` of which begin the next window."""

    def chunk(self, document: ParsedDocument, max_chars: int, options: Mapping[str, int]) -> list[Chunk]:
        """Chunk at sentences; one longer than a chunk is cut at white space."""
        return _windows(document, max_chars, "sentences", options)


class ByTokens:
    """Makes windows of `tokens` words and punctuation marks, the last `overlap` of which begin the next window."""

    def chunk(self, document: ParsedDocument, max_chars: int, options: Mapping[str, int]) -> list[Chunk]:
        """Chunk at any token, regardless of sentences and headings."""
        return _windows(document, max_chars, "tokens", options)


def _windows(document: ParsedDocument, max_chars: int, unit: str, options: Mapping[str, int]) -> list[Chunk]:
    chunks: list[Chunk] = []
    for sections in _stretches(document):
        start, end = sections[0].start, sections[-1].end
        found = _tokens(document.text, start, end) if unit == "tokens" else _sentences(document.text, start, end)
        under = _Headings(sections)
        for first, last in _spans(document.text, found, max_chars, options[unit], options["overlap"]):
            chunks.append(chunk_of(document, first, last, under.of(first, last)))
    return chunks


def _stretches(document: ParsedDocument) -> Iterator[list[Section]]:
    """Yield runs of sections of one page, article or sheet: a window never leaves the place that it is cited by."""
    run: list[Section] = []
    for section in document.sections:
        if run and replace(run[-1], headings=section.headings, start=section.start, end=section.end) != section:
            yield run
            run = []
        run.append(section)
    if run:
        yield run


class _Headings:
    """Finds the section of each window, in order, with the headings common to all of the window."""

    def __init__(self, sections: list[Section]) -> None:
        self._sections = sections
        self._at = 0

    def of(self, start: int, end: int) -> Section:
        while self._sections[self._at].end <= start:
            self._at += 1
        first = self._sections[self._at]
        common = first.headings
        at = self._at + 1
        while at < len(self._sections) and self._sections[at].start < end:
            pairs = zip(common, self._sections[at].headings, strict=False)
            common = tuple(heading for heading, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
            at += 1
        return replace(first, headings=common)


def _tokens(text: str, start: int, end: int) -> Iterator[Span]:
    return (match.span() for match in _TOKEN.finditer(text, start, end))


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    return ((start + first, start + last) for first, last in sentence_spans(text[start:end]))


def _spans(text: str, found: Iterable[Span], max_chars: int, size: int, overlap: int) -> Iterator[Span]:
    starts, ends = array("Q"), array("Q")
    for first, last in found:
        for start, end in [(first, last)] if last - first <= max_chars else hard_cut(text, first, last, max_chars):
            starts.append(start)
            ends.append(end)
    at = 0
    while at < len(starts):
        after = at + 1
        while after < len(starts) and after - at < size and ends[after] - starts[at] <= max_chars:
            after += 1
        yield starts[at], ends[after - 1]
        if after == len(starts):
            return
        at = after - min(overlap, (after - at) // 2)
