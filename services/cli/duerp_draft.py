"""`vigie duerp draft`: lines proposed from the description of a work unit; nothing is written."""

import dataclasses
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.command import command
from services.cli.output import Output
from services.cli.showing_draft import show_draft
from services.cli.texts import text
from shared.duerp.drafting.draft import Draft, drafted

_MOST_BYTES = 1_000_000


@command
async def draft(
    output: Output,
    file: Annotated[str, typer.Argument(metavar="FILE|-", help=text("cli.help.duerp-draft-file"))],
) -> int:
    found = drafted(_read(file))
    if not output.print_json(_reported(found)):
        show_draft(found)
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


def _reported(draft: Draft) -> dict[str, Any]:
    """Return a draft as JSON has it; what is not retrieved has no evidence."""
    return {
        "lines": [{**dataclasses.asdict(line), "evidence": []} for line in draft.lines],
        "no_risk": [dataclasses.asdict(each) for each in draft.no_risk],
        "not_assessed": list(draft.not_assessed),
        "questions": list(draft.questions),
    }
