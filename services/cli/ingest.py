"""`vigie ingest`: files and whole folders, into the index and kept up to date there."""

import asyncio
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from services.cli.chunking import ChunkingOption, MaxCharsOption, ParametersOption, chunking_of
from services.cli.context import DEFAULT_DATA, DataOption, JsonOption, UrlOption, UserOption, connected, out, run
from services.cli.file_tree import Globs, Tree, TreeFile, walk
from services.cli.progress import Failed, Job, Report, follow_all, unreadable
from services.cli.texts import text
from shared.access import PUBLIC
from shared.client import VigieClient
from shared.contracts.documents import Chunking
from shared.http_api.documents import DocumentQuery, DocumentState, DocumentView


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is the same for all files of a run."""

    scope: str
    chunking: Chunking


_AGAIN = {DocumentState.FAILED, DocumentState.WITHDRAWN}


def register(app: typer.Typer) -> None:
    app.command("ingest", help=text("cli.help.ingest"))(ingest)


def ingest(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help=text("cli.help.paths"))],
    scope: Annotated[str, typer.Option("--scope", help=text("cli.help.scope"))] = PUBLIC,
    include: Annotated[
        list[str] | None, typer.Option("--include", metavar="GLOB", help=text("cli.help.include"))
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option("--exclude", metavar="GLOB", help=text("cli.help.exclude"))
    ] = None,
    chunking: ChunkingOption = None,
    options: ParametersOption = None,
    max_chars: MaxCharsOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=text("cli.help.dry-run"))] = False,
    as_json: JsonOption = False,
    user: UserOption = None,
    data: DataOption = DEFAULT_DATA,
    url: UrlOption = None,
) -> None:
    async def work() -> int:
        wishes = Wishes(scope, chunking_of(chunking, options, max_chars))
        tree = await asyncio.to_thread(walk, paths, Globs(tuple(include or ()), tuple(exclude or ())))
        report = _report(tree)
        async with connected(data, user, url) as (_, client):
            known = {each.key: each async for each in client.documents(DocumentQuery(scope=[scope]))}
            try:
                if dry_run:
                    await asyncio.to_thread(_look, tree, known, wishes, report)
                else:
                    jobs = _jobs(client, tree, known, wishes, report)
                    await follow_all(client, jobs, len(tree.files), report)
            finally:
                _tell(report, dry_run=dry_run, as_json=as_json)
        return report.code

    run(work())


def _report(tree: Tree) -> Report:
    report = Report()
    report.skipped.update({reason.value: count for reason, count in tree.skipped.items()})
    report.unsupported = +tree.unsupported
    report.failed += [unreadable(name, error) for name, error in tree.unreadable]
    return report


def _jobs(
    client: VigieClient, tree: Tree, known: Mapping[str, DocumentView], wishes: Wishes, report: Report
) -> Iterator[Job]:
    for file in _once(tree, report):
        yield Job(file.name, file.key, partial(_send, client, file, known.get(file.key), wishes, report))


async def _send(
    client: VigieClient, file: TreeFile, known: DocumentView | None, wishes: Wishes, report: Report
) -> DocumentView | None:
    """None for what is in already; what an interrupted run has sent is followed to its end."""
    if known is not None and await asyncio.to_thread(_is_same, file, known, wishes):
        return None if known.state is DocumentState.INDEXED else known
    report.sent.append(file.key)
    chunking = wishes.chunking
    return await client.submit(
        file.name,
        file.path,
        scope=wishes.scope,
        key=file.key,
        chunking=chunking.strategy,
        chunking_option=[f"{name}={value}" for name, value in chunking.options.items()] or None,
        max_chars=chunking.max_chars,
    )


def _look(tree: Tree, known: Mapping[str, DocumentView], wishes: Wishes, report: Report) -> None:
    """What a run would send."""
    for file in _once(tree, report):
        document = known.get(file.key)
        try:
            same = document is not None and _is_same(file, document, wishes)
        except OSError as error:
            report.failed.append(unreadable(file.key, error))
        else:
            (report.unchanged if same else report.sent).append(file.key)


def _once(tree: Tree, report: Report) -> Iterator[TreeFile]:
    """Each file, but for those that would be the same document as one before: folders of the same name, perhaps."""
    seen: dict[str, Path] = {}
    for file in tree.files:
        if file.key in seen:
            reason = text("cli.same-key", other=str(seen[file.key]))
            report.failed.append(Failed(str(file.path), text("cli.same-key-kind"), reason))
        else:
            seen[file.key] = file.path
            yield file


def _is_same(file: TreeFile, known: DocumentView, wishes: Wishes) -> bool:
    """The content is what the document has, cut as is wished, and the document is in or on its way."""
    if wishes.chunking not in (Chunking(), known.chunking):
        return False
    if known.state in _AGAIN or file.path.stat().st_size != known.size:
        return False
    with file.path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == known.sha256


def _tell(report: Report, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        report.print_json()
        return
    if dry_run:
        for key in report.sent:
            out.print(key, markup=False, soft_wrap=True)
    report.show(dry_run=dry_run)
