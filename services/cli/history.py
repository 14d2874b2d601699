"""`vigie questions`, `forget`, `feedback` and `feedback-export`: looking back at answers."""

from typing import Annotated

import typer

from services.cli.arguments import (
    LimitOption,
    SearchOption,
    SinceOption,
    UntilOption,
    parse_question_id,
    since_of,
    until_of,
)
from services.cli.command import command
from services.cli.context import YesOption, confirmed, out
from services.cli.gateway import PersonalGateway
from services.cli.output import Output, print_json_text
from services.cli.showing import show_feedback, show_question
from services.cli.texts import text
from shared.http_api.feedback import FeedbackQuery, Reason, Verdict
from shared.http_api.questions import QuestionQuery, QuestionState
from shared.language.names import shown_text

QuestionArgument = Annotated[str, typer.Argument(metavar="QUESTION", help=text("cli.help.question-id"))]


@command
async def questions(
    gateway: PersonalGateway,
    output: Output,
    states: Annotated[list[QuestionState] | None, typer.Option("--state", help=text("cli.help.state"))] = None,
    search: SearchOption = "",
    since: SinceOption = None,
    until: UntilOption = None,
    limit: LimitOption = None,
) -> None:
    query = QuestionQuery(state=states or [], search=search, since=since_of(since), until=until_of(until))
    async with gateway.client() as client:
        await output.show_all(client.questions(query), show_question, limit=limit)


@command
async def forget(gateway: PersonalGateway, question: QuestionArgument, yes: YesOption = False) -> int:
    identity = parse_question_id(question)
    async with gateway.client() as client:
        out.print(shown_text((await client.question(identity)).question), markup=False)
        if not yes and not confirmed(text("cli.forget-really")):
            return 1
        await client.forget(identity)
    out.print(text("cli.forgotten"))
    return 0


@command
async def feedback(
    gateway: PersonalGateway,
    output: Output,
    question: QuestionArgument,
    verdict: Annotated[Verdict | None, typer.Argument(help=text("cli.help.verdict"))] = None,
    reason: Annotated[Reason | None, typer.Option("--reason", help=text("cli.help.reason"))] = None,
    comment: Annotated[str | None, typer.Option("--comment", help=text("cli.help.comment"))] = None,
    undo: Annotated[bool, typer.Option("--undo", help=text("cli.help.take-back"))] = False,
) -> None:
    if undo and verdict is not None:
        raise typer.BadParameter(text("cli.verdict-or-undo"))
    if verdict is None and (reason or comment):
        raise typer.BadParameter(text("cli.verdict-first"))
    identity = parse_question_id(question)
    async with gateway.client() as client:
        if undo:
            await client.take_back(identity)
            out.print(text("cli.taken-back"))
            return
        if verdict is None:
            found = await client.feedback(identity)
        else:
            found = await client.judge(identity, verdict, reason=reason, comment=comment)
    output.show(found, show_feedback)


@command
async def export(
    gateway: PersonalGateway,
    verdict: Annotated[Verdict | None, typer.Option("--verdict", help=text("cli.help.verdict"))] = None,
    reasons: Annotated[list[Reason] | None, typer.Option("--reason", help=text("cli.help.reason"))] = None,
    since: SinceOption = None,
    until: UntilOption = None,
) -> None:
    query = FeedbackQuery(verdict=verdict, reason=reasons or [], since=since_of(since), until=until_of(until))
    async with gateway.client() as client:
        async for entry in client.all_feedback(query):
            print_json_text(entry.model_dump_json())
