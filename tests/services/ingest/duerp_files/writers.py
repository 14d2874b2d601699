"""Files of DUERP written as others write them: workbooks, texts, OpenDocument and csv."""

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.styles import PatternFill

Rows = Sequence[Sequence[Any]]


@dataclass
class Written:
    """A sheet to write: rows, merged ranges, and fills by cell."""

    name: str
    rows: Rows
    merged: Sequence[str] = ()
    fills: dict[str, str] = field(default_factory=dict)
    state: str = "visible"


def xlsx(*sheets: Written) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for each in sheets:
        sheet = book.create_sheet(each.name)
        for row in each.rows:
            sheet.append([None if value == "" else value for value in row])
        for reference in each.merged:
            sheet.merge_cells(reference)
        for reference, colour in each.fills.items():
            sheet[reference].fill = PatternFill("solid", fgColor=colour)
        sheet.sheet_state = each.state
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def csv_file(rows: Rows, delimiter: str = ";", encoding: str = "cp1252") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_ODS = (
    f'<office:document-content xmlns:office="{_ODF}office:1.0" xmlns:table="{_ODF}table:1.0" xmlns:text="{_ODF}text:1.0">'
    "<office:body><office:spreadsheet>{}</office:spreadsheet></office:body></office:document-content>"
)


def ods(*sheets: tuple[str, Rows]) -> bytes:
    tables = "".join(
        f'<table:table table:name="{name}">{"".join(map(_ods_row, rows))}</table:table>' for name, rows in sheets
    )
    return _zip({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": _ODS.format(tables)})


def _ods_row(row: Sequence[Any]) -> str:
    return f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>"


def _ods_cell(value: Any) -> str:
    if value == "":
        return "<table:table-cell/>"
    kind = f'float" office:value="{value}' if isinstance(value, int | float) else "string"
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).split("\n"))
    return f'<table:table-cell office:value-type="{kind}">{lines}</table:table-cell>'


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)


def docx(*blocks: str | Rows) -> bytes:
    """Write paragraphs and tables; a cell `(text, n)` spans n columns."""
    body = "".join(_paragraphs(each) if isinstance(each, str) else _table(each) for each in blocks)
    document = f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    return _zip({"[Content_Types].xml": _TYPES, "_rels/.rels": _RELATIONS, "word/document.xml": document})


def _table(rows: Rows) -> str:
    return f"<w:tbl>{''.join(map(_docx_row, rows))}</w:tbl>"


def _docx_row(row: Sequence[Any]) -> str:
    return f"<w:tr>{''.join(map(_docx_cell, row))}</w:tr>"


def _docx_cell(value: Any) -> str:
    text, span = value if isinstance(value, tuple) else (value, 1)
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>{_paragraphs(str(text))}</w:tc>'


def _paragraphs(text: str) -> str:
    return "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in text.split("\n"))


def _zip(parts: dict[str, str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return data.getvalue()
