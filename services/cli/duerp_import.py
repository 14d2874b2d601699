"""`vigie duerp import`: a file of last year's DUERP, told before anything is written, and written."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from services.cli.command import command
from services.cli.context import YesOption, err, out
from services.cli.duerp_imports import take_over
from services.cli.gateway import PersonalGateway
from services.cli.output import Output
from services.cli.showing_import import show_preview
from services.cli.texts import language, text
from shared.duerp.importing.mapping import kept_mapping, read_mapping
from shared.duerp.importing.messages import message_of
from shared.language.names import one_line


@command
async def import_file(
    gateway: PersonalGateway,
    output: Output,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help=text("cli.help.duerp-import-file"))
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=text("cli.help.duerp-dry-run"))] = False,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", metavar="MAPPING", help=text("cli.help.duerp-mapping"))
    ] = None,
    unit: Annotated[str, typer.Option("--unit", metavar="UNIT", help=text("cli.help.duerp-import-unit"))] = "",
    replace: Annotated[bool, typer.Option("--replace", help=text("cli.help.duerp-import-replace"))] = False,
    yes: YesOption = False,
) -> int:
    if not dry_run:
        if not unit:
            raise typer.BadParameter(text("duerp.import.no-unit"))
        return await take_over(gateway, output, file, unit, mapping, yes=yes, replace=replace)
    from services.standalone.duerp_import import preview

    known = mapping is not None and mapping.exists()
    kept = mapping.read_text(encoding="utf-8") if mapping is not None and known else ""
    if kept:
        read_mapping(json.loads(kept))
    found = await preview(file, kept)
    for each in found["report"]:
        each["message"] = one_line(message_of(each["code"], each.pop("params"), language()))
    if mapping is not None and not known:
        mapping.write_text(json.dumps(kept_mapping(found), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        err.print(text("duerp.import.mapping-kept", file=str(mapping)), style="dim", soft_wrap=True)
    if not output.print_json(found):
        show_preview(found)
        out.print(Text(text("duerp.import.nothing-written"), style="dim"))
    return 0
