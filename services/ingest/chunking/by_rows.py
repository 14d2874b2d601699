"""Chunking by table rows."""

from collections.abc import Iterator, Mapping

from services.ingest.chunking.by_heading import merged
from services.ingest.chunking.packing import ChunkSpan, Unit, pack, table_units
from services.ingest.chunking.tables import chunk_of, segments
from services.ingest.ports import Chunk, ParsedDocument, Table


class ByRows:
    """Cuts tables after every `rows` rows, with the header repeated, and other text by headings."""

    def chunk(self, document: ParsedDocument, max_chars: int, options: Mapping[str, int]) -> list[Chunk]:
        """Chunk tables apart from the text around them; a row is cut only if it is too long for a chunk."""
        return [
            chunk_of(document, span.start, span.end, section, span.repeated)
            for section in merged(document, max_chars)
            for start, end, table in segments(document, section.start, section.end)
            for span in (
                pack(document, start, end, max_chars, every_line=False)
                if table is None
                else _by_rows(document, table, max_chars, options["rows"])
            )
        ]


def _by_rows(document: ParsedDocument, table: Table, max_chars: int, rows: int) -> Iterator[ChunkSpan]:
    window: list[Unit] = []
    filled = 0
    for unit in table_units(document, table, max_chars):
        if window and ((unit.opens_row and filled == rows) or unit.end - window[0].first > max_chars):
            yield ChunkSpan(window[0].start, window[-1].end, window[0].header)
            window.clear()
            filled = 0
        window.append(unit)
        filled += unit.opens_row
    if window:
        yield ChunkSpan(window[0].start, window[-1].end, window[0].header)
