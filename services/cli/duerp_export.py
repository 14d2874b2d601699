"""`vigie duerp export` and `extract`: a unit's DUERP as files."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from services.cli.command import command
from services.cli.context import out
from services.cli.duerp import UnitArgument
from services.cli.gateway import PersonalGateway
from services.cli.texts import text
from shared.http_api.duerp.exports import ExportFormat

_ENDINGS = {f".{each.value}": each for each in ExportFormat}
_DAY = ["%Y-%m-%d"]


def _checked(file: Path, *endings: str) -> Path:
    """Return the file if it can be written.

    Raises:
        typer.BadParameter: its ending is none of these, or its folder is not there.
    """
    if file.suffix.lower() not in endings:
        raise typer.BadParameter(text("cli.duerp.endings", endings=", ".join(endings)))
    if not file.parent.is_dir():
        raise typer.BadParameter(text("cli.duerp.no-folder", folder=str(file.parent)))
    return file


def _file(file: Path) -> Path:
    return _checked(file, *_ENDINGS)


def _archive(file: Path) -> Path:
    return _checked(file, ".zip")


@command
async def export(
    gateway: PersonalGateway,
    unit: UnitArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", callback=_file, help=text("cli.help.duerp-file"))],
    version: Annotated[int | None, typer.Option("--version", min=1, help=text("cli.help.duerp-version"))] = None,
) -> None:
    async with gateway.client() as client:
        content = await client.duerp(unit).export(_ENDINGS[file.suffix.lower()], version=version)
    file.write_bytes(content)
    out.print(text("cli.duerp.exported", file=str(file), size=f"{len(content) / 1000:.0f}"))


@command
async def extract(
    gateway: PersonalGateway,
    unit: UnitArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", callback=_archive, help=text("cli.help.duerp-zip"))],
    work_units: Annotated[list[str], typer.Option("--work-unit", help=text("cli.help.duerp-work-units"))],
    since: Annotated[datetime, typer.Option("--since", formats=_DAY, help=text("cli.help.duerp-since"))],
    until: Annotated[datetime | None, typer.Option("--until", formats=_DAY, help=text("cli.help.duerp-until"))] = None,
) -> None:
    async with gateway.client() as client:
        last = until.date() if until else None
        content = await client.duerp(unit).extract(work_units, since.date(), last)
    file.write_bytes(content)
    out.print(text("cli.duerp.exported", file=str(file), size=f"{len(content) / 1000:.0f}"))
