"""The DUERP of `vigie demo`: last year's workbook of a clean room taken over, frozen and handed out."""

import asyncio
from pathlib import Path
from typing import Any

from rich.text import Text

from services.cli.context import err, out
from services.cli.texts import text
from services.standalone.clean_room.workbook import clean_room, workbook
from services.standalone.local_issuer import Person
from services.standalone.session import Session
from shared.access import Role
from shared.client import UnitDuerp
from shared.http_api.duerp.entries import Entry
from shared.http_api.duerp.exports import ExportFormat
from shared.http_api.duerp.imports import ImportState
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.scales import Scale
from shared.http_api.duerp.unit import Unit, WorkUnit
from shared.http_api.duerp.versions import FreezeBody, VersionView

UNIT = "DEMO"
DRAFTED = clean_room()["described"]["unit"]["code"]
ASSISTANT = Person("demo-assistant", units=(UNIT, DRAFTED), roles=(Role.PREVENTION_ASSISTANT,))

_FORMATS = (ExportFormat.XLSX, ExportFormat.DOCX, ExportFormat.PDF)
FOLDER = "demo"


async def show_duerp(session: Session, data: Path) -> int:
    """Import the clean room's workbook once, freeze it once, and write the version into three files below `data`.

    Returns:
        An exit code: 1 where the workbook could not be read; the reason has been printed.
    """
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / clean_room()["file_name"]
    source.write_bytes(await asyncio.to_thread(workbook))
    session.issuer.remember(ASSISTANT)
    async with session.client(ASSISTANT) as client:
        duerp = client.duerp(UNIT)
        version = await _newest(duerp)
        if version is None:
            if not await _take_over(duerp, source):
                return 1
            version = await duerp.freeze(
                FreezeBody(title=clean_room()["version"], participants=clean_room()["participants"])
            )
        risks = len([line async for line in duerp.entries(Line)])
        told = text("cli.demo.duerp", unit=UNIT, risks=risks, file=str(source))
        out.print()
        out.print(Text(told, style="bold"), soft_wrap=True)
        _print(text("cli.duerp.frozen", sequence=version.sequence, sha256=version.sha256))
        await hand_out(duerp, folder / f"DUERP-{UNIT}-v{version.sequence}", version.sequence)
    say_where(UNIT)
    return 0


async def hand_out(duerp: UnitDuerp, file: Path, version: int | None = None) -> None:
    """Write a version, or today's DUERP, into a file of each format; `file`: without its ending."""
    for kind in _FORMATS:
        written = file.with_name(f"{file.name}.{kind.value}")
        content = await duerp.export(kind, version=version)
        await asyncio.to_thread(written.write_bytes, content)
        _print(text("cli.duerp.exported", file=str(written), size=f"{len(content) / 1000:.0f}"))


def say_where(unit: str) -> None:
    """Print how a unit's DUERP is read."""
    _print(text("cli.demo.look", unit=unit, user=ASSISTANT.user))


def say_opening(session: Session) -> None:
    """Print the link that opens the demo's DUERP for who keeps it, and where one asks; nothing where no pages are."""
    opens = session.link_for(ASSISTANT, f"/duerp/{UNIT}")
    if opens is None:
        return
    site = opens.partition("/sign-in")[0]
    told = text("cli.demo.open-duerp", unit=UNIT, user=ASSISTANT.user, url=opens)
    for line in (told, text("cli.demo.open-ask", url=f"{site}/")):
        out.print(Text(line, style="bold"), soft_wrap=True)  # a link that is cut in two opens nothing
    out.file.flush()


async def _newest(duerp: UnitDuerp) -> VersionView | None:
    async for version in duerp.versions():
        return version
    return None


async def _take_over(duerp: UnitDuerp, source: Path) -> bool:
    """Write the workbook into the unit's DUERP, and say what the unit is; whether it could be read."""
    begun = await duerp.imports.begin(source)
    found = await duerp.imports.until_read(begun.id)
    if found.state is ImportState.FAILED:
        err.print(Text(found.error or ""), style="bold red")
        return False
    await duerp.imports.write(found)
    await _describe(duerp)
    return True


async def _describe(duerp: UnitDuerp) -> None:
    scales = [scale.id async for scale in duerp.entries(Scale)]
    described: dict[str, Any] = {**clean_room()["unit"], "scale": scales[0] if scales else None}
    await duerp.describe(Unit.model_validate(described), await duerp.described())
    people = clean_room()["work_units"]
    work_units: list[Entry[WorkUnit]] = [each async for each in duerp.entries(WorkUnit)]
    for each in work_units:
        content = {**each.content.model_dump(), "people": people.get(each.content.name, [])}
        await duerp.replace(each, WorkUnit.model_validate(content))


def _print(words: str) -> None:
    out.print(Text(f"  {words}"), soft_wrap=True)
