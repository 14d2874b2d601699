"""One passage per article of law."""

from collections.abc import Mapping

from services.ingest.chunking.packing import pack
from services.ingest.chunking.tables import piece_of
from services.ingest.ports import ParsedDocument, Piece


class ByArticle:
    """Each section stands alone, however short: it is what people cite.

    One that is too long is cut between its paragraphs and numbered items (`I.`, `1°`, `a)`, `-`), then between
    sentences; each piece keeps the article's number, version, dates and headings.
    """

    def chunk(self, document: ParsedDocument, max_chars: int, options: Mapping[str, int]) -> list[Piece]:  # noqa: ARG002
        """Cut each section for itself."""
        return [
            piece_of(document, cut.start, cut.end, section, cut.repeated)
            for section in document.sections
            for cut in pack(document, section.start, section.end, max_chars, every_line=True)
        ]
