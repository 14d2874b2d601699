"""Lines of a table: rows with the unit, the place and the family that stand above or beside them."""

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace

from shared.duerp.importing import cells as inside
from shared.duerp.importing.actions import actions_of, planned_among
from shared.duerp.importing.bands import Bands, Under, is_end
from shared.duerp.importing.contents import is_mark
from shared.duerp.importing.grid import Cell, letters
from shared.duerp.importing.line_families import LineFamilies
from shared.duerp.importing.preview import AXES, Action, Finding, Line, Place
from shared.duerp.importing.row_cells import RowCells, read_row
from shared.duerp.importing.scales import number_of
from shared.duerp.importing.tables import Table
from shared.duerp.importing.unread import left_out
from shared.duerp.importing.words import plain

_PLACES = {"place_premises": "premises", "place_equipment": "equipment", "place_activity": "activity", "place": None}
_LEVELS = ("level_residual", "level", "level_gross", "priority")
_OF_A_RISK = ("hazard", "situation", "harm", "family", *AXES, *_LEVELS, "work_unit", "exposed_count", *_PLACES)
_SPARSE = 0.3


@dataclass(slots=True)
class Read:
    """What was read of a table: lines, findings, and references of lines and of their actions."""

    lines: list[Line] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    references: list[tuple[str, str, int]] = field(default_factory=list)
    """Header, reference, place of the line."""

    gross: dict[int, str] = field(default_factory=dict)
    """Levels before measures, by row, where a level after them is the line's."""

    level: str | None = None
    """Field that levels were taken from."""


