"""Documents on their way into the index: a few at once, with a progress bar, and a report of how they ended."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from services.cli.context import err, out
from services.cli.output import print_json_text
from services.cli.showing import remark_sentences
from services.cli.texts import text
from shared.client import Problem, VigieClient
from shared.http_api.documents import ENDED, DocumentState, DocumentView
from shared.language.names import one_line

_MAX_CONCURRENCY = 16
_POLL_S = (0.2, 0.3, 0.5, 1.0)
"""Small documents are in within a moment; large ones are not asked after too often."""

_NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Failed:
    """A document that is not indexed: `kind` groups failures, `reason` explains this one."""

    name: str
    kind: str
    reason: str


@dataclass
class Report:
    """How documents ended. `sent` in a dry run: those that would have been."""

    sent: list[str] = field(default_factory=list)
    indexed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    unsupported: Counter[str] = field(default_factory=Counter)
    failed: list[Failed] = field(default_factory=list)
    remarks: dict[str, list[str]] = field(default_factory=dict)
    interrupted: bool = False

    @property
    def code(self) -> int:
        return 1 if self.failed else 0

    def show(self, *, dry_run: bool = False) -> None:
        """Print counts, then failures by what they have in common."""
        if dry_run:
            out.print(text("cli.would-send", count=len(self.sent)))
        else:
            out.print(text("cli.indexed", count=len(self.indexed)))
        if self.unchanged:
            out.print(text("cli.unchanged", count=len(self.unchanged)))
        for reason, count in sorted(self.skipped.items()):
            extensions = ", ".join(f"{name or '-'} ({n})" for name, n in self.unsupported.most_common(_NAMES_SHOWN))
            out.print(text(f"cli.skipped.{reason}", count=count, extensions=extensions), markup=False)
        self._show_remarks()
        for kind in dict.fromkeys(each.kind for each in self.failed):
            self._show_failures(kind, [each for each in self.failed if each.kind == kind])
        if self.interrupted:
            err.print(text("cli.interrupted"), style="yellow")

    def print_json(self) -> None:
        told = {
            name: getattr(self, name) for name in ("sent", "indexed", "unchanged", "skipped", "unsupported", "remarks")
        }
        failed = [{"file": each.name, "kind": each.kind, "reason": each.reason} for each in self.failed]
        print_json_text(json.dumps({**told, "failed": failed, "interrupted": self.interrupted}, ensure_ascii=False))

    def _show_remarks(self) -> None:
        if self.remarks:
            err.print(text("cli.remarks", count=len(self.remarks)), style="yellow")
        for name, sentences in list(self.remarks.items())[:_NAMES_SHOWN]:
            for sentence in sentences[:_NAMES_SHOWN]:
                err.print(f"  {one_line(name)}: {sentence}", style="yellow", markup=False, soft_wrap=True)
            if len(sentences) > _NAMES_SHOWN:
                err.print(f"  {text('cli.and-more', count=len(sentences) - _NAMES_SHOWN)}", style="yellow")
        if len(self.remarks) > _NAMES_SHOWN:
            err.print(text("cli.and-more", count=len(self.remarks) - _NAMES_SHOWN), style="yellow")

    def _show_failures(self, kind: str, failures: Sequence[Failed]) -> None:
        err.print(text("cli.failures", kind=kind, count=len(failures)), style="bold red", markup=False)
        for each in failures[:_NAMES_SHOWN]:
            err.print(text("cli.not-indexed", name=f"  {each.name}", reason=each.reason), style="red", markup=False)
        if len(failures) > _NAMES_SHOWN:
            err.print(text("cli.and-more", count=len(failures) - _NAMES_SHOWN), style="red")


@dataclass(frozen=True, slots=True)
class Job:
    """A document to follow; `start` sends it and returns its state, or None when nothing has to be done."""

    label: str
    name: str
    start: Callable[[], Awaitable[DocumentView | None]]


async def follow_all(client: VigieClient, jobs: Iterator[Job], total: int, report: Report) -> None:
    """Follow each document to its end, at most _MAX_CONCURRENCY at a time, and add each to `report`."""
    with _progress() as progress:
        overall = progress.add_task(text("cli.documents"), total=total)

        async def work() -> None:
            for job in jobs:  # one iterator for all workers: each job is done once
                await _follow(client, job, progress, report)
                progress.advance(overall)

        workers = [asyncio.create_task(work()) for _ in range(_MAX_CONCURRENCY)]
        try:
            await asyncio.gather(*workers)
        except asyncio.CancelledError:
            report.interrupted = True
            raise
        finally:
            for worker in workers:
                worker.cancel()


async def follow_and_tell(client: VigieClient, jobs: Sequence[Job]) -> int:
    """Follow documents, print how they ended; an exit code."""
    report = Report()
    try:
        await follow_all(client, iter(jobs), len(jobs), report)
    finally:
        report.show()
    return report.code


async def _follow(client: VigieClient, job: Job, progress: Progress, report: Report) -> None:
    task = progress.add_task(one_line(job.label), total=None)
    try:
        document = await job.start()
        if document is None:
            report.unchanged.append(job.name)
            return
        async for state in _states(client, document):
            _advance(progress, task, state)
            document = state
    except Problem as problem:
        report.failed.append(Failed(job.name, problem.title, problem.detail))
    except OSError as error:
        report.failed.append(unreadable(job.name, error))
    else:
        _conclude(job.name, document, report)
    finally:
        progress.remove_task(task)


def unreadable(name: str, error: OSError) -> Failed:
    sentences = {FileNotFoundError: "cli.no-such-file", PermissionError: "cli.may-not-read"}
    known = sentences.get(type(error))
    return Failed(name, text("cli.cannot-read"), text(known) if known else error.strerror or type(error).__name__)


def _conclude(name: str, document: DocumentView, report: Report) -> None:
    if document.state is DocumentState.INDEXED:
        report.indexed.append(name)
        if sentences := remark_sentences(document):
            report.remarks[name] = sentences
        return
    state = text(f"state.{document.state}")
    problem = document.failure or {}
    report.failed.append(Failed(name, str(problem.get("title", state)), str(problem.get("detail", state))))


async def _states(client: VigieClient, document: DocumentView) -> AsyncIterator[DocumentView]:
    pauses = iter(_POLL_S)
    while True:
        yield document
        if document.state in ENDED:
            return
        await asyncio.sleep(next(pauses, _POLL_S[-1]))
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
