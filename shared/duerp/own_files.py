"""Exports of Vigie, read back: exact entries, and what a person changed in the cells beside them. Pure.

A table of ours has a last column whose header is the mark `vigie-duerp/VERSION UNIT`. Its cells are JSON in plain ASCII
without white space, cut where a cell would be too long: an entry, or what a row of cells printed of one.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any
from uuid import UUID

from shared.duerp.importing.grid import Cell, Sheet, Workbook, letters
from shared.duerp.importing.preview import Finding
from shared.duerp.own_cells import FORMAT, VERSION, Printed
from shared.duerp.own_changes import change_in, folded
from shared.errors import InvalidInput

MOST_ENTRIES = 100_000
_MARK = re.compile(rf"{FORMAT}/([0-9]{{1,6}}) (\S.*)")
_ROWS_BEFORE_MARK = 20


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """An entry as an export has it; its content has yet to pass the model of its kind.

    Attributes:
        revision: that it had when it was exported; None where the export does not tell.
    """

    kind: str
    id: UUID
    content: Mapping[str, Any]
    state: str | None = None
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class HandChange:
    """A field that a person changed in a cell."""

    entry: UUID
    field: str
    before: Any
    after: Any
    sheet: str
    row: int


@dataclass(slots=True)
class OwnFile:
    """What an export holds: entries with the changes in them, these changes, and what could not be read."""

    unit: str
    entries: list[OwnEntry] = field(default_factory=list)
    changes: list[HandChange] = field(default_factory=list)
    report: list[Finding] = field(default_factory=list)


# --- reading ---------------------------------------------------------------------------------------------------------


def own_file(workbook: Workbook) -> OwnFile | None:
    """Return what an export of ours holds; None for another file.

    Raises:
        InvalidInput: a later version of Vigie wrote it.
    """
    if workbook.contract is not None:
        return _of_json(workbook.contract)
    reader = _Reader()
    for sheet in workbook.sheets:
        reader.read(sheet)
    return reader.ended()


def _of_json(data: Mapping[str, Any]) -> OwnFile | None:
    if data.get("format") != FORMAT:
        return None
    _check_version(data.get("version"))
    found = OwnFile(str(data.get("unit", "")))
    entries = data.get("entries")
    for number, each in enumerate(entries if isinstance(entries, list) else [], start=1):
        _add(found, each, "json", number)
    return found


def _check_version(version: Any) -> None:
    if not isinstance(version, int) or version > VERSION:
        raise InvalidInput(reason="duerp-newer-export")


def _add(found: OwnFile, value: Any, sheet: str, row: int) -> None:
    """Add the entry that a value is, or report it; the second of two of one id is reported."""
    entry = _entry(value)
    if entry is None or len(found.entries) >= MOST_ENTRIES:
        found.report.append(Finding(sheet, row, None, "unreadable_entry", {"value": str(row)}))
    else:
        found.entries.append(entry)


def _entry(value: Any) -> OwnEntry | None:
    if not isinstance(value, dict) or not isinstance(value.get("content"), dict):
        return None
    try:
        identity = UUID(str(value.get("id")))
    except ValueError:
        return None
    state, revision = value.get("state"), value.get("revision")
    return OwnEntry(
        str(value.get("kind")),
        identity,
        value["content"],
        state if isinstance(state, str) else None,
        revision if type(revision) is int and revision > 0 else None,
    )


@dataclass(slots=True)
class _PrintedRow:
    """A row of cells that prints an entry: where it is, its cells by title, and what stood in them."""

    entry: UUID
    sheet: str
    number: int
    cells: Mapping[str, tuple[str, str]]
    """Letters of the column, and text, by title."""
    printed: Mapping[str, Sequence[Printed]]


class _Reader:
    def __init__(self) -> None:
        self._found: OwnFile | None = None
        self._rows: list[_PrintedRow] = []

    def read(self, sheet: Sheet) -> None:
        place = _marked(sheet)
        if place is None:
            return
        header, column, version, unit = place
        _check_version(version)
        found = self._found = self._found or OwnFile(unit)
        for number, cells in sheet.rows.items():
            if number > header:
                self._row(found, sheet, number, cells, (header, column))

    def _row(
        self, found: OwnFile, sheet: Sheet, number: int, cells: Mapping[int, Cell], place: tuple[int, int]
    ) -> None:
        header, column = place
        value = _value(cells, column)
        if value is None:
            if any(cell.text for cell in cells.values()):
                found.report.append(Finding(sheet.name, number, None, "unreadable_entry", {"value": str(number)}))
            return
        if "content" in value or "row" not in value:
            _add(found, value, sheet.name, number)
        row = _printed_row(value, sheet, number, header, column)
        if row is not None:
            self._rows.append(row)

    def ended(self) -> OwnFile | None:
        found = self._found
        if found is None or not found.entries:
            return None
        entries = {each.id: each for each in found.entries}
        for row in self._rows:
            if row.entry in entries:
                entries[row.entry] = _with_changes(entries[row.entry], row, found)
        found.entries = [entries[each.id] for each in found.entries]
        return found


def _marked(sheet: Sheet) -> tuple[int, int, int, str] | None:
    """Return row and column of a sheet's mark, its version and its unit."""
    for number, cells in list(sheet.rows.items())[:_ROWS_BEFORE_MARK]:
        for column, cell in cells.items():
            if told := _MARK.fullmatch(cell.text):
                return number, column, int(told[1]), told[2]
    return None


def _value(cells: Mapping[int, Cell], column: int) -> dict[str, Any] | None:
    try:
        value = json.loads("".join(cell.text for at, cell in sorted(cells.items()) if at >= column))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _printed_row(value: Mapping[str, Any], sheet: Sheet, number: int, header: int, last: int) -> _PrintedRow | None:
    printed = value.get("cells")
    try:
        entry = UUID(str(value.get("row")))
    except ValueError:
        return None
    if not isinstance(printed, dict):
        return None
    row = sheet.rows[number]
    titles = {at: cell.text for at, cell in sheet.rows[header].items() if at < last}
    cells = {title: (letters(at), row[at].text if at in row else "") for at, title in titles.items()}
    return _PrintedRow(entry, sheet.name, number, cells, {title: _parts(each) for title, each in printed.items()})


def _parts(value: Any) -> list[Printed]:
    parts = [list(map(str, each)) for each in value if isinstance(each, list)] if isinstance(value, list) else []
    return [Printed(each[0], each[2], each[1]) for each in parts if len(each) == len(fields(Printed))]


def _with_changes(entry: OwnEntry, row: _PrintedRow, found: OwnFile) -> OwnEntry:
    """Return an entry with what its row says otherwise than it printed; what cannot be read back is reported."""
    content = dict(entry.content)
    for title, parts in row.printed.items():
        column, text = row.cells.get(title, ("", None))
        if text is None or folded(text) == folded("\n".join(each.before + each.text for each in parts)):
            continue
        change = change_in(parts, text)
        if change is None:
            found.report.append(Finding(row.sheet, row.number, column, "unreadable_change", {"value": text[:120]}))
            continue
        name, after = change
        found.changes.append(HandChange(entry.id, name, content.get(name), after, row.sheet, row.number))
        content[name] = after
    return replace(entry, content=content)
