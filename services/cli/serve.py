"""`vigie up` and `vigie demo`: the stack on its folder, until a signal."""

import asyncio
from typing import Annotated

import typer

from services.cli.context import (
    DEFAULT_DATA,
    DEFAULT_PORT,
    DataOption,
    PortOption,
    err,
    out,
    run,
    settings_for,
    until_stopped,
)
from services.cli.corpora import corpus_items, send
from services.cli.output import show_answer, show_panel
from services.cli.texts import language, text
from services.standalone.data_folder import FolderInUse
from services.standalone.session import Session, session
from services.standalone.settings import StandaloneSettings
from shared.access import PUBLIC
from shared.client import VigieClient
from shared.http_api.documents import DocumentState

DEMO_QUESTIONS = (
    "À quelle fréquence faut-il mettre à jour le document unique ?",
    "Quelles précautions prendre pour des travaux exposant à des agents cancérogènes ?",
    "R. 4412-16",
)
_FOURTH_PART = 4


def register(app: typer.Typer) -> None:
    app.command("up", help=text("cli.help.up"))(up)
    app.command("demo", help=text("cli.help.demo"))(demo)


def up(data: DataOption = DEFAULT_DATA, port: PortOption = DEFAULT_PORT) -> None:
    async def work() -> int:
        async with session(settings_for(data, port), language(), fixed_port=True) as current:
            if not current.own_stack:
                raise FolderInUse
            _say_where(current)
            await until_stopped()
        return 0

    run(work())


def demo(
    leave: Annotated[bool, typer.Option("--exit", help=text("cli.help.exit"))] = False,
    data: DataOption = DEFAULT_DATA,
    port: PortOption = DEFAULT_PORT,
) -> None:
    async def work() -> int:
        settings = settings_for(data, port)
        err.print(text("cli.starting"), style="dim")
        async with session(settings, language(), fixed_port=not leave) as current:
            async with current.client() as client:
                first, *others = DEMO_QUESTIONS
                shown = None if leave else current.url
                code = await _ingest_missing(client, settings, "code-du-travail", part=_FOURTH_PART)
                # The law is enough for the first answer: nobody should wait for the guides.
                show_answer(await client.ask(first), shown)
                code |= await _ingest_missing(client, settings, "fiches-travail", health_and_safety=True)
                for question in others:
                    show_answer(await client.ask(question), shown)
            if not leave and current.own_stack:
                _say_where(current)
                await until_stopped()
        return code

    run(work())


async def _ingest_missing(
    client: VigieClient,
    settings: StandaloneSettings,
    name: str,
    *,
    part: int | None = None,
    health_and_safety: bool = False,
) -> int:
    """Add a corpus, unless the index has documents of it."""
    async for document in client.documents():
        if document.state is DocumentState.INDEXED and document.key.startswith(name):
            return 0
    items = await asyncio.to_thread(
        lambda: list(corpus_items(settings.data, name, part=part, health_and_safety=health_and_safety))
    )
    return await send(client, items, PUBLIC)


def _say_where(current: Session) -> None:
    show_panel(
        "Vigie", text("cli.serving", url=current.url), text("cli.api", url=f"{current.url}/docs"), text("cli.stop")
    )
    out.file.flush()
