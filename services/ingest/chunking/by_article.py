"""Chunking by article of law."""

from collections.abc import Mapping

from services.ingest.chunking.packing import pack
from services.ingest.chunking.tables import chunk_of
from services.ingest.ports import Chunk, ParsedDocument


class ByArticle:
    """Makes one chunk of each section, however short, since people cite articles.

    A section that is too long is cut between its paragraphs and numbered items (`I.`, `1°`, `a)`, `-`), then between
    sentences; each chunk keeps the article's number, version, dates and headings.
    """

    def chunk(self, document: ParsedDocument, max_chars: int, options: Mapping[str, int]) -> list[Chunk]:  # noqa: ARG002
        """Chunk each section by itself."""
        return [
            chunk_of(document, span.start, span.end, section, span.repeated)
            for section in document.sections
            for span in pack(document, section.start, section.end, max_chars, every_line=True)
        ]
