"""`vigie ask`: one question, or a file of them."""

import asyncio
import json
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.command import command
from services.cli.context import err
from services.cli.gateway import PersonalGateway
from services.cli.output import Output
from services.cli.showing import show_answer
from services.cli.texts import text
from shared.client import Problem, VigieClient
from shared.contracts.confidentiality import Confidentiality
from shared.http_api.questions import AnswerView
from shared.language.names import one_line

Json = dict[str, Any]

_MAX_CONCURRENCY = 4


@command
async def ask(
    gateway: PersonalGateway,
    output: Output,
    question: Annotated[str | None, typer.Argument(help=text("cli.help.question"))] = None,
    questions: Annotated[
        Path | None, typer.Option("--questions", metavar="FILE", help=text("cli.help.questions-file"))
    ] = None,
    backend: Annotated[str | None, typer.Option("--backend", help=text("cli.help.backend"))] = None,
    confidentiality: Annotated[
        Confidentiality | None, typer.Option("--class", help=text("cli.help.confidentiality"))
    ] = None,
) -> int:
    if (question is None) == (questions is None):
        raise typer.BadParameter(text("cli.one-question-or-file"))
    named = {"backend": backend, "confidentiality": confidentiality}
    fields = {name: value for name, value in named.items() if value is not None}
    rows = read_questions(questions) if questions else []
    async with gateway.client() as client:
        if question is None:
            return await _ask_all(client, rows, fields, output)
        answer = await client.ask(question, **fields)
        output.show(answer, partial(show_answer, url=gateway.address))
        return 0


def read_questions(path: Path) -> list[Json]:
    """The questions of a file of lines {id, question}.

    Raises:
        ValueError: a line holds no question; the message names the line.
        OSError: the file cannot be read.
    """
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                row = json.loads(line)
                rows.append({"id": row["id"], "question": str(row["question"])})
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(text("cli.bad-line", file=str(path), line=number)) from error
    return rows


async def _ask_all(client: VigieClient, rows: list[Json], fields: dict[str, str], output: Output) -> int:
    """Ask a few questions at once; print their answers in the order of the file.

    Returns:
        An exit code: 1 when a question failed.
    """
    slots = asyncio.Semaphore(_MAX_CONCURRENCY)

    async def one(row: Json) -> AnswerView | Problem:
        async with slots:
            try:
                return await client.ask(row["question"], **fields)
            except Problem as problem:
                return problem

    failed = False
    for row, pending in [(row, asyncio.create_task(one(row))) for row in rows]:
        answer = await pending
        failed = failed or isinstance(answer, Problem)
        if output.print_json(_line(row, answer)):
            continue
        if isinstance(answer, Problem):
            err.print(one_line(f"{row['id']}: {answer.detail}"), style="red", markup=False)
        else:
            show_answer(answer, None)
    return 1 if failed else 0


def _line(row: Json, answer: AnswerView | Problem) -> Json:
    """An answer under the id of its line in the file."""
    said = {"failure": answer.body} if isinstance(answer, Problem) else answer.model_dump(mode="json")
    return {"question": row["question"], **said, "id": row["id"]}
