"""A file of last year's DUERP taken over by the running Vigie: sent, shown, confirmed, written."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from services.cli.command import command
from services.cli.context import confirmed, err, out
from services.cli.duerp import UnitArgument
from services.cli.gateway import Gateway, PersonalGateway
from services.cli.output import Output
from services.cli.showing_import import show_conflicts, show_preview
from services.cli.texts import text
from shared.client import UnitImports
from shared.http_api.duerp.imports import ImportDocument, ImportMapping, ImportState, ImportView
from shared.language.names import one_line

IdentityArgument = Annotated[str, typer.Argument(metavar="IMPORT", help=text("cli.help.duerp-import-id"))]
WhyOption = Annotated[str, typer.Option("--why", help=text("cli.help.duerp-import-why"))]


async def take_over(
    gateway: Gateway, output: Output, file: Path, unit: str, mapping: Path | None, *, yes: bool, replace: bool
) -> int:
    """Send a file, show what was understood of it, and write it if the person says so.

    Raises:
        typer.BadParameter: the mapping is none.
    """
    said = _mapping(mapping)
    async with gateway.client() as client:
        imports = client.duerp(unit).imports
        with err.status(text("duerp.import.waiting")):
            begun = await imports.begin(file, said)
            found = await imports.until_read(begun.id)
        if found.offered and not yes and not output.as_json and confirmed(text("duerp.import.offered")):
            await imports.say(found, found.offered)
            found = await imports.until_read(found.id)
        if found.state is ImportState.FAILED:
            err.print(Text(found.error or ""), style="bold red")
            return 1
        return await _confirm(imports, output, found, yes=yes, replace=replace)


async def _confirm(imports: UnitImports, output: Output, found: ImportDocument, *, yes: bool, replace: bool) -> int:
    plan = await imports.plan(found.id)
    if not output.as_json:
        show_preview(await _preview(imports, found))
        _show_counts("planned", plan.counts)
        show_conflicts(plan.conflicts)
    if not yes and (output.as_json or not confirmed(text("duerp.import.write"))):
        told = {**found.model_dump(mode="json"), "plan": plan.counts}
        if not output.print_json({**told, "conflicts": plan.model_dump(mode="json")["conflicts"]}):
            out.print(Text(text("duerp.import.left", id=str(found.id)), style="dim"))
        return 0
    written = await imports.write(found, replace=replace)
    if not output.print_json(written.model_dump(mode="json")):
        _show_counts("done", written.written or {})
    return 0


async def _preview(imports: UnitImports, found: ImportDocument) -> dict[str, Any]:
    """Return an import as the dry run tells it (shared/duerp/importing/preview.py)."""
    summary = found.summary.model_dump(mode="json") if found.summary else {"mapping": [], "scale": {}}
    return {
        **summary,
        "lines": [each.model_dump(mode="json") async for each in imports.lines(found.id)],
        "report": [each.model_dump(mode="json") async for each in imports.report(found.id)],
        "counts": found.counts or {},
    }


def _mapping(file: Path | None) -> ImportMapping | None:
    if file is None:
        return None
    try:
        return ImportMapping.model_validate(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise typer.BadParameter(text("duerp.import.no-mapping", file=str(file))) from error


def _show_counts(title: str, counts: dict[str, int]) -> None:
    out.print(Text(text(f"duerp.import.{title}"), style="bold"))
    for name, count in counts.items():
        if count:
            out.print(Text(f"  {count:>6}  {text(f'duerp.import.wrote.{name}')}"))


@command
async def imports(gateway: PersonalGateway, output: Output, unit: UnitArgument) -> None:
    async with gateway.client() as client:
        await output.show_all(client.duerp(unit).imports.all(), _show_import)


def _show_import(each: ImportView) -> None:
    state = text(f"duerp.import.states.{each.state}")
    out.print(Text(f"{each.created_at:%Y-%m-%d %H:%M}  {one_line(each.file_name)}  {state}"))
    out.print(Text(f"  {each.id}", style="dim"))


@command
async def take_back(
    gateway: PersonalGateway,
    output: Output,
    unit: UnitArgument,
    identity: IdentityArgument,
    why: WhyOption,
) -> None:
    async with gateway.client() as client:
        unit_imports = client.duerp(unit).imports
        back = await unit_imports.take_back(await unit_imports.find(identity), why)
    if not output.print_json(back.model_dump(mode="json")):
        _show_counts("done", {name: (back.written or {}).get(name, 0) for name in ("taken_back", "left")})
