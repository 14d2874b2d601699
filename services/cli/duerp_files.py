"""Commands of `vigie duerp` on a file that Vigie exported, without a running Vigie."""

import asyncio
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import typer
from rich.text import Text

from services.cli.context import err, out
from services.cli.output import Output
from services.cli.showing_duerp import show_differences, show_faults, show_work_unit
from services.cli.texts import language, text
from shared.duerp.importing.grid import Workbook
from shared.duerp.own_files import OwnEntry, own_file
from shared.errors import InvalidInput
from shared.http_api.duerp.kept_files import FileVerification, KeptFile, kept_file
from shared.http_api.duerp.own_files import checked

ENDINGS = (".json", ".xlsx", ".csv")
"""Of exports that hold exact entries (ADR 38)."""

MOST_BYTES = 100_000_000


def file_named(target: str) -> Path | None:
    """Return the file that an argument names; None: it is the key of a unit."""
    return Path(target) if target.lower().endswith(ENDINGS) else None


async def read_file(file: Path) -> KeptFile:
    """Return what an export holds; what cannot be read of it is told.

    Raises:
        OSError: the file cannot be read.
        InvalidInput: it is no export of ours, a later Vigie wrote it, or it is too large.
    """
    if file.suffix.lower() != ".json":
        return await _of_table(file)
    told = await asyncio.to_thread(_parsed, file)
    own = own_file(Workbook([], contract=told)) if isinstance(told, dict) else None
    if own is None:
        raise InvalidInput(reason="duerp-not-ours")
    sound = checked(own)
    _tell_unread(len(sound.report))
    return kept_file(sound.unit, map(_entry, sound.entries), told)


def _parsed(file: Path) -> Any:
    if file.stat().st_size > MOST_BYTES:
        raise InvalidInput(reason=f"{file.name}: > {MOST_BYTES // 1_000_000} MB")
    try:
        return json.loads(file.read_bytes())
    except (ValueError, RecursionError):
        raise InvalidInput(reason="duerp-not-ours") from None


async def _of_table(file: Path) -> KeptFile:
    """Return what a workbook or csv file holds, which a confined child reads."""
    from services.standalone.duerp_import import preview

    found = (await preview(file)).get("exact")
    if found is None:
        raise InvalidInput(reason="duerp-not-ours")
    return kept_file(found["unit"], found["entries"])


def _entry(own: OwnEntry) -> dict[str, Any]:
    return {
        "kind": own.kind,
        "id": str(own.id),
        "revision": own.revision,
        "state": own.state,
        "content": own.content,
    }


def _tell_unread(count: int) -> None:
    if count:
        err.print(text("cli.duerp.unread", count=count), style="yellow")


async def show_file(output: Output, file: Path, name: str) -> int:
    """Print the work units of a file; 1 where a name was given that none has."""
    kept = await read_file(file)
    shown = 0
    for each in kept.work_units(name):
        output.show(each, show_work_unit)
        shown += 1
    if not shown and not output.as_json:
        out.print(text("cli.duerp.no-work-unit"))
    return 0 if shown or not name else 1


async def verify_file(output: Output, file: Path) -> int:
    """Print whether a file holds what was frozen; 1 where it does not."""
    found = (await read_file(file)).verified()
    output.show(found, _show_verification)
    return 0 if found.intact else 1


def _show_verification(found: FileVerification) -> None:
    show_faults(found)
    out.print(Text(f"SHA-256 {found.sha256}"), soft_wrap=True)


async def extract_file(file: Path, work_units: Sequence[str], since: date, until: date | None) -> bytes:
    """Return the extract for a worker from an exported version, as a ZIP archive."""
    from services.standalone.duerp_extract import extract

    kept = await read_file(file)
    return await asyncio.to_thread(extract, kept, work_units, since, until, language())


async def compare_files(output: Output, before: Path, after: Path) -> None:
    """Print what a file says otherwise than an earlier one.

    Raises:
        typer.BadParameter: they are of different units.
    """
    old, new = await read_file(before), await read_file(after)
    if old.unit != new.unit:
        raise typer.BadParameter(text("cli.duerp.other-unit", before=old.unit, after=new.unit))
    output.show(new.compared_with(old), show_differences)
