"""What a command shows a person of a draft."""

from rich.text import Text

from services.cli.context import out
from services.cli.texts import language, text
from shared.duerp.drafting.draft import Draft, DraftLine
from shared.duerp.families import family_labels
from shared.language.names import one_line


def show_draft(draft: Draft) -> None:
    """Print proposed lines, what is read as absent, what nothing is said of, and questions."""
    labels = family_labels(language())
    for line in draft.lines:
        _show_line(line, labels[line.family])
    for each in draft.no_risk:
        out.print(Text(text("cli.duerp.draft-absent", family=labels[each.family], because=one_line(each.because))))
    if draft.not_assessed:
        families = ", ".join(labels[family] for family in draft.not_assessed)
        out.print(Text(text("cli.duerp.draft-not-assessed", families=families), style="dim"))
    for question in draft.questions:
        out.print(Text(f"? {question}", style="bold"))
    out.print(Text(text("cli.duerp.draft-to-validate"), style="dim"))


def _show_line(line: DraftLine, label: str) -> None:
    out.print(Text(label, style="bold"))
    out.print(Text(f"  {line.hazard}"))
    out.print(Text(text("cli.duerp.draft-because", because=one_line(line.because)), style="italic"))
    for measure in line.measures:
        out.print(Text(f"  {measure.rank}. {measure.what}"))
    out.print(Text(f"  {', '.join(line.articles)}\n", style="dim"))
