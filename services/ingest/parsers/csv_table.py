"""CSV and similar formats: one table, a row for each record, as a spreadsheet shows it."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Literal

from services.ingest.parsers.decoding import decode
from services.ingest.parsers.sheets import Row, SheetAssembly, cell_text
from services.ingest.ports import ParsedDocument
from shared.errors import UnreadableDocument

_DELIMITERS = (";", "\t", ",", "|")
"""Delimiters, that of French spreadsheets first: it wins a tie."""

_SAMPLE_RECORDS = 50
_SAMPLE_CHARS = 64 * 1024
_HINT = "sep="
_MOST_COLUMNS = 16_384


class CsvParser:
    """Reads one table; row numbers count all records from 1, empty ones too, as a spreadsheet does."""

    def parse(self, data: bytes) -> ParsedDocument:
        """Read a file, with its encoding (decoding.py) and delimiter detected.

        Raises:
            EmptyDocument, UnreadableDocument: as of every parser.
        """
        text = decode(data)
        hint, _, rest = text.partition("\n")
        if hint.lower().startswith(_HINT) and len(hint.rstrip()) <= len(_HINT) + 1:
            delimiter, text = hint[len(_HINT) :] or ";", rest  # Excel's own line, which it does not show
        else:
            delimiter = delimiter_of(text)
        try:
            return _document(text, delimiter, csv.QUOTE_MINIMAL)
        except csv.Error:  # a quotation mark that is never closed: it is a mark of the text
            try:
                return _document(text, delimiter, csv.QUOTE_NONE)
            except csv.Error as error:
                raise UnreadableDocument(reason="damaged") from error


def _document(text: str, delimiter: str, quoting: Literal[0, 3]) -> ParsedDocument:
    assembly = SheetAssembly()
    assembly.sheet(None, list(_rows(text, delimiter, quoting, assembly)))
    return assembly.finish()


def _rows(text: str, delimiter: str, quoting: Literal[0, 3], assembly: SheetAssembly) -> Iterator[Row]:
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting)
    known: dict[tuple[int, ...], tuple[int, ...]] = {}
    for number, record in enumerate(records, start=1):
        cells = [(column, words) for column, cell in enumerate(record[:_MOST_COLUMNS]) if (words := cell_text(cell))]
        if cells:
            assembly.count(len(cells))
            columns = tuple(column for column, _ in cells)
            yield Row(number, known.setdefault(columns, columns), tuple(words for _, words in cells))


def delimiter_of(text: str) -> str:
    """Return the delimiter by which most records have the same number of fields, and more than one.

    Records, not lines, are compared: a text in quotation marks may have anything in it.
    """
    return max(_DELIMITERS, key=lambda each: _regularity(text[:_SAMPLE_CHARS], each))


def _regularity(sample: str, delimiter: str) -> tuple[float, int]:
    try:
        records = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        counts = Counter(len(record) for record in islice(records, _SAMPLE_RECORDS) if record)
    except csv.Error:
        return 0.0, 0
    fields, times = max(counts.items(), key=lambda item: (item[0] > 1, item[1]), default=(0, 0))
    return (times / counts.total(), fields) if fields > 1 else (0.0, 0)
