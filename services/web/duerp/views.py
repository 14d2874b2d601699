"""What the pages show of a DUERP. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from services.web.conflicts import Said, only_one_says
from services.web.duerp.forms import names_in
from shared.access import Role
from shared.duerp.families import family_labels
from shared.http_api.directory import MeView
from shared.http_api.duerp.entries import Entry, LineState, Overview
from shared.http_api.duerp.lines import Line, SharedLine, Statement
from shared.http_api.duerp.scales import Rating, Scale
from shared.language.names import one_line, shown_text

_UNIT = "unit:"
_DELEGATION = "delegation:"
TEXTS = ("hazard", "situation", "harm", "sex_difference", "comment")
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
    """What is said of a family of risks in a work unit.

    `told` is lines, no_risk, not_assessed or nothing; `revision` that of the statement, 0 where there is none.
    """

    id: str
    label: str
    told: str
    lines: int
    reason: str
    contradicted: bool
    revision: int


def families_of(
    work_unit: UUID, overview: Overview, statements: Iterable[Entry[Statement]], language: str
) -> list[FamilyRow]:
    """Return what is said of each family in a work unit, those of which nothing is said included."""
    told = {each.family: each for each in overview.families if each.work_unit == work_unit}
    said = {each.content.family: each for each in statements if each.content.work_unit == work_unit}
    rows = []
    for family, label in family_labels(language).items():
        view, entry = told.get(family), said.get(family)
        statement, revision = (entry.content, entry.revision) if entry else (None, 0)
        lines = view.lines if view else 0
        what = "lines" if lines else statement.finding.value if statement else ""
        reason = shown_text(statement.reason) if statement else ""
        rows.append(FamilyRow(family, label, what, lines, reason, view.contradicted if view else False, revision))
    return rows


def finding_words(said: Statement, t: Callable[[str], str]) -> str:
    """Return what is said of a family, with the reason."""
    return "\n".join(filter(None, (t(f"unit.told-{said.finding.value}"), shown_text(said.reason))))


def units_of(me: MeView) -> list[tuple[str, bool]]:
    """Return the units whose DUERP somebody reads, each with whether they may write in it."""
    return [(each.scope.removeprefix(_UNIT), each.may_keep_duerp) for each in me.scopes if each.scope.startswith(_UNIT)]


def advised_by(me: MeView) -> list[str]:
    """Return the delegations whose statistics somebody reads: who advises them on prevention."""
    if Role.PREVENTION_ADVISOR not in me.roles:
        return []
    return [each.scope.removeprefix(_DELEGATION) for each in me.scopes if each.scope.startswith(_DELEGATION)]


def may_keep(me: MeView, unit: str) -> bool:
    """Return whether somebody may write in a unit's DUERP."""
    return any(each.may_keep_duerp for each in me.scopes if each.scope == f"{_UNIT}{unit}")


def holds_in(line: SharedLine, work_unit: UUID | None) -> bool:
    """Return whether a line that work units share holds in one; None: in any."""
    return work_unit is None or line.work_units is None or work_unit in line.work_units


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
        values=rating_words(rating, axes),
        score=float(rating.score) if rating and rating.score is not None else None,
        state=(line.decided.state if line.decided else LineState.PROPOSED).value,
        remarks=[one_line(remark.sentence) for remark in line.remarks],
        measures=len(content.measures),
    )


def axes_of(scale: Entry[Scale] | None) -> dict[str, str]:
    """Return the names of a scale's axes by their keys."""
    return {axis.key: one_line(axis.name) for axis in scale.content.axes} if scale else {}


def rating_words(rating: Rating | None, axes: Mapping[str, str]) -> str:
    """Return what a rating says on each axis; nothing for none."""
    values = rating.values if rating else {}
    return ", ".join(f"{axes.get(axis, one_line(axis))} {one_line(value)}" for axis, value in values.items())


def edited(content: Line, family: str, texts: Mapping[str, str], elements: Sequence[UUID], articles: str) -> Line:
    """Return a line's content with what its form says; `articles`: one a line."""
    told = {name: texts[name].strip() for name in TEXTS}
    return content.model_copy(
        update={"family": family or None, **told, "elements": list(elements), "articles": names_in(articles)}
    )


def said_of_lines(
    yours: Line,
    theirs: Line,
    t: Callable[[str], str],
    language: str,
    axes: Mapping[str, str],
    elements: Mapping[str, str] = MappingProxyType({}),
) -> list[Said]:
    """Return the fields that a line's form edits, as two contents say them.

    Args:
        axes: the names of the scale's axes by their keys; elements: of the unit's elements by their ids.
    """
    names = ("family", *TEXTS, "rating-gross", "rating-residual")
    both = (_words(each, language, axes) for each in (yours, theirs))
    said = list(zip((t(f"duerp.{name}") for name in names), *both, strict=True))
    on = [[elements.get(str(one), "") for one in each.elements] for each in (yours, theirs)]
    said.append(only_one_says(t("fields.elements"), *on))
    said.append(only_one_says(t("fields.articles"), yours.articles, theirs.articles))
    return said


def _words(content: Line, language: str, axes: Mapping[str, str]) -> list[str]:
    ratings = (rating_words(each, axes) for each in (content.gross, content.residual))
    texts = (shown_text(getattr(content, name)) for name in TEXTS)
    return [family_labels(language).get(content.family or "", ""), *texts, *ratings]
