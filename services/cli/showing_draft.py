"""What a command shows a person of a draft."""

from collections.abc import Mapping, Sequence

from rich.text import Text

from services.cli.context import out
from services.cli.texts import language, text
from shared.duerp.drafting.draft import Absent, Draft, DraftLine
from shared.duerp.families import family_labels
from shared.http_api.duerp.drafts import AbsentFamily, DraftedLine
from shared.http_api.duerp.lines import LineEvidence
from shared.language.names import one_line
from shared.rendering.sources import standing


def show_draft(draft: Draft, evidence: Mapping[str, Sequence[LineEvidence]]) -> None:
    """Print proposed lines with the evidence of their families, what is read as absent or left open, and questions."""
    for line in draft.lines:
        _show_line(line)
        _show_evidence(evidence.get(line.family, ()))
    show_left_open(draft.no_risk, draft.not_assessed, draft.questions)
    out.print(Text(text("cli.duerp.draft-to-validate"), style="dim"))


def show_left_open(
    no_risk: Sequence[Absent] | Sequence[AbsentFamily], not_assessed: Sequence[str], questions: Sequence[str]
) -> None:
    """Print what is read as absent, what nothing is said of, and questions."""
    labels = family_labels(language())
    for each in no_risk:
        out.print(Text(text("cli.duerp.draft-absent", family=labels[each.family], because=one_line(each.because))))
    if not_assessed:
        families = ", ".join(labels[family] for family in not_assessed)
        out.print(Text(text("cli.duerp.draft-not-assessed", families=families), style="dim"))
    for question in questions:
        out.print(Text(f"? {question}", style="bold"))


def show_drafted_line(line: DraftedLine) -> None:
    """Print a line with its evidence."""
    _show_line(line)
    _show_evidence(line.evidence)


def _show_evidence(evidence: Sequence[LineEvidence]) -> None:
    for each in evidence:
        words = f"  [{each.passage}] {one_line(each.reference)} ({standing(each, language())})"
        out.print(Text(words, style="dim"))


def _show_line(line: DraftLine | DraftedLine) -> None:
    out.print(Text(family_labels(language())[line.family], style="bold"))
    out.print(Text(f"  {line.hazard}"))
    out.print(Text(text("cli.duerp.draft-because", because=one_line(line.because)), style="italic"))
    if line.model:
        out.print(Text(text("cli.duerp.draft-by-model", model=one_line(line.model)), style="yellow"))
    elif line.likeness is not None:
        out.print(Text(text("cli.duerp.draft-less-sure", score=f"{line.likeness:.2f}"), style="yellow"))
    for measure in line.existing:
        out.print(Text(text("cli.duerp.draft-existing", what=one_line(measure.what)), style="dim"))
    for measure in line.measures:
        out.print(Text(f"  {measure.rank}. {measure.what}"))
    for each in line.to_check:
        out.print(Text(f"  ? {one_line(each)}", style="yellow"))
    out.print(Text(f"  {', '.join(line.articles)}\n", style="dim"))
