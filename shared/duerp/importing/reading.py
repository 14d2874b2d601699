"""From a grid of cells to a preview: tables, scales, lines, plans, and the report."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from shared.duerp import personal
from shared.duerp.importing import evidence, families, fields
from shared.duerp.importing.articles import standing
from shared.duerp.importing.bands import Under, family_of_title, kind_of, notes_of, titles_of, unit_of_all, unit_of_lead
from shared.duerp.importing.cells import has_marker
from shared.duerp.importing.checks import rating_findings, seen_values
from shared.duerp.importing.contract import from_contract
from shared.duerp.importing.families import match_family
from shared.duerp.importing.forms import upright
from shared.duerp.importing.grid import Sheet, Workbook, letters
from shared.duerp.importing.kinds import (
    is_legend_name,
    is_register,
    is_room,
    other_document,
    sounds_like_duerp,
    unit_named,
    unit_of_sheet,
    words_of,
)
from shared.duerp.importing.lines import LineReader, findings_of_table
from shared.duerp.importing.mapping import KeptMapping
from shared.duerp.importing.merging import merged
from shared.duerp.importing.plans import Planned, References, join, read_plan
from shared.duerp.importing.preview import AXES, Axis, Finding, MappedColumn, Preview, ScaleValue
from shared.duerp.importing.scales import (
    direction_by_formula,
    direction_of,
    in_text,
    number_of,
    range_in,
    read_legend,
)
from shared.duerp.importing.tables import Table, examples_of, tables_of
from shared.duerp.importing.unread import told_once, unread_of_lines, unread_of_plan

_CELL = re.compile(r"\$?([A-Z]{1,2})\$?\d+")
_LEAST_KNOWN = 3

_RISK = frozenset({"hazard", "situation", "harm", "family"})
_CONTENT = frozenset({"hazard", "situation", "family", "action", "existing_measures", "harm"})


def preview(workbook: Workbook, kept: KeptMapping | None = None) -> Preview:
    """Return what is understood of a file: nothing is put in that it does not say, nor raised for what it says."""
    if workbook.contract is not None:
        return from_contract(workbook.contract)
    return _Reading(workbook, kept or KeptMapping()).read()


def load() -> None:
    """Read all tables of words, for a process that can read no file later."""
    families.load()
    fields.load()
    evidence.load()
    personal.load()
    standing("L4121-1")


@dataclass(slots=True)
class _Reading:
    workbook: Workbook
    kept: KeptMapping
    found: Preview = field(default_factory=Preview)
    legends: dict[str, list[ScaleValue]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    references: References = field(default_factory=References)
    plans: list[Planned] = field(default_factory=list)
    letters: dict[tuple[str, str], str] = field(default_factory=dict)
    gross: dict[tuple[str, int], str] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    whole: str | None = None
    """What all sheets call their unit alike: it is that of the document, and none of them has it for itself."""

    above: tuple[str, tuple[tuple[str, ...], ...], str | None] = ("", (), None)
    """Sheet, labels and unit of the table before."""

    by_family: bool = False
    """Whether sheets are called after families: then they are no work units."""

    def read(self) -> Preview:
        sheets = [upright(sheet) for sheet in self.workbook.shown()]
        if self._is_other_document(sheets):
            self.found.report.append(Finding(None, None, None, "not_a_duerp"))
            return self.found
        tables = self._tables(sheets)
        for table in tables:
            self._legend_of_header(table)
            self._map(table)
        several = len({table.sheet for table in tables if not table.is_plan}) > 1
        self.named = {table.sheet for table in tables if not table.is_plan and "family" not in table.known}
        self.by_family = several and bool(self.named) and all(match_family(name).families for name in self.named)
        self.whole = unit_of_all(tables) if several else None
        titles = titles_of(tables)
        joined = any(not table.is_plan for table in tables)
        for place, table in enumerate(tables):
            if table.is_plan and not joined:
                self.found.report.append(Finding(table.sheet, None, None, "plan_of_actions"))
            if table.is_plan and (joined or not table.tells_risks):
                self.plans.append(read_plan(table))
                self.found.report += unread_of_plan(table, joined=joined)
            else:
                self._lines(table, titles.get(place), several=several)
        self._finish(sheets, tables)
        return self.found

    def _is_other_document(self, sheets: Sequence[Sheet]) -> bool:
        """Return whether the file is another document; a register of accidents may stand beside an assessment."""
        told = {sheet.name: [sheet.name, *words_of(sheet)] for sheet in sheets}
        others = [words for words in told.values() if not is_register(words)]
        return other_document([*self.workbook.texts, *(word for words in others or told.values() for word in words)])

    def _tables(self, sheets: Iterable[Sheet]) -> list[Table]:
        found: list[Table] = []
        for sheet in sheets:
            before = found[-1] if found else None
            tables = self._without_registers(
                each for each in tables_of(sheet, self.kept.columns, before) if _is_ours(each)
            )
            if is_legend_name(sheet.name) and not any(len(table.known) > _LEAST_KNOWN for table in tables):
                tables = []
            if not tables:
                self._keep_legend(read_legend(sheet.rows))
            else:
                top = tables[0].first_row
                self._keep_legend(read_legend({number: cells for number, cells in sheet.rows.items() if number < top}))
                for note in notes_of(tables[-1]):
                    self._keep_legend(in_text(note))
                    self.said.append(note)
            found += tables
        for sheet in self.workbook.sheets:  # lists of values are hidden often, and tell what nobody else does
            if sheet.hidden and is_legend_name(sheet.name):
                self._keep_legend(read_legend(sheet.rows))
        for text in (*self.workbook.texts, *(words for sheet in sheets for words in sheet.lead)):
            self._keep_legend(in_text(text))
            self.said.append(text)
        return found

    def _without_registers(self, tables: Iterable[Table]) -> list[Table]:
        """Return tables but for registers of accidents beside the assessment, which are told."""
        found = []
        for table in tables:
            assesses = table.is_rated or bool(table.known & {"existing_measures", "action"})
            if assesses or not is_register([table.sheet, *(each.header for each in table.columns)]):
                found.append(table)
            else:
                self.found.report.append(Finding(table.sheet, table.first_row, None, "not_a_duerp"))
        return found

    def _keep_legend(self, found: dict[str, list[ScaleValue]]) -> None:
        for axis, values in found.items():
            if len(values) > len(self.legends.get(axis, ())):
                self.legends[axis] = values

    def _legend_of_header(self, table: Table) -> None:
        self.said += [*table.lead, *(column.header for column in table.columns)]
        for axis in AXES:
            header = table.header_of(axis)
            for each, values in in_text(header).items():
                self._keep_legend({each: values})
            if axis not in self.legends and (values := range_in(header)):
                self.legends[axis] = values
        for cells in list(table.rows.values())[:1]:
            self.said += [_named_formula(table, cell.formula) for cell in cells.values() if cell.formula]

    def _map(self, table: Table) -> None:
        for column in table.columns:
            name = table.fields[column.place]
            examples = examples_of(table, column.place)
            self.found.mapping.append(
                MappedColumn(
                    table.sheet, letters(column.place), column.header, None if name == "other" else name, examples
                )
            )
            if name:
                self.letters.setdefault((table.sheet, name), letters(column.place))

    def _lines(self, table: Table, title: str | None, *, several: bool) -> None:
        room = table.sheet.strip() if several and is_room(table.sheet) else None
        of_sheet = unit_of_sheet(table.sheet) if several and not room else None
        of_lead = self._unit_above(table)
        unit = (of_sheet if of_lead == self.whole else None) or of_lead or of_sheet or title
        if unit == table.sheet.strip() and self.by_family:
            unit = None
        if unit is None and not several:
            unit = unit_named(table.sheet)
        family = table.sheet if self.by_family and table.sheet in self.named else family_of_title(table)
        kind, label = kind_of(table.lead[-1]) if table.lead and not room else (room and "premises", room)
        under = Under(kind=kind, label=label, family=family)
        read = LineReader(table, unit, self.kept.families, under).read()
        self.gross |= {(table.sheet, row): level for row, level in read.gross.items()}
        if not read.lines:
            marked = any(each.code == "template_marker" for each in read.findings)
            if not marked:
                self.found.report.append(Finding(table.sheet, table.first_row or None, None, "empty_table"))
        self.found.report += findings_of_table(table, unit, read.lines)
        for header, reference, place in read.references:
            self.references.add(header, reference, read.lines[place])
        self.found.lines += read.lines
        self.found.report += [*read.findings, *unread_of_lines(table, read.level, read.lines)]

    def _unit_above(self, table: Table) -> str | None:
        """Return the unit named above a table, or above the one before it whose header it repeats."""
        labels = tuple(each.labels for each in table.columns)
        sheet, before, unit = self.above
        told = unit_of_lead(table.lead) or (unit if (sheet, before) == (table.sheet, labels) else None)
        self.above = (table.sheet, labels, told)
        return told

    def _finish(self, sheets: Sequence[Sheet], tables: Sequence[Table]) -> None:
        self.found.lines, duplicates = merged(self.found.lines)
        self.found.report += duplicates
        self._set_scale()
        self.found.report += rating_findings(self.found.lines, self._explained(), self.letters, self.gross)
        for planned in self.plans:
            self.found.loose_actions += join(planned, self.found.lines, self.references)
            self.found.report += planned.findings
        if not tables:
            self._report_no_table(sheets)
        for sheet in self.workbook.sheets:
            if sheet.hidden and any(_is_ours(each) for each in tables_of(sheet, self.kept.columns)):
                self.found.report.append(Finding(sheet.name, None, None, "layout_not_understood", {"why": "hidden"}))
        if not (self.found.lines or self.found.loose_actions or self.found.report):
            self.found.report.append(Finding(None, None, None, "empty_table"))
        order = {sheet.name: place for place, sheet in enumerate(self.workbook.sheets)}
        self.found.report = told_once(self.found.report)
        self.found.report.sort(key=lambda each: (order.get(each.sheet or "", -1), each.row or 0, each.column or ""))

    def _set_scale(self) -> None:
        for axis in AXES:
            values = self.legends.get(axis) or []
            rated = any(line.rating[axis] is not None for line in self.found.lines)
            # One end of a scale tells its direction, not its values.
            seen = values if len(values) > 1 else seen_values(self.found.lines, axis)
            if not (rated or len(values) > 1):
                continue
            direction = self.kept.directions.get(axis) or direction_of(axis, values) or direction_of(axis, seen)
            if direction is None and axis == "control":
                direction = next((told for text in self.said if (told := direction_by_formula(text))), None)
            self.found.scale[axis] = Axis(seen, direction)
            numbered = any(number_of(line.rating[axis]) is not None for line in self.found.lines)
            if axis == "control" and direction is None and numbered:
                sheet = next(line.sheet for line in self.found.lines if line.rating[axis] is not None)
                place = self.letters.get((sheet, axis))
                self.found.report.append(Finding(sheet, None, place, "scale_direction", {"field": axis}))

    def _explained(self) -> dict[str, Axis]:
        """Return the axes whose values the file explains: values that are only seen in its lines tell nothing."""
        return {axis: found for axis, found in self.found.scale.items() if len(self.legends.get(axis, ())) > 1}

    def _report_no_table(self, sheets: Sequence[Sheet]) -> None:
        words = [*self.workbook.texts, *(sheet.name for sheet in sheets)]
        words += [cell.text for sheet in sheets for cells in sheet.rows.values() for cell in cells.values()][:2000]
        words += [text for sheet in sheets for text in sheet.lead]
        if not any(text.strip() for text in words[len(sheets) :]):
            self.found.report.append(Finding(None, None, None, "empty_table"))
        elif any(map(has_marker, words)):
            self._report_markers(sheets)
        elif sounds_like_duerp(words):
            self.found.report.append(Finding(None, None, None, "layout_not_understood"))
        else:
            self.found.report.append(Finding(None, None, None, "not_a_duerp"))

    def _report_markers(self, sheets: Sequence[Sheet]) -> None:
        for text in self.workbook.texts:
            if has_marker(text):
                self.found.report.append(Finding(None, None, None, "template_marker", {"value": text[:120]}))
                break
        for sheet in sheets:
            for number, cells in sheet.rows.items():
                column = next((at for at, cell in cells.items() if has_marker(cell.text)), None)
                if column is not None:
                    params = {"value": cells[column].text[:120]}
                    self.found.report.append(Finding(sheet.name, number, letters(column), "template_marker", params))


def _is_ours(table: Table) -> bool:
    """Return whether a table's columns are those of a DUERP or a plan of actions.

    Its headers name them, or evidence finds a rated risk: of a list of trainings it would make an assessment else.
    """
    named = frozenset(table.fields[each.place] for each in table.columns if each.place not in table.by_evidence)
    if (len(named & table.known) > 1 and named & _CONTENT) or "family_mark" in table.known:
        return True
    return len(table.known) > _LEAST_KNOWN and table.is_rated and bool(table.known & _RISK)


def _named_formula(table: Table, formula: str) -> str:
    """Return a formula with the letters of axes in the places of cells, as `G*F/M`."""
    names = {"gravity": "g", "frequency": "f", "probability": "p", "exposure": "e", "control": "m"}
    by_letters = {letters(place): names[name] for place, name in table.fields.items() if name in names}
    return _CELL.sub(lambda match: f" {by_letters.get(match[1], 'x1')} ", formula)
