"""`vigie questions`, `forget`, `feedback` and `feedback-export`: looking back at answers."""

from typing import Annotated

import typer

from services.cli.arguments import LimitOption, SearchOption, SinceOption, UntilOption, question_id, since_of, until_of
from services.cli.context import (
    DEFAULT_DATA,
    DataOption,
    JsonOption,
    UrlOption,
    UserOption,
    confirmed,
    connected,
    out,
    run,
)
from services.cli.output import show_feedback, show_question
from services.cli.texts import text
from shared.http_api.feedback import FeedbackQuery, Reason, Verdict
from shared.http_api.questions import QuestionQuery, QuestionState

QuestionArgument = Annotated[str, typer.Argument(metavar="QUESTION", help=text("cli.help.question-id"))]


def register(app: typer.Typer) -> None:
    app.command("questions", help=text("cli.help.own-questions"))(questions)
    app.command("forget", help=text("cli.help.forget"))(forget)
    app.command("feedback", help=text("cli.help.feedback"))(feedback)
    app.command("feedback-export", help=text("cli.help.feedback-export"))(export)


def questions(
    states: Annotated[list[QuestionState] | None, typer.Option("--state", help=text("cli.help.state"))] = None,
    search: SearchOption = "",
    since: SinceOption = None,
    until: UntilOption = None,
    limit: LimitOption = None,
    as_json: JsonOption = False,
    user: UserOption = None,
    data: DataOption = DEFAULT_DATA,
    url: UrlOption = None,
) -> None:
    async def work() -> int:
        query = QuestionQuery(state=states or [], search=search, since=since_of(since), until=until_of(until))
        shown = 0
        async with connected(data, user, url) as (_, client):
            async for question in client.questions(query):
                if as_json:
                    typer.echo(question.model_dump_json())
                else:
                    show_question(question)
                shown += 1
                if shown == limit:
                    break
        if not shown and not as_json:
            out.print(text("cli.none-found"))
        return 0

    run(work())


def forget(
    question: QuestionArgument,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=text("cli.help.yes"))] = False,
    user: UserOption = None,
    data: DataOption = DEFAULT_DATA,
    url: UrlOption = None,
) -> None:
    async def work() -> int:
        identity = question_id(question)
        async with connected(data, user, url) as (_, client):
            out.print((await client.question(identity)).question, markup=False)
            if not yes and not confirmed(text("cli.forget-really")):
                return 1
            await client.forget(identity)
        out.print(text("cli.forgotten"))
        return 0

    run(work())


def feedback(
    question: QuestionArgument,
    verdict: Annotated[Verdict | None, typer.Argument(help=text("cli.help.verdict"))] = None,
    reason: Annotated[Reason | None, typer.Option("--reason", help=text("cli.help.reason"))] = None,
    comment: Annotated[str | None, typer.Option("--comment", help=text("cli.help.comment"))] = None,
    undo: Annotated[bool, typer.Option("--undo", help=text("cli.help.take-back"))] = False,
    as_json: JsonOption = False,
    user: UserOption = None,
    data: DataOption = DEFAULT_DATA,
    url: UrlOption = None,
) -> None:
    if undo and verdict is not None:
        raise typer.BadParameter(text("cli.verdict-or-undo"))
    if verdict is None and (reason or comment):
        raise typer.BadParameter(text("cli.verdict-first"))

    async def work() -> int:
        identity = question_id(question)
        async with connected(data, user, url) as (_, client):
            if undo:
                await client.take_back(identity)
                out.print(text("cli.taken-back"))
                return 0
            if verdict is None:
                said = await client.feedback(identity)
            else:
                said = await client.judge(identity, verdict, reason=reason, comment=comment)
        if as_json:
            typer.echo(said.model_dump_json())
        else:
            show_feedback(said)
        return 0

    run(work())


def export(
    verdict: Annotated[Verdict | None, typer.Option("--verdict", help=text("cli.help.verdict"))] = None,
    reasons: Annotated[list[Reason] | None, typer.Option("--reason", help=text("cli.help.reason"))] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    user: UserOption = None,
    data: DataOption = DEFAULT_DATA,
    url: UrlOption = None,
) -> None:
    async def work() -> int:
        query = FeedbackQuery(verdict=verdict, reason=reasons or [], since=since_of(since), until=until_of(until))
        async with connected(data, user, url) as (_, client):
            async for entry in client.all_feedback(query):
                typer.echo(entry.model_dump_json())
        return 0

    run(work())
