"""`vigie duerp revise` and `vigie duerp share`: many lines accepted, moved, archived or shared at once."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import typer
from rich.text import Text

from services.cli.command import command
from services.cli.context import out
from services.cli.duerp import UnitArgument
from services.cli.gateway import PersonalGateway
from services.cli.output import Output
from services.cli.texts import text
from shared.client import UnitDuerp
from shared.http_api.duerp.entries import Entry, EntryQuery
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.together import MOST_AT_ONCE, Named, Outcome, Together
from shared.http_api.duerp.unit import WorkUnit

LinesArgument = Annotated[
    list[UUID] | None, typer.Argument(metavar="[LINE]...", help=text("cli.help.duerp-revise-lines"))
]
InOption = Annotated[str, typer.Option("--in", metavar="WORK_UNIT", help=text("cli.help.duerp-revise-in"))]
FamilyOption = Annotated[str, typer.Option("--family", help=text("cli.help.duerp-revise-family"))]


@command
async def revise(
    gateway: PersonalGateway,
    output: Output,
    unit: UnitArgument,
    what: Annotated[
        Together,
        typer.Argument(metavar="accept|reject|propose|archive|restore|move", help=text("cli.help.duerp-revise-what")),
    ],
    lines: LinesArgument = None,
    inside: InOption = "",
    family: FamilyOption = "",
    to: Annotated[str, typer.Option("--to", metavar="WORK_UNIT", help=text("cli.help.duerp-revise-to"))] = "",
    why: Annotated[str, typer.Option("--why", help=text("cli.help.duerp-revise-why"))] = "",
) -> int:
    async with gateway.client() as client:
        duerp = client.duerp(unit)
        target = await _work_unit(duerp, to) if to else None
        found = await _lines(duerp, lines or (), inside, family, archived=what is Together.RESTORE)
        outcomes = []
        for first in range(0, len(found), MOST_AT_ONCE):
            some = [Named(id=each.id, revision=each.revision) for each in found[first : first + MOST_AT_ONCE]]
            outcomes += (await duerp.year.revise(what, some, why, target)).outcomes
    if not output.print_json({"outcomes": [each.model_dump(mode="json") for each in outcomes]}):
        for each in outcomes:
            out.print(Text(f"{each.id}: {text(f'duerp.outcomes.{each.outcome.value}')} {each.reason}".rstrip()))
        if not outcomes:
            out.print(text("cli.none-found"))
    return 0 if outcomes and all(each.outcome in {Outcome.DONE, Outcome.UNCHANGED} for each in outcomes) else 1


@command
async def share(
    gateway: PersonalGateway,
    output: Output,
    unit: UnitArgument,
    lines: Annotated[list[UUID], typer.Argument(metavar="LINE...", help=text("cli.help.duerp-share-lines"))],
    also: Annotated[
        list[str] | None, typer.Option("--also", metavar="WORK_UNIT", help=text("cli.help.duerp-share-also"))
    ] = None,
    everywhere: Annotated[bool, typer.Option("--everywhere", help=text("cli.help.duerp-share-everywhere"))] = False,
) -> None:
    async with gateway.client() as client:
        duerp = client.duerp(unit)
        besides = None if everywhere else [await _work_unit(duerp, name) for name in also or ()]
        view = await duerp.year.share([await duerp.find(Line, line) for line in lines], besides)
    output.show(view, lambda told: out.print(text("cli.duerp.shared-now", line=str(told.line), archived=told.archived)))


async def _lines(
    duerp: UnitDuerp, named: Sequence[UUID], inside: str, family: str, *, archived: bool
) -> list[Entry[Line]]:
    """Return the lines that are named, or those of a work unit and a family.

    Raises:
        typer.BadParameter: nothing says which.
    """
    if named:
        return [await duerp.find(Line, each) for each in named]
    if not (inside or family):
        raise typer.BadParameter(text("cli.duerp.which-lines"))
    place = await _work_unit(duerp, inside) if inside else None
    query = EntryQuery(work_unit=place, family=family or None, archived=archived)
    return [each async for each in duerp.entries(Line, query)]


async def _work_unit(duerp: UnitDuerp, name: str) -> UUID:
    """Return the only work unit whose name begins so.

    Raises:
        typer.BadParameter: there is none, or several.
    """
    found = [
        each.id async for each in duerp.entries(WorkUnit) if each.content.name.casefold().startswith(name.casefold())
    ]
    if len(found) != 1:
        raise typer.BadParameter(text("cli.duerp.one-work-unit", name=name, count=len(found)))
    return found[0]
