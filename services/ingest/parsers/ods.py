"""OpenDocument spreadsheets: the displayed text of each cell, which the file stores beside its value."""

from collections.abc import Iterator

from services.ingest.parsers.number_formats import render
from services.ingest.parsers.odf import OFFICE, STYLE, TABLE, Styles, content_of, count_of, title_of, words_of
from services.ingest.parsers.sheets import Merged, Row, SheetAssembly, cell_text
from services.ingest.parsers.xml_parts import Element, XmlParts, local
from services.ingest.ports import ParsedDocument

_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_HIDDEN = ("collapse", "filter")
_FORMATS = {"percentage": "0.##%", "float": "General", "currency": "#,##0.00"}


class OdsParser:
    """Reads one section per table (sheets.py), in the order of the sheets."""

    def parse(self, data: bytes) -> ParsedDocument:
        """Read a spreadsheet.

        Raises:
            EmptyDocument, UnreadableDocument: as of every parser.
        """
        parts = XmlParts(data)
        body = content_of(parts, "spreadsheet")
        styles = Styles(body.getroottree().getroot())
        assembly = SheetAssembly()
        for element in body:
            if local(element) == "table" and not _is_hidden(element, styles):
                sheet = _Sheet(element, assembly)
                assembly.sheet(cell_text(element.get(TABLE + "name", "")), sheet.rows, sheet.merged)
        return assembly.finish(title_of(parts))


def _is_hidden(sheet: Element, styles: Styles) -> bool:
    return any(
        each.get(TABLE + "display") == "false"
        for style in styles.chain("table", sheet.get(TABLE + "style-name"))
        for each in style
        if each.tag == STYLE + "table-properties"
    )


class _Sheet:
    def __init__(self, element: Element, assembly: SheetAssembly) -> None:
        self.rows: list[Row] = []
        self.merged: list[Merged] = []
        self._assembly = assembly
        self._hidden = _hidden_columns(element)
        number = 1
        for row in _within(element, "table-row"):
            times = count_of(row, "number-rows-repeated", _LAST_ROW)
            cells = list(self._cells(row, number))
            if cells:
                columns, texts = tuple(column for column, _ in cells), tuple(text for _, text in cells)
                for repeated in range(number, min(number + times, _LAST_ROW + 1)):
                    self._assembly.count(len(texts))
                    self.rows.append(Row(repeated, columns, texts))
            number += times

    def _cells(self, row: Element, number: int) -> Iterator[tuple[int, str]]:
        column = 0
        for cell in row:
            if local(cell) not in ("table-cell", "covered-table-cell"):
                continue
            times = count_of(cell, "number-columns-repeated", _LAST_COLUMN)
            text = _text(cell) if local(cell) == "table-cell" else ""
            if text:
                spanned = count_of(cell, "number-rows-spanned", _LAST_ROW)
                if spanned > 1:
                    self.merged.append(Merged(number, number + spanned - 1, column))
                shown = range(column, min(column + times, _LAST_COLUMN))
                yield from ((each, text) for each in shown if not any(each in hidden for hidden in self._hidden))
            column += times


def _text(cell: Element) -> str:
    words = " ".join(words_of(each) for each in cell if local(each) == "p")
    return cell_text(words) if words.strip() else _value(cell)


def _value(cell: Element) -> str:
    """Return the text of a cell's value, for a cell without displayed text."""
    kind, value = cell.get(OFFICE + "value-type", ""), cell.get(OFFICE + "value")
    if value is not None:
        try:
            return render(float(value), _FORMATS.get(kind, "General"))
        except (ValueError, OverflowError):
            return cell_text(value)
    if kind == "date":
        day, _, time = cell.get(OFFICE + "date-value", "").partition("T")
        return f"{'/'.join(reversed(day.split('-')))} {time[:5]}".strip()
    return cell_text(cell.get(OFFICE + "string-value", ""))


def _hidden_columns(element: Element) -> list[range]:
    hidden: list[range] = []
    column = 0
    for each in _within(element, "table-column"):
        times = count_of(each, "number-columns-repeated", _LAST_COLUMN)
        if each.get(TABLE + "visibility") in _HIDDEN:
            hidden.append(range(column, column + times))
        column += times
    return hidden


def _within(element: Element, name: str) -> Iterator[Element]:
    """Yield rows or columns in order, those in groups too."""
    for each in element:
        if local(each) == name:
            yield each
        elif local(each).startswith(("table-row", "table-column", "table-header")):
            yield from _within(each, name)
