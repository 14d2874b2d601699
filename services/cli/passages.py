"""`vigie open` and `vigie passages`: the text behind citations and documents."""

from typing import Annotated

import typer

from services.cli.arguments import DocumentArgument, find_document
from services.cli.command import command
from services.cli.gateway import PersonalGateway
from services.cli.output import Output
from services.cli.showing import show_opened_passage, show_passage
from services.cli.texts import text


@command
async def open_passage(
    gateway: PersonalGateway,
    output: Output,
    passage: Annotated[str, typer.Argument(help=text("cli.help.passage"))],
) -> None:
    async with gateway.client() as client:
        found = await client.passage(passage.rpartition("/")[2])
    output.show(found, show_opened_passage)


@command
async def passages(gateway: PersonalGateway, output: Output, document: DocumentArgument) -> None:
    async with gateway.client() as client:
        found = await find_document(client, document)
        await output.show_all(client.passages(found.id), show_passage)
