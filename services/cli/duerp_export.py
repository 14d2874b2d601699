"""`vigie duerp export` and `extract`: a unit's DUERP as files."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from services.cli.command import command
from services.cli.context import out
from services.cli.duerp import TargetArgument, UnitArgument
from services.cli.duerp_files import extract_file, file_named
from services.cli.gateway import PersonalGateway
from services.cli.output import Output
from services.cli.texts import text
from shared.http_api.duerp.exports import ExportFormat
from shared.http_api.duerp.unit import WorkUnit

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


def _printed(file: Path) -> Path:
    return _checked(file, ".pdf", ".docx")


def _archive(file: Path) -> Path:
    return _checked(file, ".zip")


@command
async def export(
    gateway: PersonalGateway,
    output: Output,
    unit: UnitArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", callback=_file, help=text("cli.help.duerp-file"))],
    version: Annotated[int | None, typer.Option("--version", min=1, help=text("cli.help.duerp-version"))] = None,
    changes: Annotated[bool, typer.Option("--changes", help=text("cli.help.duerp-changes"))] = False,
) -> None:
    async with gateway.client() as client:
        content = await client.duerp(unit).export(_ENDINGS[file.suffix.lower()], version=version, changes=changes)
    _write(output, file, content)


@command
async def sheet(
    gateway: PersonalGateway,
    output: Output,
    unit: UnitArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", callback=_printed, help=text("cli.help.duerp-sheet-file"))],
    name: Annotated[str, typer.Option("--work-unit", help=text("cli.help.duerp-work-unit"))],
    version: Annotated[int | None, typer.Option("--version", min=1, help=text("cli.help.duerp-version"))] = None,
) -> None:
    async with gateway.client() as client:
        duerp = client.duerp(unit)
        named = [each async for each in duerp.entries(WorkUnit) if each.content.name.casefold() == name.casefold()]
        if not named:
            raise ValueError(text("cli.duerp.no-work-unit"))
        content = await duerp.sheet(named[0].id, _ENDINGS[file.suffix.lower()], version=version)
    _write(output, file, content)


@command
async def extract(
    gateway: PersonalGateway,
    output: Output,
    unit: TargetArgument,
    file: Annotated[Path, typer.Argument(metavar="ARCHIVE", callback=_archive, help=text("cli.help.duerp-zip"))],
    work_units: Annotated[list[str], typer.Option("--work-unit", help=text("cli.help.duerp-work-units"))],
    since: Annotated[datetime, typer.Option("--since", formats=_DAY, help=text("cli.help.duerp-since"))],
    until: Annotated[datetime | None, typer.Option("--until", formats=_DAY, help=text("cli.help.duerp-until"))] = None,
) -> None:
    first, last = since.date(), until.date() if until else None
    if kept := file_named(unit):
        content = await extract_file(kept, work_units, first, last)
    else:
        async with gateway.client() as client:
            content = await client.duerp(unit).extract(work_units, first, last)
    _write(output, file, content)


def _write(output: Output, file: Path, content: bytes) -> None:
    file.write_bytes(content)
    if not output.print_json({"file": str(file), "bytes": len(content)}):
        out.print(text("cli.duerp.exported", file=str(file), size=f"{len(content) / 1000:.0f}"), soft_wrap=True)
