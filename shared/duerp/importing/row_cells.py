"""The cells of a row by field, with what is to be said of each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from shared.duerp.importing import cells as inside
from shared.duerp.importing.articles import Standing, cited_articles
from shared.duerp.importing.columns import Column
from shared.duerp.importing.grid import Cell, letters
from shared.duerp.importing.preview import Code, Finding
from shared.duerp.importing.tables import Table
from shared.duerp.personal import personal_data_in

LONGEST_TEXT = 2_000
"""Characters of a text beyond which nobody reads it in a table's cell."""

_SHOWN = 120
_CALLS = re.compile(r"HYPERLINK|WEBSERVICE|DDE|EXEC|CALL\(|REGISTER|cmd\|", re.IGNORECASE)
_TEXTS = frozenset({"hazard", "situation", "harm", "existing_measures", "action", "comment", "exposed_count"})
_STANDING: dict[Standing, Code] = {Standing.UNKNOWN: "no_such_article", Standing.REPEALED: "repealed_article"}


@dataclass(slots=True)
class RowCells:
    """A row's texts by field, in the order of its columns, cleaned of errors and marks of templates.

    Attributes:
        days: of cells that are dates, by field.
        fills: of level cells without text.
        unknown: words of columns that were not understood, with their headers.
        marked: whether every text was a mark of a template.
        findings: of its cells.
    """

    table: Table
    number: int
    texts: dict[str, list[str]] = field(default_factory=dict)
    days: dict[str, date] = field(default_factory=dict)
    headers: dict[str, list[str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    articles: list[str] = field(default_factory=list)
    without_value: set[str] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)
    marked: bool = False

    def get(self, name: str) -> str | None:
        """Return the text of a field; None where there is none, or a dash for none."""
        found = [text for text in self.texts.get(name, ()) if not inside.is_blank(text)]
        return "\n".join(found) or None

    def pairs(self, name: str) -> list[tuple[str, str]]:
        """Return the texts of a field that say something, each with the header of its column."""
        pairs = zip(self.headers.get(name, ()), self.texts.get(name, ()), strict=False)
        return [(header, text) for header, text in pairs if not inside.is_blank(text)]

    def told(self, name: str) -> list[str]:
        """Return the texts of a field, each behind the header of its column, as a remark keeps them."""
        return [f"{header} : {text}" for header, text in self.pairs(name)]

    def report(self, code: Code, field_name: str | None = None, **params: str) -> None:
        places = self.table.places_of(field_name) if field_name else []
        column = letters(places[0]) if places else None
        params = {name: value if len(value) <= _SHOWN else f"{value[:_SHOWN]}\u2026" for name, value in params.items()}
        if field_name:
            params.setdefault("field", field_name)
        self.findings.append(Finding(self.table.sheet, self.number, column, code, params))


def read_row(table: Table, number: int, cells: Mapping[int, Cell]) -> RowCells:
    """Return the cells of a row by field, each read and looked at once."""
    row = RowCells(table, number)
    marks = texts = 0
    for column in table.columns:
        name, cell = table.fields[column.place], cells.get(column.place)
        if cell is None:
            continue
        if name is None or name == "other":
            _keep_words(row, column, cell.text)
            continue
        text = _cleaned(row, name, cell)
        texts += bool(cell.text.strip()) and name != "reference"  # a template's forms are numbered
        if inside.has_marker(text):
            row.report("template_marker", name, value=text)
            text = inside.without_markers(text)
            marks += not text or inside.is_blank(text)
        if not text:
            continue
        row.texts.setdefault(name, []).append(text)
        row.headers.setdefault(name, []).append(column.header)
        if cell.day is not None:
            row.days[name] = cell.day
        _look_at(row, name, text)
    row.marked = marks > 0 and marks == texts
    return row


def _keep_words(row: RowCells, column: Column, text: str) -> None:
    """Keep what stands in a column without a field as a remark: nothing that people wrote is lost, numbers included."""
    if not inside.is_blank(text.strip()) and not inside.is_error(text) and not inside.has_marker(text):
        row.unknown.append(f"{column.header} : {text.strip()}")


def _cleaned(row: RowCells, name: str, cell: Cell) -> str:
    text = cell.text.strip()
    if inside.is_error(text):
        row.report("cell_error", name, value=text)
        return ""
    if cell.formula and not cell.has_value:
        row.report("formula_without_value", name, value=f"={cell.formula}")
        row.without_value.add(name)
        return ""
    if (cell.formula and _CALLS.search(cell.formula)) or (not cell.formula and inside.is_formula(text)):
        row.report("formula_in_text", name, value=text or f"={cell.formula}")
    return text


def _look_at(row: RowCells, name: str, text: str) -> None:
    if len(text) > LONGEST_TEXT:
        row.report("text_too_long", name, length=str(len(text)), limit=str(LONGEST_TEXT))
    kind = personal_data_in(text) if name in _TEXTS or name == "who" else None
    if kind and (name != "who" or kind != "email"):
        row.report("personal_data", name, kind=kind)
    for article, standing in cited_articles(text) if name in _TEXTS or name in ("articles", "family") else ():
        if article not in row.articles:
            row.articles.append(article)
            if standing in _STANDING:
                row.report(_STANDING[standing], name, value=article)
