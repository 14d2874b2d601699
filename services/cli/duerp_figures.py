"""`vigie duerp figures` and `statistics`: a DUERP in numbers and pictures, and a delegation's."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from services.cli.command import command
from services.cli.context import out
from services.cli.duerp import UnitArgument
from services.cli.gateway import PersonalGateway
from services.cli.output import Output
from services.cli.texts import text
from shared.http_api.duerp.figures import Figure, FigureName
from shared.language.names import one_line

_DASH = "\N{EN DASH}"


@command
async def figures(
    gateway: PersonalGateway,
    output: Output,
    unit: UnitArgument,
    pictures: Annotated[
        Path | None, typer.Option("--pictures", metavar="DIR", help=text("cli.help.duerp-figures-picture"))
    ] = None,
) -> None:
    async with gateway.client() as client:
        of_unit = client.duerp(unit).figures
        found = await of_unit.all()
        if pictures is not None:
            pictures.mkdir(parents=True, exist_ok=True)
            for name in FigureName:
                (pictures / f"{name.value}.svg").write_bytes(await of_unit.picture(name))
    output.show(found, lambda view: _show_all(view.figures))


@command
async def statistics(
    gateway: PersonalGateway,
    output: Output,
    delegation: Annotated[str, typer.Argument(metavar="DELEGATION", help=text("cli.help.duerp-statistics-delegation"))],
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help=text("cli.help.duerp-statistics-on"))
    ] = None,
) -> None:
    async with gateway.client() as client:
        found = await client.duerp_statistics(delegation, on.date() if on else None)
    output.show(found, lambda view: _show_all(view.figures))


def _show_all(figures: list[Figure]) -> None:
    for figure in figures:
        table = Table(title=Text(one_line(figure.title)), caption=Text(figure.note) if figure.note else None)
        table.add_column("")
        for column in figure.columns:
            table.add_column(Text(one_line(column.label)), justify="right")
        for row in figure.rows:
            table.add_row(Text(one_line(row.label)), *(_DASH if each is None else str(each) for each in row.values))
        out.print(table)
