"""`vigie duerp export`: a unit's DUERP as a file."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.command import command
from services.cli.context import out
from services.cli.gateway import PersonalGateway
from services.cli.texts import text
from shared.http_api.duerp.exports import ExportFormat

_ENDINGS = {f".{each.value}": each for each in ExportFormat}


def _to_write(file: Path) -> Path:
    """Return the file if it can be written.

    Raises:
        typer.BadParameter: its ending is no format's, or its folder is not there.
    """
    if file.suffix.lower() not in _ENDINGS:
        raise typer.BadParameter(text("cli.duerp.endings", endings=", ".join(_ENDINGS)))
    if not file.parent.is_dir():
        raise typer.BadParameter(text("cli.duerp.no-folder", folder=str(file.parent)))
    return file


@command
async def export(
    gateway: PersonalGateway,
    unit: Annotated[str, typer.Argument(metavar="UNIT", help=text("cli.help.duerp-unit"))],
    file: Annotated[Path, typer.Argument(metavar="FILE", callback=_to_write, help=text("cli.help.duerp-file"))],
) -> None:
    async with gateway.client() as client:
        content = await client.duerp(unit).export(_ENDINGS[file.suffix.lower()])
    file.write_bytes(content)
    out.print(text("cli.duerp.exported", file=str(file), size=f"{len(content) / 1000:.0f}"))
