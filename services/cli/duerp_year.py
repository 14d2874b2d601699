"""`vigie duerp year`, `answer`, `reminders` and `duplicate`: the yearly update of a unit's DUERP."""

from typing import Annotated
from uuid import UUID

import typer
from rich.text import Text

from services.cli.command import command
from services.cli.context import out
from services.cli.duerp import UnitArgument
from services.cli.gateway import PersonalGateway
from services.cli.output import Output
from services.cli.texts import text
from shared.http_api.duerp.together import Outcome
from shared.http_api.duerp.unit import WorkUnit
from shared.http_api.duerp.year import Asked, LineAnswer, Reminder, StillTrue, YearQuery, YearView
from shared.language.names import one_line

_AT_ONCE = 500


@command
async def year(
    gateway: PersonalGateway,
    output: Output,
    unit: UnitArgument,
    begin: Annotated[int, typer.Option("--begin", metavar="YEAR", help=text("cli.help.duerp-year-begin"))] = 0,
    everything: Annotated[bool, typer.Option("--all", help=text("cli.help.duerp-year-all"))] = False,
) -> None:
    async with gateway.client() as client:
        years = client.duerp(unit).year
        if begin:
            await years.open(begin)
        found = await years.view(YearQuery(year=begin or None, everything=everything, limit=_AT_ONCE))
    output.show(found, _show_year)


def _show_year(view: YearView) -> None:
    told = {"year": view.year, "answered": view.answered, "lines": view.lines, "pending": view.pending}
    out.print(Text(text("cli.duerp.year", **told), style="bold"))
    for place in view.work_units:
        name = one_line(place.name) or text("cli.duerp.year-shared")
        out.print(Text(f"  {name}: {place.answered} / {place.lines}"))
    for asked in view.asked:
        _show_asked(asked)


def _show_asked(asked: Asked) -> None:
    out.print(Text(f"{asked.line}  {one_line(asked.now.hazard)}", style="bold"))
    if asked.now.situation:
        out.print(Text(f"  {one_line(asked.now.situation)}"))
    if asked.answer is not None:
        out.print(Text(f"  {text(f'duerp.still-true.{asked.answer.value}')}", style="italic"))
    for name in asked.differs:
        before = asked.before.get(name) if asked.before else None
        out.print(Text(f"  {name}: {one_line(str(before))}", style="dim"))


@command
async def answer(
    gateway: PersonalGateway,
    output: Output,
    unit: UnitArgument,
    still_true: Annotated[
        StillTrue, typer.Argument(metavar="yes|changed|gone", help=text("cli.help.duerp-answer-what"))
    ],
    lines: Annotated[list[UUID], typer.Argument(metavar="LINE...", help=text("cli.help.duerp-answer-lines"))],
    why: Annotated[str, typer.Option("--why", help=text("cli.help.duerp-answer-why"))] = "",
) -> int:
    async with gateway.client() as client:
        years = client.duerp(unit).year
        view = await years.view(YearQuery(everything=True, limit=_AT_ONCE))
        revisions = {each.line: each.revision for each in view.asked}
        answers = [LineAnswer(id=line, revision=revisions.get(line, 1), answer=still_true, why=why) for line in lines]
        told = await years.answer(view.year, answers)
    if not output.print_json(told.model_dump(mode="json")):
        for each in told.outcomes:
            out.print(Text(f"{each.id}: {text(f'duerp.outcomes.{each.outcome.value}')} {each.reason}".rstrip()))
    return 0 if all(each.outcome in {Outcome.DONE, Outcome.UNCHANGED} for each in told.outcomes) else 1


@command
async def reminders(
    gateway: PersonalGateway,
    output: Output,
    unit: UnitArgument,
    days: Annotated[int, typer.Option("--days", min=0, max=3660, help=text("cli.help.duerp-reminders-days"))] = 90,
) -> None:
    async with gateway.client() as client:
        found = await client.duerp(unit).year.reminders(days)
    if output.print_json(found.model_dump(mode="json")):
        return
    for each in found.reminders:
        _show_reminder(each)
    if not found.reminders:
        out.print(text("cli.none-found"))


def _show_reminder(reminder: Reminder) -> None:
    late = f"  {text('cli.duerp.late')}" if reminder.late else ""
    line = f"{reminder.on.isoformat()}  {one_line(reminder.sentence)}{late}"
    out.print(Text(line, style="bold" if reminder.late else ""))


@command
async def duplicate(
    gateway: PersonalGateway,
    output: Output,
    unit: UnitArgument,
    work_unit: Annotated[str, typer.Argument(metavar="WORK_UNIT", help=text("cli.help.duerp-work-unit"))],
    name: Annotated[str, typer.Argument(metavar="NAME", help=text("cli.help.duerp-duplicate-name"))],
) -> int:
    async with gateway.client() as client:
        duerp = client.duerp(unit)
        found = [
            each
            async for each in duerp.entries(WorkUnit)
            if each.content.name.casefold().startswith(work_unit.casefold())
        ]
        if len(found) != 1:
            out.print(text("cli.duerp.no-work-unit"))
            return 1
        view = await duerp.year.duplicate(found[0].id, name)
    output.show(view, lambda told: out.print(text("cli.duerp.duplicated", name=name, lines=told.lines)))
    return 0
