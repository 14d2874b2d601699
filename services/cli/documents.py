"""`vigie documents`, `edit`, `rechunk` and `withdraw`: what the library holds, and changing it."""

from functools import partial
from typing import Annotated

import typer

from services.cli.arguments import (
    DocumentArgument,
    LimitOption,
    SearchOption,
    SinceOption,
    UntilOption,
    document_named,
    since_of,
    until_of,
)
from services.cli.chunking import ChunkingOption, MaxCharsOption, ParametersOption, chunking_of
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
from services.cli.output import show_document
from services.cli.progress import Job, follow_and_tell
from services.cli.texts import text
from shared.http_api.documents import ENDED, DocumentEdit, DocumentOrder, DocumentQuery, DocumentState

MetadataOption = Annotated[
    list[str] | None, typer.Option("--metadata", metavar="NAME=VALUE", help=text("cli.help.metadata"))
]


def register(app: typer.Typer) -> None:
    app.command("documents", help=text("cli.help.documents"))(documents)
    app.command("edit", help=text("cli.help.edit"))(edit)
    app.command("rechunk", help=text("cli.help.rechunk"))(rechunk)
    app.command("withdraw", help=text("cli.help.withdraw"))(withdraw)


def documents(
    states: Annotated[list[DocumentState] | None, typer.Option("--state", help=text("cli.help.state"))] = None,
    scopes: Annotated[list[str] | None, typer.Option("--scope", help=text("cli.help.only-scope"))] = None,
    media_types: Annotated[list[str] | None, typer.Option("--type", help=text("cli.help.only-type"))] = None,
    search: SearchOption = "",
    metadata: MetadataOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    order: Annotated[DocumentOrder, typer.Option("--order", help=text("cli.help.order"))] = DocumentOrder.KEY,
    limit: LimitOption = None,
    as_json: JsonOption = False,
    user: UserOption = None,
    data: DataOption = DEFAULT_DATA,
    url: UrlOption = None,
) -> None:
    async def work() -> int:
        query = DocumentQuery(
            state=states or [],
            scope=scopes or [],
            media_type=media_types or [],
            search=search,
            metadata=metadata or [],
            since=since_of(since),
            until=until_of(until),
            order=order,
        )
        shown = 0
        async with connected(data, user, url) as (_, client):
            async for document in client.documents(query):
                if as_json:
                    typer.echo(document.model_dump_json())
                else:
                    show_document(document)
                shown += 1
                if shown == limit:
                    break
        if not shown and not as_json:
            out.print(text("cli.none-found"))
        return 0

    run(work())


def edit(
    document: DocumentArgument,
    title: Annotated[str | None, typer.Option("--title", help=text("cli.help.title"))] = None,
    language: Annotated[str | None, typer.Option("--language", help=text("cli.help.language"))] = None,
    metadata: Annotated[
        list[str] | None, typer.Option("--metadata", metavar="NAME=VALUE", help=text("cli.help.set-metadata"))
    ] = None,
    as_json: JsonOption = False,
    user: UserOption = None,
    data: DataOption = DEFAULT_DATA,
    url: UrlOption = None,
) -> None:
    if title is None and language is None and not metadata:
        raise typer.BadParameter(text("cli.nothing-to-change"))

    async def work() -> int:
        # Not checked here: the gateway says in words what is wrong.
        changes = DocumentEdit.model_construct(title=title, language=language, metadata=_wanted(metadata or []))
        async with connected(data, user, url) as (_, client):
            named = await document_named(client, document)
            changed = await client.edit(named.id, changes)
            if changed.version != named.version and changed.state not in ENDED:
                changed = await client.ended(changed.id)
        if as_json:
            typer.echo(changed.model_dump_json())
        else:
            show_document(changed)
        return 1 if changed.state is DocumentState.FAILED else 0

    run(work())


def rechunk(
    document: DocumentArgument,
    chunking: ChunkingOption = None,
    options: ParametersOption = None,
    max_chars: MaxCharsOption = None,
    user: UserOption = None,
    data: DataOption = DEFAULT_DATA,
    url: UrlOption = None,
) -> None:
    async def work() -> int:
        wishes = chunking_of(chunking, options, max_chars)
        async with connected(data, user, url) as (_, client):
            named = await document_named(client, document)
            job = Job(named.title, named.file_name, partial(client.rechunk, named.id, wishes))
            return await follow_and_tell(client, [job])

    run(work())


def withdraw(
    documents: Annotated[list[str], typer.Argument(metavar="DOCUMENT...", help=text("cli.help.document"))],
    yes: Annotated[bool, typer.Option("--yes", "-y", help=text("cli.help.yes"))] = False,
    user: UserOption = None,
    data: DataOption = DEFAULT_DATA,
    url: UrlOption = None,
) -> None:
    async def work() -> int:
        async with connected(data, user, url) as (_, client):
            meant = [await document_named(client, name) for name in documents]
            for each in meant:
                show_document(each)
            if not yes and not confirmed(text("cli.withdraw-really", count=len(meant))):
                return 1
            for each in meant:
                await client.withdraw(each.id)
        out.print(text("cli.withdrawn", count=len(meant)))
        return 0

    run(work())


def _wanted(words: list[str]) -> dict[str, str | None]:
    """What to note; an empty value takes the name out.

    Raises:
        ValueError: a word has no sign of equality.
    """
    wanted: dict[str, str | None] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign:
            raise ValueError(text("cli.no-metadata", word=word))
        wanted[name.strip()] = value.strip() or None
    return wanted
