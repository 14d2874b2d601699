"""`vigie questions-for`: a model writes the questions that a document answers; they lead to it and go with it."""

from typing import Annotated

import typer

from services.cli.arguments import DocumentArgument, find_document
from services.cli.command import command
from services.cli.context import YesOption, confirmed, out
from services.cli.gateway import PersonalGateway
from services.cli.question_writing import as_metadata, written_questions
from services.cli.texts import text
from shared.access import PUBLIC
from shared.contracts.backends import BackendConfig, Registry, load_registry
from shared.contracts.confidentiality import Confidentiality
from shared.errors import BackendNotAllowed
from shared.http_api.documents import ENDED, DocumentEdit, DocumentState
from shared.language.catalogue import Catalogue, supported
from shared.settings import BackendSettings

_WRITER = "questions-by"
"""Metadata that names the model: what it wrote is marked as such."""

_MOST_METADATA, _LONGEST = 20, 500
"""Of a document; the gateway's limits (services/gateway/documents/metadata.py)."""

_MOST_VALUES = 8


@command
async def questions_for(
    gateway: PersonalGateway,
    document: DocumentArgument,
    backend: Annotated[str | None, typer.Option("--backend", metavar="B", help=text("cli.help.backend"))] = None,
    each: Annotated[int, typer.Option("--each", metavar="N", min=1, max=4, help=text("cli.help.each-passage"))] = 2,
    most: Annotated[
        int, typer.Option("--passages", metavar="N", min=1, max=200, help=text("cli.help.passages-asked"))
    ] = 24,
    yes: YesOption = False,
) -> int:
    async with gateway.client() as client:
        found = await find_document(client, document)
        writer = writer_of(load_registry(BackendSettings()), backend, found.scope)
        passages = [passage.text async for passage in client.passages(found.id)]
        step = max(1, -(-len(passages) // most))
        instructions = Catalogue().text(supported(found.language), "cli.questions-for.instructions", most=each)
        questions: list[str] = []
        async for written in written_questions(writer, instructions, passages[::step], each):
            for question in written:
                out.print(question, markup=False, highlight=False)
            questions += written
        free = min(_MOST_VALUES, _MOST_METADATA - 1 - len(found.metadata))
        metadata = as_metadata(questions, found.metadata, _LONGEST, free)
        if not metadata:
            out.print(text("cli.questions-for.none"))
            return 1
        if not yes and not confirmed(text("cli.questions-for.really", title=found.title)):
            return 1
        edit = DocumentEdit.model_construct(title=None, language=None, metadata={**metadata, _WRITER: writer.model})
        changed = await client.edit(found.id, edit)
        if changed.state not in ENDED:
            changed = await client.ended(changed.id)
    out.print(text("cli.questions-for.done", title=changed.title))
    return 1 if changed.state is DocumentState.FAILED else 0


def writer_of(registry: Registry, wanted: str | None, scope: str) -> BackendConfig:
    """Return the backend that may see a document of the scope.

    Raises:
        UnknownBackend: there is none of the name.
        BackendNotAllowed: it may not see texts of a unit.
        BadParameter: it quotes, and writes nothing.
    """
    chosen = registry.named(wanted or registry.default)
    if not chosen.generates:
        raise typer.BadParameter(text("cli.questions-for.no-model"))
    seen = Confidentiality.PUBLIC if scope == PUBLIC else Confidentiality.CONFIDENTIAL
    if not chosen.may_see(seen):
        raise BackendNotAllowed(backend=chosen.name, confidentiality=str(seen))
    return chosen
