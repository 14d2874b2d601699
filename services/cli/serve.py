"""`vigie up` and `vigie demo`: the stack on its folder, until a signal."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from services.cli.command import command
from services.cli.context import (
    DEFAULT_DATA,
    DEFAULT_PAGES_PORT,
    DEFAULT_PORT,
    DataOption,
    PagesPortOption,
    PortOption,
    err,
    out,
    until_stopped,
)
from services.cli.corpora import corpus_items, send
from services.cli.language_models import add_model
from services.cli.reload import run_with_reload, watched_folders
from services.cli.showing import show_answer, show_panel
from services.cli.stack import stack
from services.cli.texts import text
from shared.access import PUBLIC
from shared.client import VigieClient
from shared.http_api.documents import DocumentState

ModelOption = Annotated[str | None, typer.Option("--model", metavar="NAME", help=text("cli.help.local-model"))]

DEMO_QUESTIONS = (
    "À quelle fréquence faut-il mettre à jour le document unique ?",
    "Quelles précautions prendre pour des travaux exposant à des agents cancérogènes ?",
    "R. 4412-16",
)
_FOURTH_PART = 4


@command
async def up(
    data: DataOption = DEFAULT_DATA,
    port: PortOption = DEFAULT_PORT,
    pages_port: PagesPortOption = None,
    model: ModelOption = None,
    reload: Annotated[bool, typer.Option("--reload", help=text("cli.help.reload"))] = False,
) -> None:
    if reload:
        named = ["--model", model] if model else []
        ports = ["--port", str(port), "--pages-port", str(_pages_port(port, pages_port))]
        await run_with_reload(["up", "--data", str(data), *ports, *named], watched_folders())
        return
    async with stack(data, port, model=model, pages_port=_pages_port(port, pages_port)) as current:
        if not current.own_stack:
            raise ValueError(text("cli.folder-in-use"))
        _show_address(current.url, current.link)
        await until_stopped()


@command
async def demo(
    leave: Annotated[bool, typer.Option("--exit", help=text("cli.help.exit"))] = False,
    data: DataOption = DEFAULT_DATA,
    port: PortOption = DEFAULT_PORT,
    pages_port: PagesPortOption = None,
    model: ModelOption = None,
) -> int:
    from services.cli.demo_draft import show_drafted  # of the stack, as what follows
    from services.cli.demo_duerp import say_opening, show_duerp

    if model is not None:
        await add_model(data, model)
    err.print(text("cli.starting"), style="dim")
    ports = (0, None) if leave else (port, _pages_port(port, pages_port))
    async with stack(data, ports[0], model=model, pages_port=ports[1]) as current:
        if model is not None and not current.own_stack:
            raise ValueError(text("cli.folder-in-use"))
        async with current.client() as client:
            first, *others = DEMO_QUESTIONS
            shown = None if leave else current.url
            code = await _ingest_missing(client, data, "code-du-travail", part=_FOURTH_PART)
            # The law is enough for the first answer: nobody should wait for the guides.
            show_answer(await client.ask(first), shown)
            code |= await _ingest_missing(client, data, "fiches-travail", health_and_safety=True)
            for question in others:
                show_answer(await client.ask(question), shown)
        code |= await show_duerp(current, data)
        code |= await show_drafted(current, data)
        if not leave:
            if current.own_stack:
                _show_address(current.url, None)
            say_opening(current)
            if current.own_stack:
                await until_stopped()
    return code


@command
async def link(data: DataOption = DEFAULT_DATA) -> int:
    from services.standalone.data_folder import DataFolder
    from services.standalone.pages import link

    address = DataFolder(data).announced_pages()
    if address is None:
        err.print(text("cli.no-pages"), style="bold red")
        return 1
    typer.echo(link(address, data))
    return 0


async def _ingest_missing(
    client: VigieClient, data: Path, name: str, *, part: int | None = None, health_and_safety: bool = False
) -> int:
    """Add a corpus, unless the index has documents of it."""
    async for document in client.documents():
        if document.state is DocumentState.INDEXED and document.key.startswith(name):
            return 0
    items = await asyncio.to_thread(corpus_items, data, name, part=part, health_and_safety=health_and_safety)
    return await send(client, items, PUBLIC)


def _pages_port(port: int, asked_for: int | None) -> int:
    """Return where the pages are served: any free port where the gateway takes any, unless one was named."""
    if asked_for is not None:
        return asked_for
    return DEFAULT_PAGES_PORT if port else 0


def _show_address(url: str, link: str | None) -> None:
    pages = [text("cli.pages", url=link)] if link else []
    show_panel("Vigie", *pages, text("cli.serving", url=url), text("cli.api", url=f"{url}/docs"), text("cli.stop"))
    out.file.flush()
