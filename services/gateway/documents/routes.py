"""Documents: send, list, follow, withdraw."""

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Header, Query, Request, Response, UploadFile
from pydantic import AfterValidator, TypeAdapter, ValidationError
from sse_starlette import EventSourceResponse

from services.gateway.database.ports import Cursor
from services.gateway.database.search_words import words_of
from services.gateway.documents.following import DocumentFollower
from services.gateway.documents.metadata import parse_metadata_filter
from services.gateway.documents.model import DocumentRecord
from services.gateway.documents.passages import PassageService
from services.gateway.documents.ports import DocumentSearch
from services.gateway.documents.service import DocumentService
from services.gateway.documents.upload import Upload
from services.gateway.documents.views import document_view, passage_view
from services.gateway.http.bodies import BodyKind, takes
from services.gateway.http.dependencies import Caller, IdempotencyHeader, hold, provided
from services.gateway.http.limits import Held
from services.gateway.http.paging import page_of, page_request
from services.gateway.http.problems import language_of
from services.gateway.http.strict_json import checked_text, read_json
from services.gateway.http.uploads import chunks_of, file_name_of
from services.gateway.policy import may_write_somewhere
from shared.access import PUBLIC, Principal
from shared.contracts.chunking import STRATEGIES, check, options_of
from shared.contracts.documents import MAX_PASSAGE_CHARS, Chunking
from shared.errors import InvalidInput
from shared.http_api.documents import (
    DocumentEdit,
    DocumentList,
    DocumentOrder,
    DocumentQuery,
    DocumentView,
    RechunkBody,
)
from shared.http_api.passages import PassageList
from shared.http_api.written import DIGITS

router = APIRouter(prefix="/v1/documents", tags=["documents"])

Documents = Annotated[DocumentService, Depends(provided(DocumentService))]
Follower = Annotated[DocumentFollower, Depends(provided(DocumentFollower))]
Passages = Annotated[PassageService, Depends(provided(PassageService))]
Text = Annotated[str, AfterValidator(checked_text)]

_STRATEGIES = f"{', '.join(STRATEGIES)}; default: by type"
_STRINGS = TypeAdapter(dict[str, str])
_PART_BYTES = 64 * 1024
_HIGHEST_ORDINAL = 2**31 - 1
_IF_MATCH = r'\*|"[0-9a-f]{16}"'


async def _metadata(
    metadata: Annotated[
        str | None, Form(max_length=20_000, description="a JSON object of strings; default: as before")
    ] = None,
) -> dict[str, str] | None:
    """A coroutine, as `_chunking` is: FastAPI calls plain functions in a thread."""
    try:
        return _STRINGS.validate_python(read_json(metadata.encode())) if metadata else None
    except (ValidationError, InvalidInput):
        raise InvalidInput(reason="metadata") from None


async def _chunking(
    chunking: Annotated[str | None, Form(max_length=50, description=_STRATEGIES)] = None,
    chunking_option: Annotated[
        list[str], Form(max_length=10, description="a parameter of the chunking, as `tokens=200`; may be repeated")
    ] = [],  # noqa: B006 - FastAPI copies it
    max_chars: Annotated[
        int | None, Form(ge=200, le=MAX_PASSAGE_CHARS, description="longest passage, characters"), DIGITS
    ] = None,
) -> Chunking:
    """How the sender wants the document cut."""
    wishes = Chunking(strategy=chunking, max_chars=max_chars, options=options_of(chunking_option))
    check(wishes)
    return wishes


async def _read_revision(
    if_match: Annotated[
        str | None,
        Header(json_schema_extra={"pattern": f"^({_IF_MATCH})$"}, description="ETag of the document that was read"),
    ] = None,
) -> str | None:
    """Return the revision that a person read of what is said of a document; None: they do not tell.

    Raises:
        InvalidInput: the header is none of our ETags.
    """
    if if_match is None or if_match == "*":
        return None
    if re.fullmatch(_IF_MATCH, if_match) is None:
        raise InvalidInput(reason="If-Match")
    return if_match.strip('"')


ReadRevision = Annotated[str | None, Depends(_read_revision)]


@router.post("", status_code=202, form_limits={"max_files": 1, "max_fields": 32, "max_part_size": _PART_BYTES})
@takes(BodyKind.FILE, may_write_somewhere)
async def submit(
    request: Request,
    response: Response,
    documents: Documents,
    caller: Caller,
    idempotency_key: IdempotencyHeader,
    file: Annotated[UploadFile, File(description="the document")],
    metadata: Annotated[dict[str, str] | None, Depends(_metadata)],
    chunking: Annotated[Chunking, Depends(_chunking)],
    scope: Annotated[str, Form(description="public, unit:<code> or delegation:<code>")] = PUBLIC,
    key: Annotated[
        str | None, Form(description="what names the document in its scope; default: the file's name")
    ] = None,
    title: Annotated[Text | None, Form(max_length=500)] = None,
    media_type: Annotated[str | None, Form(max_length=200)] = None,
    language: Annotated[str | None, Form(pattern=r"^[a-z]{2}$", description="default: as before, else fr")] = None,
) -> DocumentView:
    """Accept a document; its way into the index is followed at `url` or `events`."""
    upload = Upload(
        content=chunks_of(file),
        size=file.size,
        file_name=file_name_of(file),
        declared_type=media_type,
        transport_type=file.content_type,
        scope=scope,
        key=key,
        title=title,
        language=language,
        chunking=chunking,
        metadata=metadata,
    )
    record = await documents.submit(caller, upload, idempotency_key)
    view = document_view(record, caller, language_of(request))
    response.headers["location"] = view.url
    return view


