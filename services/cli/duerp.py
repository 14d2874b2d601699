"""`vigie duerp show`, `freeze`, `versions`, `verify` and `compare`: a unit's DUERP and its versions."""

from typing import Annotated

import typer
from rich.text import Text

from services.cli.arguments import LimitOption
from services.cli.command import command
from services.cli.context import out
from services.cli.duerp_files import compare_files, file_named, show_file, verify_file
from services.cli.gateway import PersonalGateway
from services.cli.output import Output
from services.cli.showing_duerp import WorkUnitRisks, show_differences, show_faults, show_version, show_work_unit
from services.cli.texts import text
from shared.client import UnitDuerp
from shared.http_api.duerp.entries import Entry, EntryQuery
from shared.http_api.duerp.lines import Line, SharedLine, SharedRating
from shared.http_api.duerp.scales import Scale
from shared.http_api.duerp.unit import WorkUnit
from shared.http_api.duerp.versions import FreezeBody
from shared.language.names import one_line

UnitArgument = Annotated[str, typer.Argument(metavar="UNIT", help=text("cli.help.duerp-unit"))]
TargetArgument = Annotated[str, typer.Argument(metavar="UNIT|FILE", help=text("cli.help.duerp-target"))]


@command
async def show(
    gateway: PersonalGateway,
    output: Output,
    unit: TargetArgument,
    name: Annotated[str, typer.Option("--work-unit", help=text("cli.help.duerp-work-unit"))] = "",
) -> int:
    if file := file_named(unit):
        return await show_file(output, file, name)
    shown = 0
    async with gateway.client() as client:
        duerp = client.duerp(unit)
        if not output.as_json:
            await _show_closed(duerp)
        shared = [entry async for entry in duerp.entries(SharedLine)]
        scales = [entry async for entry in duerp.entries(Scale)]
        async for work_unit in duerp.entries(WorkUnit):
            if work_unit.content.name.casefold().startswith(name.casefold()):
                output.show(await _risks(duerp, work_unit, shared, scales), show_work_unit)
                shown += 1
    if not shown and not output.as_json:
        out.print(text("cli.duerp.no-work-unit"))
    return 0 if shown or not name else 1


async def _show_closed(duerp: UnitDuerp) -> None:
    """Print who keeps the versions of a closed unit; nothing of one that is not, or that nobody described."""
    described = await duerp.described()
    if described is not None and described.content.closed_on is not None:
        day, keeper = described.content.closed_on.isoformat(), one_line(described.content.kept_by)
        out.print(Text(text("cli.duerp.closed", on=day, keeper=keeper), style="bold"))


async def _risks(
    duerp: UnitDuerp, work_unit: Entry[WorkUnit], shared: list[Entry[SharedLine]], scales: list[Entry[Scale]]
) -> WorkUnitRisks:
    query = EntryQuery(work_unit=work_unit.id)
    return WorkUnitRisks(
        work_unit=work_unit,
        lines=[line async for line in duerp.entries(Line, query)],
        shared_lines=[
            line for line in shared if line.content.work_units is None or work_unit.id in line.content.work_units
        ],
        shared_ratings=[rating async for rating in duerp.entries(SharedRating, query)],
        scales=scales,
    )


@command
async def freeze(
    gateway: PersonalGateway,
    output: Output,
    unit: UnitArgument,
    title: Annotated[str, typer.Option("--title", help=text("cli.help.duerp-title"))],
    participants: Annotated[
        list[str] | None, typer.Option("--participant", help=text("cli.help.duerp-participant"))
    ] = None,
) -> None:
    async with gateway.client() as client:
        version = await client.duerp(unit).freeze(FreezeBody(title=title, participants=participants or []))
    if not output.print_json(version.model_dump(mode="json")):
        out.print(text("cli.duerp.frozen", sequence=version.sequence, sha256=version.sha256))


@command
async def versions(gateway: PersonalGateway, output: Output, unit: UnitArgument, limit: LimitOption = None) -> None:
    async with gateway.client() as client:
        await output.show_all(client.duerp(unit).versions(), show_version, limit=limit)


@command
async def verify(gateway: PersonalGateway, output: Output, unit: TargetArgument) -> int:
    if file := file_named(unit):
        return await verify_file(output, file)
    async with gateway.client() as client:
        found = await client.duerp(unit).verify()
    output.show(found, show_faults)
    return 0 if found.intact else 1


@command
async def compare(
    gateway: PersonalGateway,
    output: Output,
    unit: TargetArgument,
    before: Annotated[str, typer.Argument(metavar="VERSION|FILE", help=text("cli.help.duerp-before"))],
    after: Annotated[str, typer.Argument(metavar="[VERSION]", help=text("cli.help.duerp-after"))] = "",
) -> None:
    earlier, later = file_named(unit), file_named(before)
    if earlier is not None and later is not None and not after:
        await compare_files(output, earlier, later)
        return
    numbers = _versions(before, after)
    async with gateway.client() as client:
        output.show(await client.duerp(unit).compare(*numbers), show_differences)


def _versions(*words: str) -> list[int]:
    """Return numbers of versions.

    Raises:
        typer.BadParameter: a word is none.
    """
    numbers = [int(each) if each.isascii() and each.isdigit() else 0 for each in words]
    if 0 in numbers:
        raise typer.BadParameter(text("cli.duerp.two-of-a-kind"))
    return numbers
