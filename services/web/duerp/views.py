"""What the pages show of a DUERP. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from shared.duerp.families import family_labels
from shared.http_api.directory import MeView
from shared.http_api.duerp.entries import Entry, LineState, Overview
from shared.http_api.duerp.lines import Line, SharedLine, Statement
from shared.http_api.duerp.scales import Rating, Scale
from shared.language.names import one_line, shown_text

_UNIT = "unit:"
TEXTS = ("hazard", "situation", "harm", "comment")
"""Texts of a line that its page edits."""


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line, or one that work units share, as a table shows it.

    `slug`: what its kind is called in addresses; `title` is its hazard, else its situation; `level` the word of its
    rating, `values` what was said on the axes.
    """

    id: str
    slug: str
    revision: int
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


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """What is said of a family of risks in a work unit: `told` is lines, no_risk, not_assessed or nothing."""

    id: str
    label: str
    told: str
    lines: int
    reason: str
    contradicted: bool


def families_of(
    work_unit: UUID, overview: Overview, statements: Iterable[Entry[Statement]], language: str
) -> list[FamilyRow]:
    """Return what is said of each family in a work unit, those of which nothing is said included."""
    told = {each.family: each for each in overview.families if each.work_unit == work_unit}
    said = {each.content.family: each.content for each in statements if each.content.work_unit == work_unit}
    rows = []
    for family, label in family_labels(language).items():
        view, statement = told.get(family), said.get(family)
        lines = view.lines if view else 0
        what = "lines" if lines else statement.finding.value if statement else ""
        reason = shown_text(statement.reason) if statement else ""
        rows.append(FamilyRow(family, label, what, lines, reason, view.contradicted if view else False))
    return rows


def units_of(me: MeView) -> list[tuple[str, bool]]:
    """Return the units whose DUERP somebody reads, each with whether they may write in it."""
    return [(each.scope.removeprefix(_UNIT), each.may_keep_duerp) for each in me.scopes if each.scope.startswith(_UNIT)]


def may_keep(me: MeView, unit: str) -> bool:
    """Return whether somebody may write in a unit's DUERP."""
    return any(each.may_keep_duerp for each in me.scopes if each.scope == f"{_UNIT}{unit}")


def shared_row_of(line: Entry[SharedLine], work_units: Mapping[UUID, str], all_units: str, language: str) -> LineRow:
    """Return the row of a line that work units share, which is rated in each of them.

    Args:
        all_units: what stands where it holds for all.
    """
    content = line.content
    named = [work_units[each] for each in content.work_units or () if each in work_units]
    return LineRow(
        id=str(line.id),
        slug="shared-lines",
        revision=line.revision,
        work_unit=", ".join(named) if named else all_units,
        family=family_labels(language).get(content.family or "", ""),
        title=shown_text(content.hazard or content.situation),
        hazard=shown_text(content.hazard),
        situation=shown_text(content.situation),
        level="",
        values="",
        score=None,
        state=(line.decided.state if line.decided else LineState.PROPOSED).value,
        remarks=[one_line(remark.sentence) for remark in line.remarks],
        measures=len(content.measures),
    )


def row_of(
    line: Entry[Line], work_units: Mapping[UUID, str], language: str, axes: Mapping[str, str] = MappingProxyType({})
) -> LineRow:
    """Return a line's row.

    Args:
        axes: the names of the scale's axes by their keys.
    """
    content, families = line.content, family_labels(language)
    rating = content.residual or content.gross
    return LineRow(
        id=str(line.id),
        slug="lines",
        revision=line.revision,
        work_unit=work_units.get(content.work_unit, ""),
        family=families.get(content.family or "", ""),
        title=shown_text(content.hazard or content.situation),
        hazard=shown_text(content.hazard),
        situation=shown_text(content.situation),
        level=one_line(rating.level or "") if rating else "",
        values=_values(rating, axes),
        score=float(rating.score) if rating and rating.score is not None else None,
        state=(line.decided.state if line.decided else LineState.PROPOSED).value,
        remarks=[one_line(remark.sentence) for remark in line.remarks],
        measures=len(content.measures),
    )


def axes_of(scale: Entry[Scale] | None) -> dict[str, str]:
    """Return the names of a scale's axes by their keys."""
    return {axis.key: one_line(axis.name) for axis in scale.content.axes} if scale else {}


def _values(rating: Rating | None, axes: Mapping[str, str]) -> str:
    values = rating.values if rating else {}
    return ", ".join(f"{axes.get(axis, one_line(axis))} {one_line(value)}" for axis, value in values.items())


def edited(content: Line, family: str, texts: Mapping[str, str]) -> Line:
    """Return a line's content with what its form says."""
    return content.model_copy(update={"family": family or None, **{name: texts[name].strip() for name in TEXTS}})


def differing(one: Mapping[str, object], other: Mapping[str, object]) -> list[tuple[str, str, str]]:
    """Return the fields that the form edits and that two contents say differently: name, one's, the other's."""
    names = ("family", *TEXTS)
    pairs = [(name, str(one.get(name) or ""), str(other.get(name) or "")) for name in names]
    return [(name, first, second) for name, first, second in pairs if first != second]