@router.get("")
async def listing(
    request: Request, documents: Documents, caller: Caller, query: Annotated[DocumentQuery, Query()]
) -> DocumentList:
    """The documents that the caller may read, or has sent or changed last, filtered, ordered and by pages."""
    found = await documents.listing(caller, _search(query))
    records, following = page_of(found, query, partial(_place, query.order), query.order)
    language = language_of(request)
    return DocumentList(documents=[document_view(record, caller, language) for record in records], next=following)


@router.get("/{document_id}")
async def status(
    request: Request, response: Response, documents: Documents, caller: Caller, document_id: UUID
) -> DocumentView:
    """A document. Its ETag is the revision of what people say of it, which a change names in `If-Match`."""
    return _tagged(response, document_view(await documents.find(caller, document_id), caller, language_of(request)))


@router.patch("/{document_id}")
async def edit(
    request: Request,
    response: Response,
    documents: Documents,
    caller: Caller,
    document_id: UUID,
    body: DocumentEdit,
    read: ReadRevision,
) -> DocumentView:
    """Change title, language or metadata. The first two are in every passage: the document goes through the chain
    again as a new version, and the former one answers, under its own title, until the new one is in.

    With `If-Match`, 412 where somebody else has changed them since.
    """
    record = await documents.edit(
        caller, document_id, title=body.title, language=body.language, metadata=body.metadata, read=read
    )
    return _tagged(response, document_view(record, caller, language_of(request)))


@router.get("/{document_id}/passages")
async def passages(
    service: Passages,
    caller: Caller,
    document_id: UUID,
    limit: Annotated[int, Query(ge=1, le=1000), DIGITS] = 100,
    after: Annotated[
        int, Query(ge=-1, le=_HIGHEST_ORDINAL, description="an ordinal; -1: from the first passage on"), DIGITS
    ] = -1,
    search: Annotated[
        str,
        Query(
            max_length=200,
            description="words of the passage, its article or headings, in any case, with or without accents",
        ),
    ] = "",
) -> PassageList:
    """What the latest version was cut into, in the order of the text.

    A search goes through a part of a long document at a time: a page may be short or empty and still have a `next`.
    """
    found, following = await service.of_document(caller, document_id, limit, after, search)
    return PassageList(passages=[passage_view(passage) for passage in found], next=following)


@router.get("/{document_id}/events", response_class=EventSourceResponse)
async def events(
    request: Request, documents: Documents, follower: Follower, caller: Caller, document_id: UUID
) -> EventSourceResponse:
    """Server-sent events, named after the state, with the document as data, until the version has ended."""
    await documents.find(caller, document_id)
    hold(request, caller, Held.STREAM)
    return EventSourceResponse(_progress(follower, caller, document_id, language_of(request)))


@router.post("/{document_id}/reindex", status_code=202)
async def reindex(request: Request, documents: Documents, caller: Caller, document_id: UUID) -> DocumentView:
    """Send the latest version through the chain again: for an index that was lost or made by another model."""
    record = await documents.reindex(caller, document_id)
    return document_view(record, caller, language_of(request))


@router.post("/{document_id}/rechunk", status_code=202)
async def rechunk(
    request: Request,
    documents: Documents,
    caller: Caller,
    document_id: UUID,
    body: RechunkBody,
    idempotency_key: IdempotencyHeader,
) -> DocumentView:
    """Cut the stored file in another way: a new version, and the former one answers until the new one is in."""
    record = await documents.rechunk(caller, document_id, Chunking(**body.model_dump()), idempotency_key)
    return document_view(record, caller, language_of(request))


@router.delete("/{document_id}", status_code=202)
async def withdraw(
    request: Request,
    documents: Documents,
    caller: Caller,
    document_id: UUID,
    grace_s: Annotated[
        int, Query(ge=0, le=3600, description="hold it back for so long; until then `keep` takes it back"), DIGITS
    ] = 0,
) -> DocumentView:
    """Take the document out: it opens no more at once, and is found no more as soon as the index has let go of it."""
    record = await documents.withdraw(caller, document_id, timedelta(seconds=grace_s))
    return document_view(record, caller, language_of(request))


@router.post("/{document_id}/keep")
async def keep(request: Request, documents: Documents, caller: Caller, document_id: UUID) -> DocumentView:
    """Take a withdrawal back that is held back (`withdraws_at`). What has been withdrawn is gone."""
    record = await documents.keep(caller, document_id)
    return document_view(record, caller, language_of(request))


def _tagged(response: Response, view: DocumentView) -> DocumentView:
    if view.revision:
        response.headers["etag"] = f'"{view.revision}"'
    return view


def _search(query: DocumentQuery) -> DocumentSearch:
    return DocumentSearch(
        states=frozenset(query.state),
        scopes=frozenset(query.scope),
        media_types=frozenset(query.media_type),
        words=words_of(query.search),
        metadata=parse_metadata_filter(query.metadata),
        order=query.order,
        **page_request(query, query.order),
    )


def _place(order: DocumentOrder, record: DocumentRecord) -> Cursor:
    return Cursor(record.key if order is DocumentOrder.KEY else record.created_at, record.document_id)


async def _progress(
    follower: DocumentFollower, caller: Principal, document_id: UUID, language: str
) -> AsyncIterator[dict[str, str]]:
    async for record in follower.follow(caller, document_id):
        view = document_view(record, caller, language)
        yield {"event": record.state.value, "data": json.dumps(view.model_dump(mode="json"), ensure_ascii=False)}
