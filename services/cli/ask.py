"""`vigie ask`: one question, or a file of them."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.context import DEFAULT_DATA, DataOption, JsonOption, UrlOption, UserOption, connected, err, run
from services.cli.output import show_answer
from services.cli.texts import text
from shared.client import Problem, VigieClient
from shared.contracts.confidentiality import Confidentiality
from shared.http_api.questions import AnswerView

Json = dict[str, Any]

_AT_ONCE = 4


def register(app: typer.Typer) -> None:
    app.command("ask", help=text("cli.help.ask"))(ask)


def ask(
    question: Annotated[str | None, typer.Argument(help=text("cli.help.question"))] = None,
    questions: Annotated[
        Path | None, typer.Option("--questions", metavar="FILE", help=text("cli.help.questions"))
    ] = None,
    backend: Annotated[str | None, typer.Option("--backend", help=text("cli.help.backend"))] = None,
    confidentiality: Annotated[
        Confidentiality | None, typer.Option("--class", help=text("cli.help.confidentiality"))
    ] = None,
    as_json: JsonOption = False,
    user: UserOption = None,
    data: DataOption = DEFAULT_DATA,
    url: UrlOption = None,
) -> None:
    if (question is None) == (questions is None):
        raise typer.BadParameter(text("cli.one-question-or-file"))

    named = {"backend": backend, "confidentiality": confidentiality}
    wishes = {name: value for name, value in named.items() if value is not None}

    async def work() -> int:
        rows = read_questions(questions) if questions else []
        async with connected(data, user, url) as (current, client):
            if question is None:
                return await _ask_all(client, rows, wishes, as_json)
            answer = await client.ask(question, **wishes)
            if as_json:
                typer.echo(answer.model_dump_json())
            else:
                show_answer(answer, None if current.own_stack else current.url)
            return 0

    run(work())


def read_questions(path: Path) -> list[Json]:
    """Lines {id, question}.

    Raises:
        ValueError: a line is no such question; the message names the line.
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


async def _ask_all(client: VigieClient, rows: list[Json], wishes: dict[str, str], as_json: bool) -> int:
    """Print answers in the order of their questions, each as soon as it and all before it are there."""
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one(row: Json) -> AnswerView | Problem:
        async with slots:
            try:
                return await client.ask(row["question"], **wishes)
            except Problem as problem:
                return problem

    failed = False
    for row, pending in [(row, asyncio.create_task(one(row))) for row in rows]:
        answer = await pending
        failed = failed or isinstance(answer, Problem)
        if as_json:
            typer.echo(json.dumps(_line(row, answer), ensure_ascii=False))
        elif isinstance(answer, Problem):
            err.print(f"{row['id']}: {answer.detail}", style="red", markup=False)
        else:
            show_answer(answer, None)
    return 1 if failed else 0


def _line(row: Json, answer: AnswerView | Problem) -> Json:
    """An answer under the id of its line in the file."""
    said = {"failure": answer.body} if isinstance(answer, Problem) else answer.model_dump(mode="json")
    return {"question": row["question"], **said, "id": row["id"]}
