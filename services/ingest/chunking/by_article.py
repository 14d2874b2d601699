"""One passage per article of law."""

from services.ingest.chunking.packing import pack
from services.ingest.ports import ParsedDocument, Piece


class ByArticle:
    """Each section stands alone, however short: it is what people cite.

    One that is too long is cut between its paragraphs and numbered items (`I.`, `1°`, `a)`, `-`), then between
    sentences; each piece keeps the article's number, version, dates and headings.
    """

    def chunk(self, document: ParsedDocument, max_chars: int) -> list[Piece]:
        """Cut each section for itself."""
        return [
            Piece(start, end, section)
            for section in document.sections
            for start, end in pack(document.text, section.start, section.end, max_chars, every_line=True)
        ]
