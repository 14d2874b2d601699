"""Plain text."""

from services.ingest.parsers.decoding import decode
from services.ingest.ports import ParsedDocument, Section
from shared.errors import EmptyDocument


class PlainTextParser:
    """Reads one section: nothing in plain text tells a heading from a short line."""

    def parse(self, data: bytes) -> ParsedDocument:
        """Read the text, with its encoding detected (decoding.py)."""
        text = decode(data)
        if not text or text.isspace():
            raise EmptyDocument
        return ParsedDocument(text, (Section((), 0, len(text)),))
