"""Tables of a document, and the rows of a sheet in a chunk."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from services.ingest.ports import Chunk, ParsedDocument, Section, Table

Span = tuple[int, int]

_HEADER_SHARE = 3
"""A header longer than this part of the longest chunk is not repeated: it would leave no room for rows."""


def segments(document: ParsedDocument, start: int, end: int) -> Iterator[tuple[int, int, Table | None]]:
    """Divide characters `start` to `end` into prose (None) and tables, in order; none empty."""
    position = start
    for table in _tables_between(document, start, end):
        if position < table.start:
            yield position, table.start, None
        yield max(position, table.start), min(table.end, end), table
        position = min(table.end, end)
    if position < end:
        yield position, end, None


def repeatable_header(table: Table, max_chars: int) -> Span | None:
    """Return the span of a table's header; None without header, or for one too long to repeat."""
    if not table.header or table.body >= table.end:
        return None
    span = table.start, table.body - 1
    return span if (span[1] - span[0] + 1) * _HEADER_SHARE <= max_chars else None


def chunk_of(document: ParsedDocument, start: int, end: int, section: Section, repeated: Span | None = None) -> Chunk:
    """Return a chunk, with its rows and columns if it is part of a sheet."""
    table = _table_at(document, start)
    if table is None or not table.rows or end > table.end:
        return Chunk(start, end, section, repeated)
    first, last = bisect_right(table.starts, start) - 1, bisect_right(table.starts, end - 1) - 1
    rows = (*(table.rows[: table.header] if repeated else ()), *table.rows[first : last + 1])
    whole = not document.text[table.starts[first] : start].strip() and not document.text[end : end + 1].strip()
    header = table.header if repeated else max(0, min(table.header, last + 1) - first)
    return Chunk(start, end, section, repeated, rows, table.columns if whole else (), header)


def _tables_between(document: ParsedDocument, start: int, end: int) -> Iterator[Table]:
    at = bisect_right(document.tables, start, key=lambda table: table.end)
    while at < len(document.tables) and document.tables[at].start < end:
        yield document.tables[at]
        at += 1


def _table_at(document: ParsedDocument, start: int) -> Table | None:
    at = bisect_left(document.tables, start + 1, key=lambda table: table.end)
    return document.tables[at] if at < len(document.tables) and document.tables[at].start <= start else None
