"""`vigie ingest`: files and whole folders, into the index and kept up to date there."""

import asyncio
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from services.cli.chunking import ChunkingOption, MaxCharsOption, ParametersOption, parse_chunking
from services.cli.command import command
from services.cli.context import out
from services.cli.file_tree import Globs, Tree, TreeFile, walk
from services.cli.gateway import PersonalGateway
from services.cli.output import Output
from services.cli.progress import Failed, Job, Report, follow_all, unreadable
from services.cli.texts import text
from shared.access import PUBLIC
from shared.client import VigieClient
from shared.contracts.documents import Chunking
from shared.http_api.documents import DocumentQuery, DocumentState, DocumentView
from shared.language.names import one_line

_RESENT = {DocumentState.FAILED, DocumentState.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class Sending:
    """How all files of a run are sent."""

    scope: str
    chunking: Chunking


@command
async def ingest(
    gateway: PersonalGateway,
    output: Output,
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
) -> int:
    sending = Sending(scope, parse_chunking(chunking, options, max_chars))
    tree = await asyncio.to_thread(walk, paths, Globs(tuple(include or ()), tuple(exclude or ())))
    report = _report(tree)
    async with gateway.client() as client:
        known = {each.key: each async for each in client.documents(DocumentQuery(scope=[scope]))}
        try:
            if dry_run:
                await asyncio.to_thread(_compare, tree, known, sending, report)
            else:
                jobs = _jobs(client, tree, known, sending, report)
                await follow_all(client, jobs, len(tree.files), report)
        finally:
            _print_report(report, dry_run=dry_run, as_json=output.as_json)
    return report.code


def _report(tree: Tree) -> Report:
    report = Report()
    report.skipped.update({reason.value: count for reason, count in tree.skipped.items()})
    report.unsupported = +tree.unsupported
    report.failed += [unreadable(name, error) for name, error in tree.unreadable]
    return report


def _jobs(
    client: VigieClient, tree: Tree, known: Mapping[str, DocumentView], sending: Sending, report: Report
) -> Iterator[Job]:
    for file in _unique(tree, report):
        yield Job(file.name, file.key, partial(_send, client, file, known.get(file.key), sending, report))


async def _send(
    client: VigieClient, file: TreeFile, known: DocumentView | None, sending: Sending, report: Report
) -> DocumentView | None:
    """Send a file that changed; None for one that is indexed already. A document on its way is returned as it is."""
    if known is not None and await asyncio.to_thread(_is_same, file, known, sending):
        return None if known.state is DocumentState.INDEXED else known
    report.sent.append(file.key)
    chunking = sending.chunking
    return await client.submit(
        file.name,
        file.path,
        scope=sending.scope,
        key=file.key,
        chunking=chunking.strategy,
        chunking_option=[f"{name}={value}" for name, value in chunking.options.items()] or None,
        max_chars=chunking.max_chars,
    )


def _compare(tree: Tree, known: Mapping[str, DocumentView], sending: Sending, report: Report) -> None:
    """Report the files that a run would send."""
    for file in _unique(tree, report):
        document = known.get(file.key)
        try:
            same = document is not None and _is_same(file, document, sending)
        except OSError as error:
            report.failed.append(unreadable(file.key, error))
        else:
            (report.unchanged if same else report.sent).append(file.key)


def _unique(tree: Tree, report: Report) -> Iterator[TreeFile]:
    """The files without those whose key another file has, in folders of the same name; these are reported as failed."""
    seen: dict[str, Path] = {}
    for file in tree.files:
        if file.key in seen:
            reason = text("cli.same-key", other=str(seen[file.key]))
            report.failed.append(Failed(str(file.path), text("cli.same-key-kind"), reason))
        else:
            seen[file.key] = file.path
            yield file


def _is_same(file: TreeFile, known: DocumentView, sending: Sending) -> bool:
    """Whether the document has the file's content and the chunking that was asked for, and is indexed or on its way."""
    if sending.chunking not in (Chunking(), known.chunking):
        return False
    if known.state in _RESENT or file.path.stat().st_size != known.size:
        return False
    with file.path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == known.sha256


def _print_report(report: Report, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        report.print_json()
        return
    if dry_run:
        for key in report.sent:
            out.print(one_line(key), markup=False, soft_wrap=True)
    report.show(dry_run=dry_run)
