"""`vigie eval drafting`: how well described work units are drafted, without a running Vigie."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.clause_reader import clause_reader
from services.cli.command import command
from services.cli.context import out
from services.cli.output import Output
from services.cli.showing import show_measures
from services.cli.texts import text

if TYPE_CHECKING:
    from services.standalone.evaluation.drafting import Graded


@command
async def drafting(
    output: Output,
    units: Annotated[Path, typer.Option("--units", metavar="FILE", help=text("cli.help.units"))],
    words_alone: Annotated[bool, typer.Option("--words-alone", help=text("cli.help.words-alone"))] = False,
) -> int:
    from services.standalone.evaluation.drafting import evaluate_drafts, graded, is_good_enough, read_units

    described = read_units(units)
    async with clause_reader(words_alone=words_alone) as reader:
        drafts = [graded(unit, await reader.drafted(unit.description)) for unit in described]
        model = reader.model
    measures = evaluate_drafts(drafts)
    reported = {"measures": measures, "model": model, "units": [_reported(each) for each in drafts]}
    if not output.print_json(reported):
        show_measures({"all": measures})
        for each in drafts:
            _show_surprises(each)
    return 0 if is_good_enough(measures) else 1


def _reported(graded: "Graded") -> dict[str, object]:
    return {
        "id": graded.unit.id,
        "recall": graded.recall,
        "proposed": sorted(graded.families),
        "missed": sorted(graded.missed),
        "wrong": sorted(graded.wrong),
        "forbidden": sorted(graded.unit.forbidden & graded.families),
        "astray": list(graded.astray),
        "lines": [
            {"family": line.family, "because": line.because, "likeness": line.likeness} for line in graded.draft.lines
        ],
    }


def _show_surprises(graded: "Graded") -> None:
    for key, families in (("cli.drafting-missed", graded.missed), ("cli.drafting-wrong", graded.wrong)):
        if families:
            out.print(f"{graded.unit.id}: {text(key)}: {', '.join(sorted(families))}", style="yellow", markup=False)