class LineReader:
    """Reads the lines of one table.

    Args:
        unit: the work unit of the whole sheet, where no column and no band says another.
        families: what a person has said of this source: folded words -> id.
        under: what the sheet's name says of all its lines: a family, as it is written, or a room.
    """

    def __init__(self, table: Table, unit: str | None, families: Mapping[str, str], under: Under) -> None:
        self._table = table
        self._unit = unit
        self._families = LineFamilies(table, families)
        self._under = under
        self._bands = Bands(table)
        self._sparse = {name for name in ("family", *_PLACES) if self._is_sparse(name)}
        self._last: dict[str, str] = {}
        self._level = self._level_field()
        self.found = Read(level=self._level)

    def read(self) -> Read:
        under = self._under
        for number, cells in self._table.rows.items():
            text = self._bands.text_of(number, cells)
            if (text is not None and is_end(text)) or self._bands.is_note(number, cells):
                continue
            if text is not None and not inside.is_total(text) and not inside.has_marker(text):
                self._bands.take(text, under)
                self._last.clear()
                continue
            row = read_row(self._table, number, cells)
            if self._is_total(cells) or not (row.texts or row.findings):
                continue
            if row.marked:
                self.found.findings += row.findings
                continue
            self._row(row, under, cells)
        return self.found

    def _row(self, row: RowCells, under: Under, cells: Mapping[int, Cell]) -> None:
        if self.found.lines and not any(row.get(name) for name in _OF_A_RISK) and not row.without_value:
            self._continue(row)
        else:
            line = self._line(row, under, cells)
            told = row.pairs("reference")
            self.found.references += [(header, text, len(self.found.lines)) for header, text in told]
            self.found.lines += self._by_family(line, row) or _by_unit(line, row.pairs("unit_mark"))
        self.found.findings += row.findings

    def _by_family(self, line: Line, row: RowCells) -> list[Line]:
        """Return a line for each family whose column has a level in the row."""
        found = []
        for header, text in row.pairs("family_mark"):
            name = header.rsplit(" / ", 1)[-1]
            found.append(replace(deepcopy(line), family_as_written=name, level_as_written=text))
            self._families.tell(found[-1], row, name, is_written=True)
        if found and not (line.hazard or line.situation or line.harm):
            row.report("missing_field", "hazard")
        return found

    def _continue(self, row: RowCells) -> None:
        """Add measures and actions of a row that says nothing of a risk to the line above it."""
        line = self.found.lines[-1]
        measures, planned = self._measures(row)
        line.existing_measures += measures
        line.actions += [*planned, *actions_of(row)]
        line.comment = "\n".join(filter(None, (line.comment, row.get("comment"), *row.unknown))) or None
        line.articles += [each for each in row.articles if each not in line.articles]

    def _line(self, row: RowCells, under: Under, cells: Mapping[int, Cell]) -> Line:
        line = Line(row.table.sheet, row.number, comment=row.get("comment"))
        self._set_unit(line, row, under)
        line.place = self._place(line, row, under)
        line.hazard, line.situation, line.harm = row.get("hazard"), row.get("situation"), row.get("harm")
        self._set_statement(line, row)
        self._set_family(line, row, under)
        self._set_exposed(line, row)
        line.existing_measures, planned = self._measures(row)
        line.actions = [*planned, *actions_of(row)]
        self._set_rating(line, row, cells)
        line.articles = row.articles
        left = [
            words for name in sorted(left_out(self._level, has_actions=bool(line.actions))) for words in row.told(name)
        ]
        line.comment = "\n".join(filter(None, (line.comment, *row.unknown, *left))) or None
        return line

    def _set_unit(self, line: Line, row: RowCells, under: Under) -> None:
        written = row.get("work_unit")
        if written:
            self._last["work_unit"] = written
        unit = written or self._last.get("work_unit") or under.unit or self._unit or self._place_as_unit(row)
        if unit and inside.is_all_units(unit):
            line.all_units = True
        else:
            line.work_unit = unit
        if unit is None and "work_unit" in row.table.known:
            row.report("missing_field", "work_unit")

    def _place_as_unit(self, row: RowCells) -> str | None:
        """Return the room of a line where nothing names a work unit: a school assesses its risks by places."""
        if "work_unit" in row.table.known:
            return None
        return row.get("place_premises") or (
            self._last.get("place_premises") if "place_premises" in self._sparse else None
        )

    def _place(self, line: Line, row: RowCells, under: Under) -> Place | None:
        found: list[tuple[str | None, str]] = []
        for name, kind in _PLACES.items():
            text = row.get(name) or (self._last.get(name) if name in self._sparse else None)
            if text:
                self._last[name] = text
                found.append((kind or under.kind, text))
        for _, text in found[1:]:
            line.comment = f"{line.comment}\n{text}" if line.comment else text
        if found:
            return Place(*found[0])
        return Place(under.kind, under.label or "") if under.label or under.kind else None

    def _set_statement(self, line: Line, row: RowCells) -> None:
        """Take the words for not concerned and not assessed out of the line, and report them."""
        if inside.says_no(row.get("concerned") or ""):
            self._once(row, "not_concerned", "concerned", row.told("concerned")[0])
        for name in (
            "hazard",
            "situation",
            "harm",
            "exposed_count",
            "existing_measures",
            "action",
            *AXES,
            *_LEVELS,
            "status",
        ):
            text = row.get(name)
            is_nothing = name in ("hazard", "situation") and text and inside.says_nothing(text)
            if text and (inside.is_not_concerned(text) or is_nothing):
                self._once(row, "not_concerned", name, text)
            elif text and inside.is_not_assessed(text) and name not in ("action", "status", "existing_measures"):
                self._once(row, "not_assessed", name, text)
            else:
                continue
            row.texts.pop(name)
            if name in ("hazard", "situation", "harm"):
                setattr(line, name, None)

    @staticmethod
    def _once(row: RowCells, code: str, name: str, text: str) -> None:
        if not any(each.code == code for each in row.findings):
            row.report("not_concerned" if code == "not_concerned" else "not_assessed", name, value=text)

    def _set_family(self, line: Line, row: RowCells, under: Under) -> None:
        written = row.get("family") or (self._last.get("family") if "family" in self._sparse else None) or under.family
        if written:
            self._last["family"] = written
        told = written or line.hazard or line.situation
        line.family_as_written = told
        if told is None:
            if not row.pairs("family_mark"):
                row.report("missing_field", "family")
            return
        self._families.tell(line, row, told, is_written=bool(written))
        if not (line.hazard or line.situation or line.harm) and not self._is_said(row):
            row.report("missing_field", "hazard")

    @staticmethod
    def _is_said(row: RowCells) -> bool:
        return any(each.code in ("not_concerned", "not_assessed") for each in row.findings)

    @staticmethod
    def _set_exposed(line: Line, row: RowCells) -> None:
        text = row.get("exposed_count")
        if text is None:
            return
        line.exposed_count = inside.count_in(text)
        if line.exposed_count is None:
            words = f"{row.headers['exposed_count'][0]} : {text}"
            line.comment = f"{line.comment}\n{words}" if line.comment else words

    @staticmethod
    def _measures(row: RowCells) -> tuple[list[str], list[Action]]:
        found = [each for text in row.texts.get("existing_measures", ()) for each in inside.measures_in(text)]
        return planned_among(found)

    def _set_rating(self, line: Line, row: RowCells, cells: Mapping[int, Cell]) -> None:
        axes = [axis for axis in AXES if axis in row.table.known]
        for axis in axes:
            line.rating[axis] = row.get(axis)
        line.level_as_written = row.get(self._level) if self._level else None
        if self._level != "level_gross" and (gross := row.get("level_gross")):
            self.found.gross[row.number] = gross
        coloured = self._coloured(cells)
        if coloured:
            row.report("colour_only", coloured[0], value=coloured[1])
        if self._is_said(row) or not (axes or self._level):
            return
        empty = [axis for axis in axes if line.rating[axis] is None and axis not in row.without_value]
        if len(empty) == len(axes) and not line.level_as_written and not coloured and not row.without_value:
            row.report("not_assessed", axes[0] if axes else self._level)
        elif len(empty) < len(axes):
            for axis in empty:
                if not any(each.params.get("field") == axis for each in row.findings):
                    row.report("missing_field", axis)

    def _coloured(self, cells: Mapping[int, Cell]) -> tuple[str, str] | None:
        """Return the rating or level that a row gives by a colour alone, which is not the colour of the row."""
        for name in (*AXES, *_LEVELS):
            for place in self._table.places_of(name):
                cell = cells.get(place)
                others = [each.fill for at, each in cells.items() if at != place and each.text.strip()]
                if (
                    cell is not None
                    and cell.fill
                    and not cell.text.strip()
                    and not cell.formula
                    and cell.fill not in others
                ):
                    return name, cell.fill
        return None

    def _level_field(self) -> str | None:
        for name in _LEVELS:
            for place in self._table.places_of(name):
                held = (cells.get(place) for cells in self._table.rows.values())
                if any(cell is not None and (cell.text.strip() or cell.formula or cell.fill) for cell in held):
                    return name
        return None

    def _is_sparse(self, name: str) -> bool:
        places = self._table.places_of(name)
        full = [cells for cells in self._table.rows.values() if len(cells) > 1]
        blank = sum(not (cells.get(places[0]) or Cell()).text.strip() for cells in full) if places else 0
        return bool(full) and blank >= _SPARSE * len(full)

    @staticmethod
    def _is_total(cells: Mapping[int, Cell]) -> bool:
        """Return whether a row begins as a total does, or has nothing but one and numbers."""
        texts = [cells[at].text.strip() for at in sorted(cells) if cells[at].text.strip()]
        words = [text for text in texts if number_of(text) is None]
        return bool(texts) and (inside.is_total(texts[0]) or (len(words) == 1 and inside.is_total(words[0])))


def _by_unit(line: Line, marked: Iterable[tuple[str, str]]) -> list[Line]:
    """Return a line for each work unit whose column says something in the row; the line itself where none does.

    Args:
        marked: headers of the columns, and a cross or the level of the unit.
    """
    found = []
    for header, text in marked:
        level = line.level_as_written if is_mark(plain(text)) else text
        unit = header.rsplit(" / ", 1)[-1]
        found.append(replace(deepcopy(line), work_unit=unit, level_as_written=level))
    return found or [line]


def findings_of_table(table: Table, unit: str | None, lines: list[Line]) -> Iterator[Finding]:
    """Yield what no row of a table says: its work unit, or that its places stand for one."""
    by_place = [each for each in lines if each.place and each.work_unit and each.work_unit == each.place.label]
    if unit is None and "work_unit" not in table.known and "place_premises" in table.known and by_place:
        place = letters(table.places_of("place_premises")[0])
        yield Finding(table.sheet, None, place, "unit_by_place", {"value": table.header_of("place_premises")})
    if (
        unit is None
        and "work_unit" not in table.known
        and any(not (each.work_unit or each.all_units) for each in lines)
    ):
        yield Finding(table.sheet, None, None, "missing_field", {"field": "work_unit"})
