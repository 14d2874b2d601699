"""`vigie corpus add`, and what sends documents and follows them into the index."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from services.cli.context import DEFAULT_DATA, DataOption, UrlOption, connected, err, run, settings_for
from services.cli.progress import Job, follow_and_tell
from services.cli.texts import text
from services.standalone.corpora import code_du_travail, fiches_travail
from services.standalone.corpora.npm import fetch_package
from shared.access import PUBLIC
from shared.client import VigieClient
from shared.http_api.documents import DocumentView

CORPORA = ("code-du-travail", "fiches-travail")
_POLL_S = 0.5
_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Item:
    """Something to send: bytes or a file, under a name of its own."""

    file_name: str
    content: bytes | Path
    key: str
    title: str | None = None
    media_type: str | None = None


def register(app: typer.Typer) -> None:
    corpus = typer.Typer(help=text("cli.help.corpus"), no_args_is_help=True)
    app.add_typer(corpus, name="corpus")
    corpus.command("add", help=text("cli.help.corpus-add"))(corpus_add)


def corpus_add(
    name: Annotated[str, typer.Argument(metavar="|".join(CORPORA), help=text("cli.help.corpus-name"))],
    part: Annotated[int | None, typer.Option("--part", min=1, max=8, help=text("cli.help.part"))] = None,
    health_and_safety: Annotated[bool, typer.Option("--health-and-safety", help=text("cli.help.health"))] = False,
    refresh: Annotated[bool, typer.Option("--refresh", help=text("cli.help.refresh"))] = False,
    data: DataOption = DEFAULT_DATA,
    url: UrlOption = None,
) -> None:
    if name not in CORPORA:
        raise typer.BadParameter(text("cli.unknown-corpus", name=name, known=", ".join(CORPORA)))

    async def work() -> int:
        settings = settings_for(data)
        items = await asyncio.to_thread(
            lambda: list(
                corpus_items(settings.data, name, part=part, health_and_safety=health_and_safety, refresh=refresh)
            )
        )
        async with connected(settings.data, url=url) as (_, client):
            return await send(client, items, PUBLIC)

    run(work())


def corpus_items(
    data: Path, name: str, *, part: int | None = None, health_and_safety: bool = False, refresh: bool = False
) -> Iterator[Item]:
    """The documents of a corpus, fetched with npm unless they were before."""
    err.print(text("cli.fetching", name=name), style="dim")
    corpora = data / "corpora"
    if name == "code-du-travail":
        folder = fetch_package(code_du_travail.PACKAGE, corpora, [code_du_travail.FILE], refresh=refresh)
        documents = code_du_travail.documents(folder, part)
    else:
        folder = fetch_package(fiches_travail.PACKAGE, corpora, [fiches_travail.FILE], refresh=refresh)
        documents = fiches_travail.documents(folder, health_and_safety=health_and_safety)
    for document in documents:
        yield Item(document.file_name, document.content, document.key, document.title, document.media_type)


async def send(client: VigieClient, items: Iterable[Item], scope: str) -> int:
    """Send documents, a few at once, and follow each to its end with a progress bar.

    Returns:
        An exit code: 1 when a document was refused or failed; the reasons have been printed.
    """

    async def submit(item: Item) -> DocumentView:
        return await client.submit(
            item.file_name, item.content, scope=scope, key=item.key, title=item.title, media_type=item.media_type
        )

    jobs = [Job(item.title or item.file_name, item.file_name, partial(submit, item)) for item in items]
    return await follow_and_tell(client, jobs)


async def resend(client: VigieClient, documents: Iterable[DocumentView]) -> int:
    """Send documents that Vigie has through the chain again; as `send`."""
    jobs = [Job(each.title, each.file_name, partial(client.reindex, each.id)) for each in documents]
    return await follow_and_tell(client, jobs)
