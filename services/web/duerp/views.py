"""What the pages show of a DUERP. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.duerp.families import family_labels
from shared.http_api.directory import MeView
from shared.http_api.duerp.entries import Entry, LineState
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.scales import Rating
from shared.http_api.duerp.unit import WorkUnit
from shared.language.names import one_line, shown_text

_UNIT = "unit:"
TEXTS = ("hazard", "situation", "harm", "comment")
"""Texts of a line that its page edits."""


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line as a table shows it.

    `title` is its hazard, else its situation; `level` the word of its rating, `values` what was said on the axes.
    """

    id: str
    work_unit: str
    family: str
    title: str
    hazard: str
    situation: str
    level: str
    values: str
    score: float | None
    state: str
    remarks: Sequence[str]
    measures: int


def units_of(me: MeView) -> list[tuple[str, bool]]:
    """Return the units whose DUERP somebody reads, each with whether they may write in it."""
    return [(each.scope.removeprefix(_UNIT), each.may_keep_duerp) for each in me.scopes if each.scope.startswith(_UNIT)]


def may_keep(me: MeView, unit: str) -> bool:
    """Return whether somebody may write in a unit's DUERP."""
    return any(each.may_keep_duerp for each in me.scopes if each.scope == f"{_UNIT}{unit}")


def rows_of(lines: Iterable[Entry[Line]], work_units: Sequence[Entry[WorkUnit]], language: str) -> list[LineRow]:
    """Return the rows of a table, worst first; what nobody rated comes before, since somebody has to look at it."""
    names = {each.id: one_line(each.content.name) for each in work_units}
    rows = [row_of(line, names, language) for line in lines]
    return sorted(rows, key=lambda row: (row.score is not None, -(row.score or 0), row.work_unit))


def row_of(line: Entry[Line], work_units: Mapping[UUID, str], language: str) -> LineRow:
    """Return a line's row."""
    content, families = line.content, family_labels(language)
    rating = content.residual or content.gross
    return LineRow(
        id=str(line.id),
        work_unit=work_units.get(content.work_unit, ""),
        family=families.get(content.family or "", ""),
        title=shown_text(content.hazard or content.situation),
        hazard=shown_text(content.hazard),
        situation=shown_text(content.situation),
        level=one_line(rating.level or "") if rating else "",
        values=_values(rating),
        score=float(rating.score) if rating and rating.score is not None else None,
        state=(line.decided.state if line.decided else LineState.PROPOSED).value,
        remarks=[one_line(remark.sentence) for remark in line.remarks],
        measures=len(content.measures),
    )


def _values(rating: Rating | None) -> str:
    return ", ".join(f"{one_line(axis)} = {one_line(value)}" for axis, value in rating.values.items()) if rating else ""


def edited(content: Line, family: str, texts: Mapping[str, str]) -> Line:
    """Return a line's content with what its form says."""
    return content.model_copy(update={"family": family or None, **{name: texts[name].strip() for name in TEXTS}})


def differing(one: Mapping[str, object], other: Mapping[str, object]) -> list[tuple[str, str, str]]:
    """Return the fields that the form edits and that two contents say differently: name, one's, the other's."""
    names = ("family", *TEXTS)
    pairs = [(name, str(one.get(name) or ""), str(other.get(name) or "")) for name in names]
    return [(name, first, second) for name, first, second in pairs if first != second]
