"""`vigie duerp review`: what rules point out in a unit's DUERP."""

from typing import Annotated

import typer
from rich.text import Text

from services.cli.command import command
from services.cli.context import out
from services.cli.duerp import UnitArgument
from services.cli.gateway import PersonalGateway
from services.cli.output import Output
from services.cli.texts import text
from shared.http_api.duerp.review import ArticleChange, ReviewFinding
from shared.http_api.duerp.versions import ArticleText
from shared.language.names import one_line


@command
async def review(
    gateway: PersonalGateway,
    output: Output,
    unit: UnitArgument,
    everything: Annotated[bool, typer.Option("--all", help=text("cli.help.duerp-review-all"))] = False,
) -> int:
    async with gateway.client() as client:
        found = await client.duerp(unit).review()
    shown = [each for each in found.findings if everything or each.dismissed is None]
    if not output.print_json(found.model_copy(update={"findings": shown}).model_dump(mode="json")):
        for each in shown:
            _show(each)
        if not shown:
            out.print(text("cli.duerp.review-none"))
        for change in found.law:
            _show_texts(change)
    return 0


def _show(finding: ReviewFinding) -> None:
    out.print(Text(one_line(finding.name), style="bold"))
    out.print(Text(f"  {finding.sentence}"))
    if finding.articles:
        out.print(Text(f"  {', '.join(finding.articles)}", style="dim"))
    if finding.dismissed is not None:
        closed = {"by": one_line(finding.dismissed.by), "reason": one_line(finding.dismissed.reason)}
        out.print(Text(f"  {text('cli.duerp.review-closed', **closed)}", style="italic"))


def _show_texts(change: ArticleChange) -> None:
    """Print an article as it was frozen and as it is now."""
    _show_text("cli.duerp.review-before", change.before)
    if change.after is None:
        out.print(Text(text("cli.duerp.review-no-more", article=one_line(change.before.article))))
    else:
        _show_text("cli.duerp.review-after", change.after)


def _show_text(title: str, article: ArticleText) -> None:
    since = article.in_force_from.isoformat() if article.in_force_from else "?"
    out.print(Text(text(title, article=one_line(article.article), on=since), style="bold"))
    out.print(Text(" ".join((article.text or "").split())))
