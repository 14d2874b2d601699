"""`vigie eval retrieval` and `vigie eval answers`: how well labelled questions are searched for, and answered."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.progress import track

from services.cli.command import command
from services.cli.context import err, out
from services.cli.gateway import PersonalGateway
from services.cli.output import Output
from services.cli.showing import show_measures
from services.cli.texts import text
from shared.client import Problem, VigieClient
from shared.contracts.backends import BackendConfig, load_registry
from shared.contracts.passages import Passage
from shared.settings import BackendSettings

if TYPE_CHECKING:
    from services.standalone.evaluation.answers import Graded, LabelledQuestion
    from services.standalone.evaluation.judge import Judge
    from services.standalone.evaluation.retrieval import Pair

T = TypeVar("T")
R = TypeVar("R")

_MAX_CONCURRENCY = 4


@command
async def retrieval(
    gateway: PersonalGateway,
    output: Output,
    pairs: Annotated[Path, typer.Option("--pairs", metavar="FILE", help=text("cli.help.pairs"))],
    at_least: Annotated[float, typer.Option("--at-least", min=0, max=1, help=text("cli.help.at-least"))] = 0,
) -> int:
    from services.standalone.evaluation.retrieval import FLOORED, evaluate, read_pairs

    labelled = read_pairs(pairs)
    async with gateway.client() as client:
        measures = evaluate(labelled, await _search(client, labelled))
    if not output.print_json(measures):
        show_measures(measures)
    found = measures["all"][FLOORED]
    if found < at_least:
        words = text("cli.below-floor", measure=FLOORED, found=f"{found:.3f}", floor=f"{at_least:.3f}")
        err.print(words, markup=False, soft_wrap=True)
    return 1 if found < at_least else 0


async def _search(client: VigieClient, pairs: "list[Pair]") -> dict[str, list[str]]:
    """Ask each question; the articles of its evidence, best first, by the question's id."""
    from services.standalone.evaluation.retrieval import DEPTH, articles_in_order

    async def one(pair: "Pair") -> list[str]:
        answer = await client.ask(pair.question, evidence=DEPTH, passages=1)
        return articles_in_order(answer.evidence)

    found = await _each(pairs, one)
    return {pair.id: articles for pair, articles in zip(pairs, found, strict=True)}


@command
async def answers(
    gateway: PersonalGateway,
    output: Output,
    questions: Annotated[Path, typer.Option("--questions", metavar="FILE", help=text("cli.help.labelled"))],
    backend: Annotated[str | None, typer.Option("--backend", help=text("cli.help.eval-backend"))] = None,
    judge: Annotated[str | None, typer.Option("--judge", metavar="BACKEND", help=text("cli.help.judge"))] = None,
) -> int:
    from services.standalone.evaluation.answers import evaluate_answers, read_labelled
    from services.standalone.evaluation.judge import Judge

    labelled = read_labelled(questions)
    judging = Judge(_judge_named(judge)) if judge else nullcontext()
    async with gateway.client() as client, judging as judged:
        graded = await _each(labelled, partial(_grade, client, backend, judged))
    measures = evaluate_answers(graded)
    report = {"measures": measures, "answers": [_reported(each) for each in graded]}
    if not output.print_json(report):
        show_measures(measures)
        _show_surprises(graded)
    return 1 if measures["all"]["failed"] else 0


async def _grade(
    client: VigieClient, backend: str | None, judge: "Judge | None", question: "LabelledQuestion"
) -> "Graded":
    """Ask a question, open the passages that its answer cites, and have it marked if the judge may see them."""
    from services.standalone.evaluation.answers import Graded

    try:
        answer = await client.ask(question.question, backend=backend)
    except Problem:
        return Graded(question, None, {})
    opened = await asyncio.gather(*(_opened(client, each) for each in {c.passage for c in answer.citations}))
    passages = {passage.id: passage for passage in opened if passage is not None}
    mark = None
    if judge is not None and not answer.abstained and judge.may_see(answer.confidentiality):
        texts = [passage.text for passage in passages.values()]
        mark = await judge.mark(question.question, answer.answer or "", texts)
    return Graded(question, answer, passages, mark)


async def _opened(client: VigieClient, identity: str) -> Passage | None:
    try:
        view = await client.passage(identity)
    except Problem:
        return None
    return Passage(
        id=view.id,
        document_id=view.document,
        version_id=view.version,
        scope=view.scope,
        ordinal=view.ordinal,
        title=view.title,
        text=view.text,
        start=view.start,
        end=view.end,
        article=view.article,
    )


def _judge_named(name: str) -> BackendConfig:
    backend = load_registry(BackendSettings()).named(name)
    if not backend.generates:
        raise ValueError(text("cli.no-judge", name=name))
    return backend


def _reported(graded: "Graded") -> dict[str, object]:
    """One question in the JSON report: what explains its share in the measures."""
    answer = graded.answer
    return {
        "id": graded.question.id,
        "question": graded.question.question,
        "answerable": graded.question.answerable,
        "failed": answer is None,
        "abstained": answer.abstained if answer else None,
        "mode": answer.mode if answer else None,
        "notice": answer.notice.code if answer and answer.notice else None,
        "removed": answer.removed if answer else None,
        "expected": sorted(graded.question.articles),
        "cited": [citation.article or citation.title for citation in answer.citations] if answer else [],
        "answer": answer.answer if answer else None,
        "mark": graded.mark,
        "total_ms": answer.timings_ms.total if answer else None,
    }


def _show_surprises(graded: "Sequence[Graded]") -> None:
    """Print the questions that were answered or abstained from against their label."""
    for each in graded:
        if each.answer is not None and each.answer.abstained == each.question.answerable:
            wrong = "cli.wrongly-abstained" if each.answer.abstained else "cli.wrongly-answered"
            out.print(f"{each.question.id}: {text(wrong)}: {each.question.question}", style="yellow", markup=False)


async def _each(asked: Sequence[T], one: Callable[[T], Awaitable[R]]) -> list[R]:
    """Apply `one` to each question, a few at once, with a progress bar; results in order."""
    slots = asyncio.Semaphore(_MAX_CONCURRENCY)

    async def in_turn(question: T) -> R:
        async with slots:
            return await one(question)

    tasks = [asyncio.create_task(in_turn(question)) for question in asked]
    try:
        return [await task for task in track(tasks, description=text("cli.evaluating"), console=err, transient=True)]
    finally:
        for task in tasks:
            task.cancel()
