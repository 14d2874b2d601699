"""What a command shows a person of what the API tells, such as an answer and what it cites."""

from collections.abc import Mapping, Sequence

from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from services.cli.context import out
from services.cli.texts import language, text
from shared.contracts.questions import Citation
from shared.http_api.directory import PersonView
from shared.http_api.documents import DocumentView
from shared.http_api.feedback import FeedbackView
from shared.http_api.passages import OpenedPassageView, PassageView
from shared.http_api.questions import AnswerView, QuestionView
from shared.language.names import one_line, shown_text
from shared.rendering.addresses import official_address
from shared.rendering.plain import BAR, barred_answer
from shared.rendering.sources import cited_once, places, provenance, reference

_MARGIN = 2
"""Columns beside an answer."""


def show_answer(answer: AnswerView, url: str | None) -> None:
    """Print an answer so that a person can check it.

    Args:
        url: of a gateway that goes on serving once the command has ended, to open citations there; else None.
    """
    out.print()
    out.print(Text(f"? {shown_text(answer.question)}", style="bold"))
    if answer.completed:
        out.print(Text(f"  {shown_text(text('answers.completed', question=answer.completed))}", style="italic dim"))
    shown = barred_answer(answer.answer or "", answer.citations)
    out.print(Padding(Text(wrapped(shown, out.width - 2 * _MARGIN)), (1, _MARGIN)))
    if answer.notice:
        out.print(Text(f"  {one_line(answer.notice.text)}", style="yellow"))
    if not answer.abstained:
        _show_evidence(answer, url)
    out.print(Text(f"  {text('cli.question-is', id=str(answer.id))}", style="dim"))
    out.print(Text(f"  {text('cli.took', total=round(answer.timings_ms.total or 0))}", style="dim"))


def wrapped(answer: str, width: int) -> str:
    """Break the lines of a barred answer at a width, the bar before what a quote goes on with too (S22)."""
    lines = []
    for line in answer.split("\n"):
        bar = BAR if line.startswith(BAR) else ""
        parts = Text(line.removeprefix(bar)).wrap(out, width - len(bar))
        lines += [bar + part.plain.rstrip() for part in parts] or [bar]
    return "\n".join(lines)


def _show_evidence(answer: AnswerView, url: str | None) -> None:
    """Print the backend that wrote the answer, and the source of each citation."""
    mode = text(f"answers.mode.{answer.mode}")
    out.print(Text(f"  {mode}", style="italic dim"))
    if answer.model:
        out.print(Text(f"  {one_line(f'{answer.backend}: {answer.model} ({answer.prompt})')}", style="dim"))
    if answer.model and answer.removed:
        out.print(Text(f"  {text('answers.removed', count=answer.removed)}", style="dim"))
    for citation in cited_once(answer.citations):
        _show_source(citation, url)


def _show_source(citation: Citation, url: str | None) -> None:
    """Print a citation's reference and addresses. These are not wrapped, so that a terminal opens them."""
    words = Text(f"  [{citation.n}] ", style="bold cyan")
    words.append(reference(citation, language()), style="bold not cyan")
    words.append(f" ({provenance(citation, language())})", style="not bold not cyan")
    out.print(words)
    for address in (official_address(citation.source_url), f"{url}{one_line(citation.url)}" if url else None):
        if address:
            out.print(Text(f"      {address}", style="dim"), soft_wrap=True)


def show_opened_passage(passage: OpenedPassageView) -> None:
    """Print a passage and its place, between its neighbours."""
    out.print(Text(" > ".join(map(one_line, [passage.title, *passage.headings])), style="bold"))
    out.print(Text(provenance(passage, language())))
    if address := official_address(passage.source_url):
        out.print(Text(address, style="dim"), soft_wrap=True)
    if named := places(passage, language()):
        out.print(Text(", ".join(named)))
    before, behind = (Text(shown_text(words or ""), style="dim") for words in (passage.previous, passage.next))
    for words in (before, _text_of(passage), behind):
        if words:
            out.print(Padding(words, (1, 2, 0, 2)))


def show_passage(passage: PassageView) -> None:
    """Print a passage of a document: its ordinal, its place, its text."""
    words = Text(f"#{passage.ordinal}", style="bold cyan")
    words.append("".join(f"  {place}" for place in places(passage, language())), style="bold not cyan")
    words.append("  " + " > ".join(map(one_line, passage.headings)), style="dim not bold")
    out.print(words)
    out.print(Padding(_text_of(passage), (0, 2, 1, 2)))


