"""What a command shows a person of a DUERP."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from pydantic import BaseModel
from rich.text import Text

from services.cli.context import out
from services.cli.texts import language, text
from shared.duerp.families import family_labels
from shared.http_api.duerp.entries import Entry, EntryRemark, LineState
from shared.http_api.duerp.kept_files import FileComparison, KeptEntry, KeptWorkUnit
from shared.http_api.duerp.lines import ExistingMeasure, Line, LineText, SharedLine, SharedRating
from shared.http_api.duerp.scales import Rating, Scale
from shared.http_api.duerp.unit import WorkUnit
from shared.http_api.duerp.versions import Comparison, DifferenceType, Verification, VersionView
from shared.language.names import one_line, shown_text

_SIGNS = {DifferenceType.ADDED: "+", DifferenceType.REMOVED: "-", DifferenceType.CHANGED: "~"}
_LONGEST = 300


class WorkUnitRisks(BaseModel):
    """A work unit with all that its DUERP says of it."""

    work_unit: Entry[WorkUnit]
    lines: list[Entry[Line]]
    shared_lines: list[Entry[SharedLine]]
    shared_ratings: list[Entry[SharedRating]]
    scales: list[Entry[Scale]]


def show_work_unit(found: WorkUnitRisks | KeptWorkUnit) -> None:
    """Print a work unit as people read it: each risk with what protects from it and how it is rated, in words."""
    out.print(Text(one_line(found.work_unit.content.name), style="bold"))
    _print(found.work_unit.content.description, 1)
    if not found.lines and not found.shared_lines:
        out.print(Text(f"  {text('cli.duerp.no-line')}"))
    scales = {scale.id: scale.content for scale in found.scales}
    for entry in found.lines:
        line = entry.content
        _show_risk(entry, line.measures, line.gross, line.residual, scales)
    ratings = {rating.content.line: rating.content for rating in found.shared_ratings}
    for each in found.shared_lines:
        rated = ratings.get(each.id)
        measures = [*each.content.measures, *(rated.measures if rated else [])]
        gross, residual = (rated.gross, rated.residual) if rated else (None, None)
        _show_risk(each, measures, gross, residual, scales, text("cli.duerp.shared"))
    out.print()


def _show_risk(
    entry: Entry[Line] | Entry[SharedLine] | KeptEntry[Line] | KeptEntry[SharedLine],
    measures: Sequence[ExistingMeasure],
    gross: Rating | None,
    residual: Rating | None,
    scales: Mapping[UUID, Scale],
    more: str = "",
) -> None:
    content: LineText = entry.content
    told, remarks = _envelope(entry)
    state = text(f"duerp.states.{told}") if told else ""
    family = content.family and family_labels(language()).get(content.family, content.family)
    about = ", ".join(word for word in (family or text("cli.duerp.no-family"), state, more) if word)
    out.print(Text(f"  {one_line(content.hazard)} ({about})", style="bold dim"))
    _print(content.situation, 2)
    _print(content.harm, 2)
    for measure in measures:
        key = "cli.duerp.measure-checked" if measure.checked_on else "cli.duerp.measure"
        _print(text(key, what=measure.what, date=str(measure.checked_on)), 2)
    for name, rating in (("gross", gross), ("residual", residual)):
        if rating is not None:
            _print(text(f"cli.duerp.{name}", rating=_in_words(rating, scales.get(rating.scale))), 2)
    for remark in remarks:
        out.print(Text(f"    ! {one_line(remark.sentence)}", style="yellow"))


def _envelope(
    entry: Entry[Line] | Entry[SharedLine] | KeptEntry[Line] | KeptEntry[SharedLine],
) -> tuple[LineState | None, Sequence[EntryRemark]]:
    """Return a line's state, and what is pointed out about it, which a file does not tell."""
    if isinstance(entry, KeptEntry):
        return entry.state, ()
    return entry.decided.state if entry.decided else None, entry.remarks


def _in_words(rating: Rating, scale: Scale | None) -> str:
    """The level and score, with the words that were given; a scale without levels has a score alone."""
    names = {axis.key: axis.name for axis in scale.axes} if scale else {}
    said = ", ".join(f"{names.get(axis, axis)} {value}" for axis, value in rating.values.items())
    result = " ".join(str(part) for part in (rating.level, rating.score) if part is not None)
    return f"{result} ({said})"


def _print(words: str, depth: int) -> None:
    for line in shown_text(words).split("\n") if words else []:
        out.print(Text(f"{'  ' * depth}{line}"))


def show_version(version: VersionView) -> None:
    """Print a version as a line: number, when, what it is called, digest."""
    out.print(Text(f"{version.sequence:>4}  {version.frozen_at:%Y-%m-%d}  {one_line(version.title)}"))
    out.print(Text(f"      {version.sha256}", style="dim"))


def show_faults(found: Verification) -> None:
    """Print which versions are not what was frozen."""
    if found.intact:
        out.print(text("cli.duerp.intact", count=found.versions))
    for each in found.faults:
        for fault in each.faults:
            out.print(Text(text(f"cli.duerp.faults.{fault}", sequence=each.sequence), style="bold red"))


def show_differences(found: Comparison | FileComparison) -> None:
    """Print what differs, entry by entry and field by field."""
    if not found.differences:
        out.print(text("cli.duerp.same"))
    for each in found.differences:
        out.print(Text(f"{_SIGNS[each.type]} {text(f'duerp.kinds.{each.kind}')} {each.entry}", style="bold"))
        for field in each.fields:
            out.print(Text(f"    {field.field}: {_short(field.before)} → {_short(field.after)}"))


def _short(value: object) -> str:
    words = one_line(str(value)) if value not in (None, "") else "∅"
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
