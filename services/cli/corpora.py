"""`vigie corpus add`, and what sends documents and follows them into the index."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from services.cli.command import command
from services.cli.context import err
from services.cli.gateway import Gateway
from services.cli.progress import Job, follow_and_tell
from services.cli.texts import text
from shared.access import PUBLIC
from shared.client import VigieClient
from shared.http_api.documents import DocumentView

CORPORA = ("code-du-travail", "fiches-travail")


@dataclass(frozen=True, slots=True)
class Item:
    """A document to send: bytes or a file, and the name it is sent under."""

    file_name: str
    content: bytes | Path
    key: str
    title: str | None = None
    media_type: str | None = None


@command
async def corpus_add(
    gateway: Gateway,
    name: Annotated[str, typer.Argument(metavar="|".join(CORPORA), help=text("cli.help.corpus-name"))],
    part: Annotated[int | None, typer.Option("--part", min=1, max=8, help=text("cli.help.part"))] = None,
    health_and_safety: Annotated[bool, typer.Option("--health-and-safety", help=text("cli.help.health"))] = False,
    refresh: Annotated[bool, typer.Option("--refresh", help=text("cli.help.refresh"))] = False,
) -> int:
    if name not in CORPORA:
        raise typer.BadParameter(text("cli.unknown-corpus", name=name, known=", ".join(CORPORA)))
    items = await asyncio.to_thread(
        corpus_items, gateway.data, name, part=part, health_and_safety=health_and_safety, refresh=refresh
    )
    async with gateway.client() as client:
        return await send(client, items, PUBLIC)


def corpus_items(
    data: Path, name: str, *, part: int | None = None, health_and_safety: bool = False, refresh: bool = False
) -> list[Item]:
    """The documents of a corpus, fetched with npm unless they were before.

    Args:
        data: folder below which packages are kept.
    """
    from services.standalone.corpora import code_du_travail, fiches_travail
    from services.standalone.corpora.npm import fetch_package

    err.print(text("cli.fetching", name=name), style="dim")
    corpora = data.resolve() / "corpora"
    if name == "code-du-travail":
        folder = fetch_package(code_du_travail.PACKAGE, corpora, [code_du_travail.FILE], refresh=refresh)
        documents = code_du_travail.documents(folder, part)
    else:
        folder = fetch_package(fiches_travail.PACKAGE, corpora, [fiches_travail.FILE], refresh=refresh)
        documents = fiches_travail.documents(folder, health_and_safety=health_and_safety)
    return [Item(each.file_name, each.content, each.key, each.title, each.media_type) for each in documents]


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
