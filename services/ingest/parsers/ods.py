"""OpenDocument spreadsheets: the displayed text of each cell, which the file stores beside its value."""

import re
from collections.abc import Iterator
from dataclasses import replace

from services.ingest.parsers.number_formats import render
from services.ingest.parsers.odf import DRAW, OFFICE, STYLE, TABLE, Styles, content_of, count_of, title_of, words_of
from services.ingest.parsers.sheets import Merged, Row, SheetAssembly, cell_text
from services.ingest.parsers.xml_parts import Element, XmlParts, local
from services.ingest.ports import ParsedDocument
from shared.contracts.remarks import Remark

_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_DRAWINGS = ("frame", "text-box", "custom-shape", "rect", "ellipse", "line", "connector", "polygon", "path", "caption")
_HIDDEN = ("collapse", "filter")
_BOOLEANS = {"true": "VRAI", "false": "FAUX"}
_DURATION = re.compile(r"P(?:\d{1,4}D)?T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})(?:[.,]\d+)?S)?")
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
            if local(element) != "table":
                continue
            name = cell_text(element.get(TABLE + "name", ""))
            if _is_hidden(element, styles):
                assembly.remarks.append(Remark("hidden-sheet", detail=name))
                continue
            sheet = _Sheet(element, assembly, styles)
            assembly.sheet(name, sheet.rows, sheet.merged)
            assembly.text(name, _drawn(element, styles, sheet.remarks))
            assembly.remarks += [replace(each, part=name) for each in sheet.remarks]
        return assembly.finish(title_of(parts))


def _is_hidden(sheet: Element, styles: Styles) -> bool:
    return any(
        each.get(TABLE + "display") == "false"
        for style in styles.chain("table", sheet.get(TABLE + "style-name"))
        for each in style
        if each.tag == STYLE + "table-properties"
    )


class _Sheet:
    def __init__(self, element: Element, assembly: SheetAssembly, styles: Styles) -> None:
        self.remarks: list[Remark] = []
        self._styles = styles
        self.rows: list[Row] = []
        self.merged: list[Merged] = []
        self._assembly = assembly
        self._hidden = _hidden_columns(element)
        self.remarks += [Remark("hidden-cells") for _ in self._hidden]
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
            text = self._text(cell) if local(cell) == "table-cell" else ""
            if text:
                spanned = count_of(cell, "number-rows-spanned", _LAST_ROW)
                if spanned > 1:
                    self.merged.append(Merged(number, number + spanned - 1, column))
                shown = range(column, min(column + times, _LAST_COLUMN))
                yield from ((each, text) for each in shown if not any(each in hidden for hidden in self._hidden))
            column += times

    def _text(self, cell: Element) -> str:
        """Return a cell's text, and what is noted of it in brackets."""
        notes = [_note(each, self._styles) for each in cell if local(each) == "annotation"]
        text = self._own_text(cell)
        return " ".join([text, *(f"[{words}]" for words in notes if words)]).strip() if notes else text

    def _own_text(self, cell: Element) -> str:
        paragraphs = [each for each in cell if local(each) == "p"]
        words = " ".join(words_of(each, self._styles, self.remarks) for each in paragraphs)
        was_read = any(text.strip() for each in paragraphs for text in each.itertext())
        text = cell_text(words) if was_read else _value(cell)
        left_out = self._styles.look("table-cell", cell.get(TABLE + "style-name")).left_out
        if text and left_out:
            self.remarks.append(Remark(left_out))
            return ""
        return text


def _note(annotation: Element, styles: Styles) -> str:
    return cell_text(" ".join(words_of(each, styles, []) for each in annotation if local(each) == "p"))


def _drawn(sheet: Element, styles: Styles, remarks: list[Remark]) -> Iterator[str]:
    """Yield the paragraphs of a sheet's text boxes and shapes, and the alternative texts of its pictures."""
    for each in sheet.iter(*(DRAW + name for name in _DRAWINGS)):
        described = [(words.text or "").strip() for words in each if local(words) == "desc"]
        yield from filter(None, described)
        for inner in each:
            if local(inner) == "p":
                yield words_of(inner, styles, remarks)
            elif local(inner) in ("image", "object") and not any(described):
                remarks.append(Remark("image-unread" if local(inner) == "image" else "object-unread"))


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
    if kind == "boolean":
        return _BOOLEANS.get(cell.get(OFFICE + "boolean-value", ""), "")
    if kind == "time":
        match = _DURATION.fullmatch(cell.get(OFFICE + "time-value", ""))
        return ":".join(f"{int(each or 0):02}" for each in match.groups()) if match else ""
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
