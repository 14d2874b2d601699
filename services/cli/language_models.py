"""`vigie model`: language models of the data folder, which write answers on this machine."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from services.cli.command import command
from services.cli.context import DEFAULT_DATA, DataOption, err, out
from services.cli.output import Output
from services.cli.texts import text


@command
async def add(
    name: Annotated[str, typer.Argument(metavar="NAME|FILE.gguf", help=text("cli.help.model-name"))],
    data: DataOption = DEFAULT_DATA,
) -> None:
    file = await add_model(data, name)
    out.print(text("cli.models.added", name=file.stem))


@command
async def show(output: Output, data: DataOption = DEFAULT_DATA) -> None:
    from services.standalone.language_models.known import KNOWN
    from services.standalone.language_models.weights import WeightsFolder

    there = await asyncio.to_thread(WeightsFolder(data / "models").models)
    known = {model.name: model for model in KNOWN}
    if output.print_json([{"name": name, "added": name in there} for name in sorted({*there, *known})]):
        return
    table = Table(box=None)
    for column in ("name", "maker", "licence", "size", "state"):
        table.add_column(text(f"cli.models.{column}"), overflow="fold")
    for name in sorted({*there, *known}):
        model = known.get(name)
        megabytes = model.megabytes if model else there[name].stat().st_size // 1_000_000
        state = text("cli.models.there" if name in there else "cli.models.not-there")
        table.add_row(name, model.maker if model else "", model.licence if model else "", f"{megabytes} MB", state)
    out.print(table)


async def add_model(data: Path, name: str) -> Path:
    """Put a model's weights into the data folder, with a progress bar, unless they are there; return their file.

    Raises:
        ModelWeightsUnavailable: they cannot be had.
    """
    from services.standalone.language_models.weights import WeightsFolder

    folder = WeightsFolder(data / "models")
    if (there := folder.models().get(name)) is not None:
        return there
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task(text("cli.models.fetching", name=Path(name).stem), total=None)

        def told(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        return await asyncio.to_thread(folder.add, name, told)
