"""`vigie backup` and `vigie restore`: a data folder into one file, while a stack works on it, and out of it again."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from services.cli.command import command
from services.cli.context import DEFAULT_DATA, DataOption, err, out
from services.cli.output import Output
from services.cli.texts import text

_MEGABYTE = 1_000_000

ArchiveArgument = Annotated[Path, typer.Argument(metavar="FILE", help=text("cli.help.archive"))]


@command
async def backup(output: Output, archive: ArchiveArgument, data: DataOption = DEFAULT_DATA) -> int:
    from services.standalone.backup import back_up

    try:
        made = await asyncio.to_thread(back_up, data, archive)
    except FileExistsError as error:
        raise ValueError(text("cli.backup.exists", name=archive.name)) from error
    except FileNotFoundError as error:
        raise ValueError(text("cli.backup.nothing", folder=str(data))) from error
    if not output.print_json({"files": made.files, "bytes": made.size, "missing": list(made.missing)}):
        done = text("cli.backup.done", count=made.files, size=made.size // _MEGABYTE, name=archive.name)
        out.print(done, markup=False, soft_wrap=True)
        _tell_missing(made.missing)
    return int(bool(made.missing))


@command
async def restore(output: Output, archive: ArchiveArgument, data: DataOption = DEFAULT_DATA) -> int:
    from services.standalone.backup import UnusableBackup
    from services.standalone.backup import restore as put_back
    from services.standalone.data_folder import FolderInUse

    try:
        made = await asyncio.to_thread(put_back, archive, data)
    except UnusableBackup as error:
        raise ValueError(text(error.code, **error.params)) from error
    except FileExistsError as error:
        raise ValueError(text("cli.backup.not-empty", folder=str(data))) from error
    except FolderInUse as error:
        raise ValueError(text("cli.folder-in-use")) from error
    if not output.print_json({"files": made.files, "bytes": made.size, "missing": list(made.missing)}):
        out.print(text("cli.backup.restored", count=made.files, folder=str(data)), markup=False, soft_wrap=True)
        _tell_missing(made.missing)
    return int(bool(made.missing))


def _tell_missing(missing: tuple[str, ...]) -> None:
    if missing:
        err.print(text("cli.backup.missing", count=len(missing)), markup=False, soft_wrap=True)
