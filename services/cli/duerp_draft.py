"""`vigie duerp draft`: lines proposed from the description of a work unit, written only where a unit is named."""

import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from services.cli.clause_reader import clause_reader
from services.cli.command import command
from services.cli.context import err, out
from services.cli.draft_evidence import Evidence, evidence_of
from services.cli.gateway import PersonalGateway
from services.cli.output import Output
from services.cli.showing_draft import show_draft, show_drafted_line, show_left_open
from services.cli.texts import text
from shared.duerp.drafting.draft import Draft, DraftLine
from shared.http_api.duerp.drafts import DraftedLine
from shared.http_api.duerp.lines import LineEvidence
from shared.http_api.duerp.unit import WorkUnit

_MOST_BYTES = 1_000_000


@command
async def draft(
    gateway: PersonalGateway,
    output: Output,
    file: Annotated[str, typer.Argument(metavar="FILE|-", help=text("cli.help.duerp-draft-file"))],
    unit: Annotated[str, typer.Option("--unit", metavar="UNIT", help=text("cli.help.duerp-draft-unit"))] = "",
    work_unit: Annotated[str, typer.Option("--work-unit", help=text("cli.help.duerp-draft-work-unit"))] = "",
    words_alone: Annotated[bool, typer.Option("--words-alone", help=text("cli.help.words-alone"))] = False,
) -> int:
    description = _read(file)
    if unit:
        return await _propose(gateway, output, unit, work_unit, description)
    async with clause_reader(words_alone=words_alone) as reader:
        found = await reader.drafted(description)
    evidence = await evidence_of(gateway, found.lines)
    if evidence is None or not any(evidence.values()):
        err.print(Text(text("cli.duerp.draft-no-evidence")), style="yellow")
    if not output.print_json(_reported(found, evidence or {})):
        show_draft(found, evidence or {})
    return 0


async def _propose(gateway: PersonalGateway, output: Output, unit: str, name: str, description: str) -> int:
    """Write the lines into the unit's DUERP, each shown as its evidence is found."""
    async with gateway.client() as client:
        duerp = client.duerp(unit)
        places = [
            each async for each in duerp.entries(WorkUnit) if each.content.name.casefold().startswith(name.casefold())
        ]
        if len(places) != 1:
            raise typer.BadParameter(text("cli.duerp.draft-one-work-unit", unit=unit))
        async for item in duerp.drafting(places[0].id, description):
            if isinstance(item, DraftedLine):
                if not output.as_json:
                    show_drafted_line(item)
            elif not output.print_json(item.model_dump(mode="json")):
                show_left_open(item.no_risk, item.not_assessed, item.questions)
                counts = {"count": len(item.lines), "already": item.already, "rejected": item.rejected}
                out.print(text("cli.duerp.draft-proposed", unit=unit, **counts))
                if item.notice:
                    out.print(item.notice, style="yellow", markup=False)
    return 0


def _read(file: str) -> str:
    """Return the description in a file, or on standard input for `-`.

    Raises:
        typer.BadParameter: there is no such file, it is too large, or no text in UTF-8.
    """
    try:
        content = sys.stdin.buffer.read(_MOST_BYTES + 1) if file == "-" else _bytes_of(Path(file))
        if len(content) > _MOST_BYTES:
            raise typer.BadParameter(text("cli.duerp.draft-large", megabytes=_MOST_BYTES // 1_000_000))
        return content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(text("cli.duerp.draft-unreadable", file=file)) from error


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(_MOST_BYTES + 1)


def _reported(draft: Draft, evidence: Evidence) -> dict[str, Any]:
    """Return a draft as JSON has it, with the evidence of each family."""
    return {
        "lines": [_line(line, evidence.get(line.family, ())) for line in draft.lines],
        "no_risk": [dataclasses.asdict(each) for each in draft.no_risk],
        "not_assessed": list(draft.not_assessed),
        "questions": list(draft.questions),
    }


def _line(line: DraftLine, evidence: Sequence[LineEvidence]) -> dict[str, Any]:
    """Return a line as JSON has it: `likeness` is how sure it is where no word tells of it, else null."""
    return dataclasses.asdict(line) | {"evidence": [each.model_dump(mode="json") for each in evidence]}
