"""`vigie reembed`: another embedding model, made beside the one in use."""

import asyncio
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from services.cli.context import DEFAULT_DATA, DataOption, JsonOption, UrlOption, connected, err, out, run
from services.cli.texts import text
from shared.client import VigieClient
from shared.http_api.admin import EmbeddingModelView, EmbeddingView

_POLL_S = 0.5


def register(app: typer.Typer) -> None:
    app.command("reembed", help=text("cli.help.reembed"))(reembed)


def reembed(
    model: Annotated[str | None, typer.Option("--model", metavar="MODEL", help=text("cli.help.model"))] = None,
    cancel: Annotated[bool, typer.Option("--cancel", help=text("cli.help.cancel"))] = False,
    undo: Annotated[bool, typer.Option("--undo", help=text("cli.help.undo"))] = False,
    drop_old: Annotated[bool, typer.Option("--drop-old", help=text("cli.help.drop-old"))] = False,
    as_json: JsonOption = False,
    data: DataOption = DEFAULT_DATA,
    url: UrlOption = None,
) -> None:
    if sum((model is not None, cancel, undo, drop_old)) > 1:
        raise typer.BadParameter(text("cli.one-wish"))

    async def work() -> int:
        async with connected(data, url=url) as (_, client):
            return await _do(client, model, cancel=cancel, undo=undo, drop_old=drop_old, as_json=as_json)

    run(work())


async def _do(
    client: VigieClient, model: str | None, *, cancel: bool, undo: bool, drop_old: bool, as_json: bool
) -> int:
    found = await client.embedding()
    if undo:
        if found.previous is None:
            err.print(text("cli.no-way-back"), style="bold red")
            return 1
        model = found.previous.engine
    if cancel:
        found = await client.cancel_reembedding()
    elif drop_old:
        found = await client.drop_previous_embedding()
    elif model is not None:
        found = await client.reembed(model)
    if as_json:
        typer.echo(found.model_dump_json())
        return 0
    if found.next is None or (model is None and found.next.failure):
        _show(found)
        return 0
    return await _follow(client, found.next.engine)


async def _follow(client: VigieClient, engine: str) -> int:
    """A bar of the passages, until the model is asked with, has failed, or was given up."""
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
    ) as progress:
        task = progress.add_task(text("cli.embedding-with", model=engine), total=None)
        while (found := await client.embedding()).next is not None and not found.next.failure:
            progress.update(task, completed=found.next.passages, total=found.next.of or None)
            await asyncio.sleep(_POLL_S)
        if found.next is None and found.active is not None:
            progress.update(task, completed=found.active.passages, total=found.active.of or None)
    _show(found)
    return 0 if found.next is None and found.active is not None and found.active.engine == engine else 1


def _show(found: EmbeddingView) -> None:
    if found.active is None:
        out.print(text("cli.nothing-embedded"))
    else:
        out.print(text("cli.asked-with", model=_named(found.active)), markup=False)
    if found.next is not None:
        out.print(
            text("cli.being-made", model=_named(found.next), done=found.next.passages, total=found.next.of),
            markup=False,
        )
        if found.next.failure:
            err.print(text("cli.reembedding-failed", reason=found.next.failure["detail"]), style="red", markup=False)
    elif found.active is not None and found.active.failure:
        err.print(text("cli.reembedding-failed", reason=found.active.failure["detail"]), style="red", markup=False)
    if found.previous is not None:
        out.print(text("cli.kept-model", model=_named(found.previous)), markup=False)


def _named(model: EmbeddingModelView) -> str:
    return f"{model.engine} ({model.name})" if model.name and model.name != model.engine else model.engine
