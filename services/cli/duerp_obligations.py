"""`vigie duerp obligations`: what the law wants of a unit's DUERP."""

from itertools import groupby
from typing import Annotated

import typer
from rich.text import Text

from services.cli.command import command
from services.cli.context import out
from services.cli.duerp import UnitArgument
from services.cli.gateway import PersonalGateway
from services.cli.output import Output
from services.cli.texts import text
from shared.duerp.obligations import Standing
from shared.http_api.duerp.obligations import UnitObligation


@command
async def obligations(
    gateway: PersonalGateway,
    output: Output,
    unit: UnitArgument,
    to_check: Annotated[bool, typer.Option("--to-check", help=text("cli.help.duerp-obligations-to-check"))] = False,
) -> None:
    async with gateway.client() as client:
        found = await client.duerp(unit).obligations()
    shown = [each for each in found.obligations if not to_check or each.standing is Standing.TO_CHECK]
    if output.print_json(found.model_copy(update={"obligations": shown}).model_dump(mode="json")):
        return
    for subject, some in groupby(shown, lambda each: each.subject):
        out.print(Text(text(f"duerp.subjects.{subject.value}"), style="bold"))
        for each in some:
            _show(each)
    out.print(Text(text("cli.duerp.obligations-checked", on=f"{found.checked}", package=found.package), style="dim"))


def _show(obligation: UnitObligation) -> None:
    standing = "" if obligation.standing is Standing.APPLIES else f" ({text('duerp.export.to-check')})"
    out.print(Text(f"  {obligation.text}{standing}"))
    if obligation.doubt:
        out.print(Text(f"    {obligation.doubt}", style="italic"))
    if said := ", ".join([*obligation.articles, *filter(None, (obligation.source,))]):
        out.print(Text(f"    {said}", style="dim"))
