"""`vigie dead-letters`: messages that no service could handle, sent again or dropped."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated
from uuid import UUID

import typer
from rich.text import Text

from services.cli.arguments import LimitOption, SinceOption, UntilOption, since_of, until_of
from services.cli.command import command
from services.cli.context import err, out
from services.cli.gateway import PersonalGateway
from services.cli.output import Output
from services.cli.texts import text
from shared.client import Problem
from shared.http_api.dead_letters import DeadLetterQuery, DeadLetterView, LetterState
from shared.language.names import one_line

LettersArgument = Annotated[list[UUID], typer.Argument(metavar="LETTER...", help=text("cli.help.dead-letter"))]


@command
async def listing(
    gateway: PersonalGateway,
    output: Output,
    codes: Annotated[list[str] | None, typer.Option("--code", help=text("cli.help.dead-letter-code"))] = None,
    every: Annotated[bool, typer.Option("--all", help=text("cli.help.dead-letters-all"))] = False,
    since: SinceOption = None,
    until: UntilOption = None,
    limit: LimitOption = None,
) -> None:
    states = [] if every else [LetterState.OPEN]
    query = DeadLetterQuery(state=states, code=codes or [], since=since_of(since), until=until_of(until))
    async with gateway.client() as client:
        await output.show_all(client.dead_letters(query), _show, limit=limit)


@command
async def show(
    gateway: PersonalGateway,
    output: Output,
    letter: Annotated[UUID, typer.Argument(metavar="LETTER", help=text("cli.help.dead-letter"))],
) -> None:
    async with gateway.client() as client:
        output.show(await client.dead_letter(letter), _show)


@command
async def send(gateway: PersonalGateway, output: Output, letters: LettersArgument) -> int:
    async with gateway.client() as client:
        return await _each(client.send_dead_letter, letters, output)


@command
async def drop(gateway: PersonalGateway, output: Output, letters: LettersArgument) -> int:
    async with gateway.client() as client:
        return await _each(client.drop_dead_letter, letters, output)


async def _each(close: Callable[[UUID], Awaitable[DeadLetterView]], letters: Sequence[UUID], output: Output) -> int:
    """Close letters one after the other, those behind one that is refused too; an exit code."""
    refused = 0
    for letter in letters:
        try:
            output.show(await close(letter), _show)
        except Problem as problem:
            err.print(Text(f"{letter}: {one_line(problem.detail)}"), style="red")
            refused += 1
    return int(refused > 0)


def _show(letter: DeadLetterView) -> None:
    place = f"{letter.service}  {letter.topic}[{letter.partition}]@{letter.offset}"
    out.print(Text(f"{letter.occurred_at:%Y-%m-%d %H:%M}  {one_line(place)}  {one_line(letter.code)}"))
    about = text(f"web.failures.about-{letter.about.value if letter.about else 'nothing'}")
    state = text(f"cli.letter.{letter.state}", by=one_line(letter.closed_by or ""))
    out.print(Text(f"  {letter.id}  {about} {letter.job or ''}  {state}", style="dim"))
