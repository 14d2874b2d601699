"""`vigie open` and `vigie passages`: the text behind citations and documents."""

from typing import Annotated

import typer

from services.standalone.cli.rendering import show_passage, show_piece
from services.standalone.cli.running import (
    DEFAULT_DATA,
    DataOption,
    JsonOption,
    UrlOption,
    UserOption,
    connected,
    run,
)
from services.standalone.cli.texts import text
from shared.client import VigieClient


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
    document: Annotated[str, typer.Argument(help=text("cli.help.document"))],
    as_json: JsonOption = False,
    user: UserOption = None,
    data: DataOption = DEFAULT_DATA,
    url: UrlOption = None,
) -> None:
    async def work() -> int:
        async with connected(data, user, url) as (_, client):
            async for piece in client.passages(await _identity(client, document)):
                if as_json:
                    typer.echo(piece.model_dump_json())
                else:
                    show_piece(piece)
        return 0

    run(work())


async def _identity(client: VigieClient, document: str) -> str:
    """The document that is meant by its id, its key, its file name or its title.

    Raises:
        ValueError: there is none, or there are several.
    """
    found = [
        str(each.id)
        async for each in client.documents()
        if document in (str(each.id), each.key, each.file_name, each.title) and each.state != "withdrawn"
    ]
    if len(found) != 1:
        reason = "cli.several-documents" if found else "cli.unknown-document"
        raise ValueError(text(reason, name=document, ids=", ".join(found)))
    return found[0]
