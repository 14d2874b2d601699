"""Columns of which no field is made: each is told with its header; numbers are asked about, for they may be ratings."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from shared.duerp.importing.cells import is_blank
from shared.duerp.importing.columns import is_known
from shared.duerp.importing.dates import days_in
from shared.duerp.importing.grid import Cell, letters
from shared.duerp.importing.preview import Code, Finding, Line
from shared.duerp.importing.scales import number_of
from shared.duerp.importing.tables import Table, examples_of
from shared.duerp.importing.words import plain

_OF_NO_LINE = frozenset({"assessed_on", "due_start"})
"""Fields that are known so that they are taken for nothing else; a line has no place for them."""

_LEVELS = frozenset({"level", "level_gross", "level_residual", "priority"})
_OF_ACTIONS = frozenset({"who", "due", "who_due", "cost", "indicator", "status", "done_on"})
_OF_A_PLAN = _OF_ACTIONS | {"action", "reference"}
_JOINING = frozenset({"hazard", "family", "work_unit"})
"""What a plan says of the line that an action belongs to."""

_CODES = frozenset({"unknown_column", "unknown_rating_column", "left_column", "column_by_evidence", "plan_of_actions"})
_LEAST_UNNAMED = 2
"""Cells of a column without a header: one alone is a signature or a note beside the table."""


def left_out(level: str | None, *, has_actions: bool) -> frozenset[str]:
    """Return the fields that a line has no place for: other levels than its own, and who and when of no action."""
    return _OF_NO_LINE | (_LEVELS - {level}) | (frozenset() if has_actions else _OF_ACTIONS)


def unread_of_lines(table: Table, level: str | None, lines: Sequence[Line]) -> Iterator[Finding]:
    """Yield the columns of a table of lines that hold something and of which lines have a remark at most.

    Args:
        level: field that the lines' level was taken from; other levels are left out.
        lines: of the table; without an action in them, who and when are of nothing.
    """
    left = left_out(level, has_actions=any(each.actions for each in lines))
    yield from _unread(table, left, keeps_words=True)
    yield from by_evidence_of(table)


def by_evidence_of(table: Table) -> Iterator[Finding]:
    """Yield the columns whose field was told by what they hold and where they stand: a reading, and not a name."""
    for column in table.columns:
        field = table.fields[column.place]
        if field and column.place in table.by_evidence:
            shown = " | ".join(examples_of(table, column.place))
            params = {"value": column.header, "examples": shown, "field": field}
            yield Finding(table.sheet, None, letters(column.place), "column_by_evidence", params)


def unread_of_plan(table: Table, *, joined: bool) -> Iterator[Finding]:
    """Yield the columns of a plan that hold something and of which no action has anything.

    Args:
        joined: whether there are lines, which the plan's risks and units are compared with.
    """
    taken = _OF_A_PLAN | (_JOINING if joined else frozenset())
    yield from _unread(table, table.known - taken, keeps_words=False)
    yield from by_evidence_of(table)


def told_once(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with those of a sheet's column once: a header that stands on each page makes many tables."""
    told: dict[object, Finding] = {}
    for place, each in enumerate(findings):
        is_of_column = each.code in _CODES
        key = (each.sheet, each.column, each.code, each.params.get("value")) if is_of_column else place
        told.setdefault(key, each)
    return list(told.values())


def _unread(table: Table, left: Collection[str], *, keeps_words: bool) -> Iterator[Finding]:
    for place, texts in _held(table).items():
        name = table.fields.get(place)
        if name and name != "other" and name not in left:
            continue
        column = next((each for each in table.columns if each.place == place), None)
        code: Code = "left_column"
        if name is None:
            is_second = column is not None and is_known(column.labels[-1])
            is_number = _are_numbers(texts) and not is_second
            code = "unknown_rating_column" if is_number else "unknown_column" if keeps_words else code
        header = column.header if column else ""
        shown = " | ".join(examples_of(table, place))
        params = {"value": header or letters(place), "examples": shown}
        yield Finding(table.sheet, None, letters(place), code, params)


def _held(table: Table) -> Mapping[int, Sequence[str]]:
    """Return what each column of a table holds under its header, blanks and the words of bands left out."""
    named = {each.place for each in table.columns}
    held: dict[int, list[str]] = {}
    for cells in table.rows.values():
        texts = {place: text for place, cell in cells.items() if (text := _text(cell))}
        for place, text in texts.items() if len(texts) > 1 else ():
            held.setdefault(place, []).append(text)
    return {
        place: texts
        for place, texts in sorted(held.items())
        if place in named or len(set(map(plain, texts))) >= _LEAST_UNNAMED
    }


def _text(cell: Cell) -> str:
    text = cell.text.strip()
    return "" if is_blank(text) else text


def _are_numbers(texts: Sequence[str]) -> bool:
    return 2 * sum(number_of(text) is not None and not days_in(plain(text)) for text in texts) >= len(texts)
