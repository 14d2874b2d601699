"""A DUERP's tables as CSV, for other programs: UTF-8 with its mark, semicolons, as Excel reads it in France."""

import csv as csv_module
from io import StringIO

from services.gateway.duerp.exports.report import Report, Table

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the start of a cell. Source: OWASP, CSV Injection."""


def csv(report: Report, sheet: str) -> bytes:
    """Write one table of a report.

    Args:
        sheet: title of the table's sheet, as in the workbook.

    Raises:
        KeyError: the report has no such table.
    """
    tables = {each.table.sheet: each.table for each in report.sections if each.table is not None}
    return _written(tables[sheet])


def _written(table: Table) -> bytes:
    file = StringIO()
    writer = csv_module.writer(file, delimiter=";", lineterminator="\r\n", quoting=csv_module.QUOTE_MINIMAL)
    writer.writerow([_harmless(column.title) for column in table.columns])
    writer.writerows([_harmless(cell) for cell in row.cells] for row in table.rows)
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet computes: with an apostrophe before it where one would."""
    return f"'{text}" if text.startswith(_FORMULA) else text
