"""`vigie ingest` and `vigie corpus add`: send documents and follow them into the index."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from services.standalone.cli.running import (
    DEFAULT_DATA,
    DataOption,
    UrlOption,
    UserOption,
    connected,
    err,
    out,
    run,
    settings_for,
)
from services.standalone.cli.texts import text
from services.standalone.corpora import code_du_travail, fiches_travail
from services.standalone.corpora.npm import fetch_package
from shared.access import PUBLIC
from shared.api import ENDED, DocumentState, DocumentView
from shared.client import Problem, VigieClient

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
    app.command("ingest", help=text("cli.help.ingest"))(ingest)


def ingest(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help=text("cli.help.paths"))],
    scope: Annotated[str, typer.Option("--scope", help=text("cli.help.scope"))] = PUBLIC,
    user: UserOption = None,
    data: DataOption = DEFAULT_DATA,
    url: UrlOption = None,
) -> None:
    async def work() -> int:
        items = list(_files(paths))
        async with connected(data, user, url) as (_, client):
            return await send(client, items, scope)

    run(work())


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

    jobs = [_Job(item.title or item.file_name, item.file_name, partial(submit, item)) for item in items]
    return await _follow_all(client, jobs)


async def resend(client: VigieClient, documents: Iterable[DocumentView]) -> int:
    """Send documents that Vigie has through the chain again; as `send`."""
    jobs = [_Job(each.title, each.file_name, partial(client.reindex, each.id)) for each in documents]
    return await _follow_all(client, jobs)


@dataclass(frozen=True, slots=True)
class _Job:
    label: str
    file_name: str
    start: Callable[[], Awaitable[DocumentView]]


async def _follow_all(client: VigieClient, jobs: Sequence[_Job]) -> int:
    failures: list[tuple[str, str]] = []
    slots = asyncio.Semaphore(_AT_ONCE)
    with _progress() as progress:
        overall = progress.add_task(text("cli.documents"), total=len(jobs))

        async def one(job: _Job) -> None:
            async with slots:
                reason = await _follow(client, job, progress)
            if reason is not None:
                failures.append((job.file_name, reason))
            progress.advance(overall)

        await asyncio.gather(*(one(job) for job in jobs))
    out.print(text("cli.indexed", count=len(jobs) - len(failures)))
    for name, reason in failures:
        err.print(text("cli.not-indexed", name=name, reason=reason), style="red", markup=False)
    return 1 if failures else 0


async def _follow(client: VigieClient, job: _Job, progress: Progress) -> str | None:
    """None when the document has reached the index, else why not."""
    task = progress.add_task(job.label, total=None)
    try:
        document = await job.start()
        async for state in _states(client, document):
            _advance(progress, task, state)
            document = state
    except (Problem, OSError) as error:
        return str(error)
    finally:
        progress.remove_task(task)
    if document.state is DocumentState.INDEXED:
        return None
    return str((document.failure or {}).get("detail", document.state))


async def _states(client: VigieClient, document: DocumentView) -> AsyncIterator[DocumentView]:
    while True:
        yield document
        if document.state in ENDED:
            return
        await asyncio.sleep(_POLL_S)
        document = await client.document(document.id)


def _advance(progress: Progress, task: TaskID, document: DocumentView) -> None:
    """Half of the way is embedding, half is indexing: the bar counts passages of both."""
    if document.passages:
        done = (document.embedded + document.indexed) // 2
        progress.update(task, total=document.passages, completed=done)


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
    )


def _files(paths: Iterable[Path]) -> Iterator[Item]:
    """Each file under its name, the files below a folder under their paths in it; what cannot be read is said later."""
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                if file.is_file() and not file.name.startswith("."):
                    yield Item(file.name, file, file.relative_to(path.parent).as_posix())
        else:
            yield Item(path.name, path, path.name)
