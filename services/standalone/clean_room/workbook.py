"""The workbook of the clean room as a unit would have kept it: a title, two header rows, merged cells, three sheets."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib import resources
from io import BytesIO
from types import MappingProxyType
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

_WIDTH = 24


@cache
def clean_room() -> Mapping[str, Any]:
    """Return the clean room's data (clean_room.toml)."""
    text = resources.files("services.standalone.clean_room").joinpath("clean_room.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def workbook() -> bytes:
    """Return last year's DUERP of the clean room as an xlsx file."""
    data = clean_room()
    book = Workbook()
    risks = book.active
    assert isinstance(risks, Worksheet)
    risks.title = "Risques"
    _write_risks(risks, data)
    _write_table(book.create_sheet("Plan d'actions"), 1, data["actions"])
    _write_table(book.create_sheet("Échelles"), 1, data["scale"])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _write_risks(sheet: Worksheet, data: Mapping[str, Any]) -> None:
    """Write the lines below a title and a row of merged headings, which stand over the columns' own."""
    risks = data["risks"]
    sheet.append([data["title"]])
    sheet["A1"].font = Font(bold=True, size=14)
    column = 1
    for words, width in risks["groups"]:
        sheet.cell(2, column, words).font = Font(bold=True)
        sheet.merge_cells(start_row=2, end_row=2, start_column=column, end_column=column + width - 1)
        column += width
    _write_table(sheet, 3, risks)


def _write_table(sheet: Worksheet, first: int, table: Mapping[str, Sequence[Any]]) -> None:
    _write_row(sheet, first, table["header"])
    for cell in sheet[first]:
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = _WIDTH
    for number, row in enumerate(table["rows"], start=first + 1):
        _write_row(sheet, number, map(_value, row))


def _write_row(sheet: Worksheet, number: int, values: Iterable[Any]) -> None:
    for column, value in enumerate(values, start=1):
        sheet.cell(number, column, value).alignment = Alignment(wrap_text=True, vertical="top")


def _value(words: str) -> str | int | datetime | None:
    """Return what a cell holds for words: a number and a day as what Excel keeps them as."""
    if words.isdigit():
        return int(words)
    try:
        return datetime.strptime(words, "%Y-%m-%d")  # noqa: DTZ007 (a day, which a workbook keeps without a zone)
    except ValueError:
        return words or None
