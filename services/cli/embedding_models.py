"""`vigie reembed`: another embedding model, made beside the one in use."""

import asyncio
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from services.cli.command import command
from services.cli.context import err, out
from services.cli.gateway import Gateway
from services.cli.output import Output
from services.cli.texts import text
from shared.client import VigieClient
from shared.http_api.admin import EmbeddingModelView, EmbeddingView

_POLL_S = 0.5


@command
async def reembed(
    gateway: Gateway,
    output: Output,
    model: Annotated[
        str | None, typer.Option("--model", metavar="MODEL", help=text("cli.help.embedding-model"))
    ] = None,
    cancel: Annotated[bool, typer.Option("--cancel", help=text("cli.help.cancel"))] = False,
    undo: Annotated[bool, typer.Option("--undo", help=text("cli.help.undo"))] = False,
    drop_old: Annotated[bool, typer.Option("--drop-old", help=text("cli.help.drop-old"))] = False,
) -> int:
    if sum((model is not None, cancel, undo, drop_old)) > 1:
        raise typer.BadParameter(text("cli.one-wish"))
    async with gateway.client() as client:
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
        if output.as_json or found.next is None or (model is None and found.next.failure):
            output.show(found, _show)
            return 0
        return await _follow(client, found.next.engine)


async def _follow(client: VigieClient, engine: str) -> int:
    """Show progress until questions are asked with the model, or it failed or was cancelled; an exit code."""
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
