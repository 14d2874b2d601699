"""`vigie duerp programme`: the programme of a year, or the list of actions."""

from typing import Annotated

import typer
from rich.text import Text

from services.cli.command import command
from services.cli.context import out
from services.cli.duerp import UnitArgument
from services.cli.gateway import PersonalGateway
from services.cli.output import Output
from services.cli.texts import language, text
from shared.http_api.duerp.yearly_programme import CommitteeProgress, Programme, ProgrammeAction
from shared.language.amounts import amount
from shared.language.names import one_line


@command
async def programme(
    gateway: PersonalGateway,
    output: Output,
    unit: UnitArgument,
    year: Annotated[int, typer.Option("--year", help=text("cli.help.duerp-programme-year"))] = 0,
) -> None:
    async with gateway.client() as client:
        found = await client.duerp(unit).figures.programme(year or None)
    output.show(found, _show)


def _show(found: Programme) -> None:
    out.print(Text(text(f"duerp.programme-kind.{found.kind.value}", year=found.year), style="bold"))
    for each in found.actions:
        _show_action(each)
    budget = found.budget
    sums = {"estimated": budget.estimated, "done": budget.done, "spent": budget.spent}
    amounts = {name: amount(euros, language()) for name, euros in sums.items()}
    out.print(Text(text("duerp.export.programme-budget", **amounts)))
    for committee in found.committees:
        _show_committee(committee)


def _show_action(each: ProgrammeAction) -> None:
    due = each.content.due.isoformat() if each.content.due else "?"
    out.print(Text(f"{due}  {one_line(each.content.what)}  ({text(f'duerp.programme-state.{each.state.value}')})"))
    if each.factors:
        out.print(Text("  " + ", ".join(text(f"duerp.export.factor-of.{factor}") for factor in each.factors)))
    if each.missing:
        items = ", ".join(text(f"duerp.programme-item.{item.value}") for item in each.missing)
        out.print(Text(f"  {text('cli.duerp.programme-missing', items=items)}", style="dim"))
    if each.why_not:
        out.print(Text(f"  {one_line(each.why_not)}", style="italic"))


def _show_committee(each: CommitteeProgress) -> None:
    counts = {"done": each.done, "actions": each.actions}
    out.print(Text(text("cli.duerp.programme-committee", on=each.on.isoformat(), body=one_line(each.body), **counts)))
