"""`vigie eval retrieval`: how well the index answers labelled questions."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from services.standalone.cli.rendering import show_measures
from services.standalone.cli.running import (
    DEFAULT_DATA,
    DataOption,
    JsonOption,
    UserOption,
    connected,
    err,
    run,
)
from services.standalone.cli.texts import text
from services.standalone.evaluation import DEPTH, Pair, articles_in_order, evaluate, read_pairs
from shared.client import VigieClient

_AT_ONCE = 4


def register(app: typer.Typer) -> None:
    group = typer.Typer(help=text("cli.help.eval"), no_args_is_help=True)
    app.add_typer(group, name="eval")
    group.command("retrieval", help=text("cli.help.eval-retrieval"))(retrieval)

    @group.callback()
    def _group() -> None:
        """Keeps `retrieval` a word of its own while it is the only measure."""


def retrieval(
    pairs: Annotated[Path, typer.Option("--pairs", metavar="FILE", help=text("cli.help.pairs"))],
    as_json: JsonOption = False,
    user: UserOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    async def work() -> int:
        labelled = read_pairs(pairs)
        async with connected(data, user) as (_, client):
            measures = evaluate(labelled, await _search(client, labelled))
        if as_json:
            typer.echo(json.dumps(measures, ensure_ascii=False))
        else:
            show_measures(measures)
        return 0

    run(work())


async def _search(client: VigieClient, pairs: list[Pair]) -> dict[str, list[str]]:
    """Each question through the whole chain; the articles of its evidence, best first."""
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one(pair: Pair) -> list[str]:
        async with slots:
            answer = await client.ask(pair.question, evidence=DEPTH, passages=1)
            return articles_in_order(answer.evidence)

    tasks = [asyncio.create_task(one(pair)) for pair in pairs]
    found: dict[str, list[str]] = {}
    for pair, task in track(
        list(zip(pairs, tasks, strict=True)), description=text("cli.evaluating"), console=err, transient=True
    ):
        found[pair.id] = await task
    return found
