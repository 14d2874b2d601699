"""`vigie open` and `vigie passages`: the text behind citations and documents."""

from typing import Annotated

import typer

from services.cli.arguments import DocumentArgument, document_named
from services.cli.context import DEFAULT_DATA, DataOption, JsonOption, UrlOption, UserOption, connected, run
from services.cli.output import show_passage, show_piece
from services.cli.texts import text


def register(app: typer.Typer) -> None:
    app.command("open", help=text("cli.help.open"))(open_passage)
    app.command("passages", help=text("cli.help.passages"))(passages)


def open_passage(
    passage: Annotated[str, typer.Argument(help=text("cli.help.passage"))],
    as_json: JsonOption = False,
    user: UserOption = None,
    data: DataOption = DEFAULT_DATA,
    url: UrlOption = None,
) -> None:
    async def work() -> int:
        async with connected(data, user, url) as (_, client):
            found = await client.passage(passage.rpartition("/")[2])
        if as_json:
            typer.echo(found.model_dump_json())
        else:
            show_passage(found)
        return 0

    run(work())


def passages(
    document: DocumentArgument,
    as_json: JsonOption = False,
    user: UserOption = None,
    data: DataOption = DEFAULT_DATA,
    url: UrlOption = None,
) -> None:
    async def work() -> int:
        async with connected(data, user, url) as (_, client):
            async for piece in client.passages((await document_named(client, document)).id):
                if as_json:
                    typer.echo(piece.model_dump_json())
                else:
                    show_piece(piece)
        return 0

    run(work())
