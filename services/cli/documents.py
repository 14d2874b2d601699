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
    find_document,
    since_of,
    until_of,
)
from services.cli.chunking import ChunkingOption, MaxCharsOption, ParametersOption, parse_chunking
from services.cli.command import command
from services.cli.context import YesOption, confirmed, out
from services.cli.gateway import PersonalGateway
from services.cli.output import Output
from services.cli.progress import Job, follow_and_tell
from services.cli.showing import show_document
from services.cli.texts import text
from shared.http_api.documents import ENDED, DocumentEdit, DocumentOrder, DocumentQuery, DocumentState


@command
async def documents(
    gateway: PersonalGateway,
    output: Output,
    states: Annotated[list[DocumentState] | None, typer.Option("--state", help=text("cli.help.state"))] = None,
    scopes: Annotated[list[str] | None, typer.Option("--scope", help=text("cli.help.only-scope"))] = None,
    media_types: Annotated[list[str] | None, typer.Option("--type", help=text("cli.help.only-type"))] = None,
    search: SearchOption = "",
    metadata: Annotated[
        list[str] | None, typer.Option("--metadata", metavar="NAME=VALUE", help=text("cli.help.metadata"))
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    order: Annotated[DocumentOrder, typer.Option("--order", help=text("cli.help.order"))] = DocumentOrder.KEY,
    limit: LimitOption = None,
) -> None:
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
    async with gateway.client() as client:
        await output.show_all(client.documents(query), show_document, limit=limit)


@command
async def edit(
    gateway: PersonalGateway,
    output: Output,
    document: DocumentArgument,
    title: Annotated[str | None, typer.Option("--title", help=text("cli.help.title"))] = None,
    language: Annotated[str | None, typer.Option("--language", help=text("cli.help.language"))] = None,
    metadata: Annotated[
        list[str] | None, typer.Option("--metadata", metavar="NAME=VALUE", help=text("cli.help.set-metadata"))
    ] = None,
) -> int:
    if title is None and language is None and not metadata:
        raise typer.BadParameter(text("cli.nothing-to-change"))
    # Not checked here: the gateway says in words what is wrong.
    changes = DocumentEdit.model_construct(title=title, language=language, metadata=_parse_metadata(metadata or []))
    async with gateway.client() as client:
        found = await find_document(client, document)
        changed = await client.edit(found.id, changes)
        if changed.version != found.version and changed.state not in ENDED:
            changed = await client.ended(changed.id)
    output.show(changed, show_document)
    return 1 if changed.state is DocumentState.FAILED else 0


@command
async def rechunk(
    gateway: PersonalGateway,
    document: DocumentArgument,
    chunking: ChunkingOption = None,
    options: ParametersOption = None,
    max_chars: MaxCharsOption = None,
) -> int:
    wanted = parse_chunking(chunking, options, max_chars)
    async with gateway.client() as client:
        found = await find_document(client, document)
        job = Job(found.title, found.file_name, partial(client.rechunk, found.id, wanted))
        return await follow_and_tell(client, [job])


@command
async def withdraw(
    gateway: PersonalGateway,
    documents: Annotated[list[str], typer.Argument(metavar="DOCUMENT...", help=text("cli.help.document"))],
    yes: YesOption = False,
) -> int:
    async with gateway.client() as client:
        found = [await find_document(client, name) for name in documents]
        for each in found:
            show_document(each)
        if not yes and not confirmed(text("cli.withdraw-really", count=len(found))):
            return 1
        for each in found:
            await client.withdraw(each.id)
    out.print(text("cli.withdrawn", count=len(found)))
    return 0


def _parse_metadata(words: list[str]) -> dict[str, str | None]:
    """Metadata by name; None, for an empty value, takes the name out.

    Raises:
        ValueError: a word has no sign of equality.
    """
    metadata: dict[str, str | None] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign:
            raise ValueError(text("cli.no-metadata", word=word))
        metadata[name.strip()] = value.strip() or None
    return metadata