def _text_of(passage: PassageView) -> Text:
    """Style a passage's text: in a sheet, row numbers before the lines, and a repeated header in grey."""
    lines = passage.text.split("\n")
    repeated = passage.text.count("\n", 0, passage.repeated)
    numbers = [f"{row:>5}  " for row in passage.rows] if len(passage.rows) == len(lines) else [""] * len(lines)
    shown = Text()
    for place, (number, line) in enumerate(zip(numbers, lines, strict=True)):
        shown.append("\n" if place else "")
        shown.append(number, style="dim")
        shown.append(one_line(line), style="dim" if place < repeated else "")
    return shown


def show_measures(measures: Mapping[str, Mapping[str, float | None]]) -> None:
    """Print measures, a line each and a column a group; a dash where nothing can be said."""
    table = Table(box=None)
    for column in ("", *measures):
        table.add_column(column, justify="right" if column else "left", no_wrap=not column, overflow="fold")
    for name in next(iter(measures.values())):
        table.add_row(name, *(_shown(values[name]) for values in measures.values()))
    out.print(table)


def _shown(value: float | None) -> str:
    if value is None:
        return "\u2013"
    return f"{value:.3f}" if isinstance(value, float) and value <= 1 else f"{value:.0f}"


def show_panel(title: str, *lines: str) -> None:
    out.print(Panel("\n".join(lines), title=title, expand=False))


def show_document(document: DocumentView) -> None:
    """Print a document in two lines: title and state; id, key, scope, passages, day and metadata."""
    style = {"indexed": "green", "failed": "red", "withdrawn": "dim"}.get(document.state, "yellow")
    words = Text(one_line(document.title), style="bold")
    words.append(f"  {text(f'state.{document.state}')}", style=f"not bold {style}")
    out.print(words)
    day = document.created_at.astimezone().date()
    metadata = [one_line(f"{name}={value}") for name, value in sorted(document.metadata.items())]
    names = [one_line(document.key)] if document.key != document.title else []
    facts = [*names, document.scope, text("cli.in-passages", count=document.passages), str(day), *metadata]
    out.print(Text(f"  {document.id}  {', '.join(facts)}", style="dim"), soft_wrap=True)
    if document.failure:
        out.print(Text(f"  {one_line(str(document.failure.get('detail', '')))}", style="red"))
    for sentence in remark_sentences(document):
        out.print(Text(f"  {sentence}", style="yellow"), soft_wrap=True)


def remark_sentences(document: DocumentView) -> list[str]:
    """Return what was left out of a document's text, a line each, and how many remarks more there are."""
    sentences = [one_line(each.sentence or each.code) for each in document.remarks]
    return sentences + ([text("cli.more-remarks", count=document.more_remarks)] if document.more_remarks else [])


def show_question(question: QuestionView) -> None:
    """Print a question of a list in two lines: its text; its id, time and state."""
    when = question.created_at.astimezone().strftime("%Y-%m-%d %H:%M")
    out.print(Text(one_line(question.question), style="bold"))
    out.print(Text(f"  {question.id}  {when}, {text(f'state.{question.state}')}", style="dim"), soft_wrap=True)


def show_feedback(feedback: FeedbackView) -> None:
    words = [text(f"feedback.verdict.{feedback.verdict}")]
    if feedback.reason:
        words.append(text(f"feedback.reason.{feedback.reason}"))
    out.print(Text(", ".join(words)))
    if feedback.comment:
        out.print(Padding(Text(shown_text(feedback.comment)), (0, 2)))


def show_people(people: Sequence[PersonView]) -> None:
    """Print people with what they may read beside what is public, and their roles, a line each."""
    table = Table(box=None)
    for column in ("person", "scopes", "roles"):
        table.add_column(text(f"cli.people.{column}"), overflow="fold")
    for person in people:
        name = person.name if person.full_name is None else f"{person.name} ({person.full_name})"
        style = "" if person.enabled else "dim strike"
        table.add_row(one_line(name), ", ".join(person.scopes), ", ".join(person.roles), style=style)
    out.print(table if people else text("cli.people.none"))
