"""Passages of a table's rows."""

from collections.abc import Iterator, Mapping

from services.ingest.chunking.by_heading import merged
from services.ingest.chunking.packing import Cut, Unit, pack, table_units
from services.ingest.chunking.tables import piece_of, segments
from services.ingest.ports import ParsedDocument, Piece, Table


class ByRows:
    """A table is cut after every `rows` rows, each piece behind the table's header; what is no table, by headings."""

    def chunk(self, document: ParsedDocument, max_chars: int, options: Mapping[str, int]) -> list[Piece]:
        """Cut tables apart from what stands around them; a row is cut only where it is too long for a passage."""
        return [
            piece_of(document, cut.start, cut.end, section, cut.repeated)
            for section in merged(document, max_chars)
            for start, end, table in segments(document, section.start, section.end)
            for cut in (
                pack(document, start, end, max_chars, every_line=False)
                if table is None
                else _by_rows(document, table, max_chars, options["rows"])
            )
        ]


def _by_rows(document: ParsedDocument, table: Table, max_chars: int, rows: int) -> Iterator[Cut]:
    window: list[Unit] = []
    filled = 0
    for unit in table_units(document, table, max_chars):
        if window and ((unit.opens_row and filled == rows) or unit.end - window[0].first > max_chars):
            yield Cut(window[0].start, window[-1].end, window[0].header)
            window.clear()
            filled = 0
        window.append(unit)
        filled += unit.opens_row
    if window:
        yield Cut(window[0].start, window[-1].end, window[0].header)
