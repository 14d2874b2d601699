"""Chunking by headings."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from services.ingest.chunking.packing import pack, trim
from services.ingest.chunking.tables import chunk_of
from services.ingest.ports import Chunk, ParsedDocument, Section

_TINY = 8
"""A section shorter than this part of the longest chunk is tiny: it says too little alone."""


class ByHeading:
    """Cuts long sections between paragraphs, then sentences, and merges a tiny one with its neighbour.

    It is merged with the next section if that one has the same headings (or its own below them: a title followed at
    once by a sub-title) and the same place, and both fit into one chunk.
    """

    def chunk(self, document: ParsedDocument, max_chars: int, options: Mapping[str, int]) -> list[Chunk]:  # noqa: ARG002
        """Cut long sections, merge tiny ones."""
        return [
            chunk_of(document, span.start, span.end, section, span.repeated)
            for section in merged(document, max_chars)
            for span in pack(document, section.start, section.end, max_chars, every_line=False)
        ]


def merged(document: ParsedDocument, max_chars: int) -> Iterator[Section]:
    """Yield the sections with text, trimmed, tiny ones merged with their neighbours."""
    held: Section | None = None
    for section in document.sections:
        start, end = trim(document.text, section.start, section.end)
        if start == end:
            continue
        if held is not None and _joins(held, section, end, max_chars):
            held = replace(section, start=held.start, end=end)
            continue
        if held is not None:
            yield held
        held = replace(section, start=start, end=end)
    if held is not None:
        yield held


def _joins(held: Section, section: Section, end: int, max_chars: int) -> bool:
    tiny = min(held.end - held.start, section.end - section.start) if held.headings == section.headings else None
    if (tiny if tiny is not None else held.end - held.start) * _TINY > max_chars:
        return False
    same_place = replace(held, headings=section.headings, start=section.start, end=section.end) == section
    under = section.headings[: len(held.headings)] == held.headings
    return same_place and under and end - held.start <= max_chars
