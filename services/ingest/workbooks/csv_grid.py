"""CSV and similar formats as a grid."""

import csv
import io
from typing import Literal

from services.ingest.parsers.csv_table import delimiter_of
from services.ingest.parsers.decoding import decode
from services.ingest.workbooks.limits import MOST_CELLS, too_many_cells
from shared.duerp.importing.grid import Cell, Sheet, Workbook
from shared.errors import UnreadableDocument

_HINT = "sep="
_MOST_COLUMNS = 1024


def read_csv(data: bytes) -> Workbook:
    """Return one sheet; rows count all records from 1, as a spreadsheet does.

    Raises:
        UnreadableDocument: it is no text, or has too many cells or one that is too long.
    """
    text = decode(data)
    hint, _, rest = text.partition("\n")
    if hint.lower().startswith(_HINT) and len(hint.rstrip()) <= len(_HINT) + 1:
        delimiter, text = hint[len(_HINT) :].strip() or ";", rest
    else:
        delimiter = delimiter_of(text)
    try:
        return Workbook([Sheet("csv", _rows(text, delimiter, quoted=True))])
    except csv.Error:  # a quotation mark that is never closed: it is a mark of the text
        try:
            return Workbook([Sheet("csv", _rows(text, delimiter, quoted=False))])
        except csv.Error as error:
            raise UnreadableDocument(reason="cell-too-long", limit=csv.field_size_limit()) from error


def _rows(text: str, delimiter: str, *, quoted: bool) -> dict[int, dict[int, Cell]]:
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting, strict=quoted)
    rows: dict[int, dict[int, Cell]] = {}
    left = MOST_CELLS
    for number, record in enumerate(records, start=1):
        cells = {column: Cell(each.strip()) for column, each in enumerate(record[:_MOST_COLUMNS]) if each.strip()}
        left -= len(cells)
        if left < 0:
            raise too_many_cells()
        if cells:
            rows[number] = cells
    return rows
