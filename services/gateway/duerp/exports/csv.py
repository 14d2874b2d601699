"""A DUERP's tables as CSV, for other programs: UTF-8 with its mark, semicolons, as Excel reads it in France."""

import csv as csv_module
from io import StringIO

from services.gateway.duerp.exports.own_columns import Own, rows_with_entries
from services.gateway.duerp.exports.report import Report
from shared.duerp.own_cells import mark

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the start of a cell. Source: OWASP, CSV Injection."""


def csv(report: Report, sheet: str, own: Own | None) -> bytes:
    """Write one table of a report, then the entries that have no row in it: each row has its exact entry behind it.

    Args:
        own: None for words alone.
        sheet: title of the table's sheet, as in the workbook; without such a table the entries are alone.
    """
    tables = {each.table.sheet: each.table for each in report.sections if each.table is not None}
    table = tables.get(sheet)
    titles = [column.title for column in table.columns] if table else []
    file = StringIO()
    writer = csv_module.writer(file, delimiter=";", lineterminator="\r\n", quoting=csv_module.QUOTE_MINIMAL)
    writer.writerow([*map(_harmless, titles), *([mark(own.unit)] if own else [])])
    for row, exact in rows_with_entries(table, own.entries if own else []):
        writer.writerow([*map(_harmless, row.cells if row else [""] * len(titles)), *(exact if own else [])])
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet computes: with an apostrophe before it where one would."""
    return f"'{text}" if text.startswith(_FORMULA) else text
