"""Arguments and options that several commands take, and what their words mean."""

from datetime import datetime, time, timedelta
from typing import Annotated
from uuid import UUID

import typer

from services.cli.texts import text
from shared.client import VigieClient
from shared.http_api.documents import DocumentQuery, DocumentState, DocumentView
from shared.language.names import composed

DATES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]

DocumentArgument = Annotated[str, typer.Argument(help=text("cli.help.document"))]
SinceOption = Annotated[datetime | None, typer.Option("--since", formats=DATES, help=text("cli.help.since"))]
UntilOption = Annotated[datetime | None, typer.Option("--until", formats=DATES, help=text("cli.help.until"))]
SearchOption = Annotated[str, typer.Option("--search", metavar="WORDS", help=text("cli.help.search"))]
LimitOption = Annotated[int | None, typer.Option("--limit", min=1, help=text("cli.help.limit"))]

_LONGEST_SEARCH = 200


async def find_document(client: VigieClient, name: str) -> DocumentView:
    """Find a document by its id, key, file name or title.

    Raises:
        ValueError: no document, or several, have that name.
    """
    if (identity := _identity(name)) is not None:
        return await client.document(identity)
    query = DocumentQuery(search=name[:_LONGEST_SEARCH])
    found = [each async for each in client.documents(query) if _is_meant(each, name)]
    if len(found) != 1:
        reason = "cli.several-documents" if found else "cli.unknown-document"
        raise ValueError(text(reason, name=name, ids=", ".join(str(each.id) for each in found)))
    return found[0]


def _identity(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None


def _is_meant(document: DocumentView, name: str) -> bool:
    names = (document.key, document.file_name, document.title)
    return composed(name) in map(composed, names) and document.state is not DocumentState.WITHDRAWN


def since_of(moment: datetime | None) -> datetime | None:
    return moment.astimezone() if moment else None


def until_of(moment: datetime | None) -> datetime | None:
    """The end of a period, excluded; a day without a time is included whole."""
    if moment is None:
        return None
    whole_day = moment.time() == time()
    return (moment + timedelta(days=1) if whole_day else moment).astimezone()


def parse_question_id(name: str) -> UUID:
    """The id in a question's id or address.

    Raises:
        ValueError: `name` is neither.
    """
    identity = _identity(name.rstrip("/").rpartition("/")[2])
    if identity is None:
        raise ValueError(text("cli.no-question-id", name=name))
    return identity
