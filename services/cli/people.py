"""`vigie people`: the people of a gateway."""

from typing import Annotated

import typer

from services.cli.command import command
from services.cli.gateway import Gateway
from services.cli.output import Output
from services.cli.showing import show_people
from services.cli.texts import text


@command
async def people(
    gateway: Gateway,
    output: Output,
    search: Annotated[str, typer.Option("--search", metavar="TEXT", help=text("cli.help.search-people"))] = "",
) -> None:
    async with gateway.client() as client:
        found = await client.people(search)
    if not output.print_json([person.model_dump() for person in found]):
        show_people(found)
