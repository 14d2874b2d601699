"""Imports of a unit's DUERP over HTTP."""

from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile
from pydantic import BaseModel, ValidationError

from services.gateway.database.ports import Cursor, Slice
from services.gateway.duerp.conditional import IfMatch
from services.gateway.duerp.entry_routes import AtDesk
from services.gateway.duerp.imports.model import ImportRecord
from services.gateway.duerp.imports.service import ImportService, UploadedFile
from services.gateway.duerp.imports.views import import_fields, names_in, report_view
from services.gateway.duerp.imports.writing import ImportWriting
from services.gateway.http.bodies import BodyKind, takes
from services.gateway.http.dependencies import IdempotencyHeader, provided
from services.gateway.http.paging import page_of, page_request
from services.gateway.http.problems import language_of
from services.gateway.http.strict_json import read_json
from services.gateway.http.uploads import chunks_of, file_name_of
from services.gateway.policy import may_keep_some_duerp
from shared.errors import InvalidInput
from shared.http_api.duerp.imports import (
    ComparedLine,
    ImportDocument,
    ImportedAction,
    ImportedActions,
    ImportedFinding,
    ImportedLine,
    ImportedLines,
    ImportedReport,
    ImportList,
    ImportMapping,
    ImportPlan,
    ImportQuery,
    ImportView,
    PartQuery,
    TakeBackBody,
    WriteBody,
)

router = APIRouter(prefix="/v1/duerp/{unit}/imports", tags=["duerp"])

Imports = Annotated[ImportService, Depends(provided(ImportService))]
Writing = Annotated[ImportWriting, Depends(provided(ImportWriting))]
Item = TypeVar("Item", bound=BaseModel)
Part = Annotated[PartQuery, Query()]


async def _said(
    mapping: Annotated[
        str | None, Form(max_length=60_000, description="a JSON object: columns, families, directions")
    ] = None,
) -> ImportMapping:
    """Return what the sender says of the file already.

    Raises:
        InvalidInput: it is no such object.
    """
    try:
        return ImportMapping.model_validate(read_json(mapping.encode())) if mapping else ImportMapping()
    except (ValidationError, InvalidInput):
        raise InvalidInput(reason="duerp-mapping") from None


@router.post("", status_code=202)
@takes(BodyKind.FILE, may_keep_some_duerp)
async def begin(
    request: Request,
    response: Response,
    imports: Imports,
    desk: AtDesk,
    file: Annotated[UploadFile, File()],
    said: Annotated[ImportMapping, Depends(_said)],
    idempotency_key: IdempotencyHeader,
) -> ImportView:
    """Accept last year's file. It is read, and nothing of it is written before somebody says so at `url`."""
    upload = UploadedFile(chunks_of(file), file.size, file_name_of(file), said)
    view = _view(request, response, await imports.begin(desk, upload, idempotency_key), desk.unit)
    response.headers["location"] = view.url
    return view


@router.get("")
async def listing(
    request: Request, imports: Imports, desk: AtDesk, query: Annotated[ImportQuery, Query()]
) -> ImportList:
    """List the imports, newest first."""
    found = await imports.page(desk, Slice(**page_request(query)))
    told, following = page_of(found, query, lambda each: Cursor(each.created_at, each.id))
    language = language_of(request)
    views = [ImportView.model_validate(import_fields(each, desk.unit, language)) for each in told]
    return ImportList(imports=views, next=following)


@router.get("/{import_id}")
async def find(request: Request, response: Response, imports: Imports, desk: AtDesk, import_id: UUID) -> ImportDocument:
    """Open an import: how far it is, what was understood of its columns and scale. Its ETag is its revision."""
    record = await imports.find(desk, import_id)
    _tag(response, record)
    return ImportDocument.model_validate(
        {
            **import_fields(record, desk.unit, language_of(request)),
            "summary": await imports.summary(record),
            "offered": await imports.offered(record),
        }
    )


@router.get("/{import_id}/lines")
async def lines(imports: Imports, desk: AtDesk, import_id: UUID, query: Part) -> ImportedLines:
    """Read the lines that were understood, in the order of the file, each beside the DUERP's own, by pages."""
    found, following = await _page(imports, await imports.find(desk, import_id), "lines", ImportedLine, query)
    compared = await imports.compared(desk, found)
    told = [ComparedLine(**line.model_dump(), already_there=there) for line, there in compared]
    return ImportedLines(lines=told, next=following)


@router.get("/{import_id}/actions")
async def actions(imports: Imports, desk: AtDesk, import_id: UUID, query: Part) -> ImportedActions:
    """Read the actions of no line, by pages."""
    found, following = await _page(imports, await imports.find(desk, import_id), "actions", ImportedAction, query)
    return ImportedActions(actions=found, next=following)


@router.get("/{import_id}/report")
async def report(request: Request, imports: Imports, desk: AtDesk, import_id: UUID, query: Part) -> ImportedReport:
    """Read what was not understood or is to be looked at, with sheet, row and column, by pages."""
    found, following = await _page(imports, await imports.find(desk, import_id), "report", ImportedFinding, query)
    return ImportedReport(report=report_view(found, language_of(request)), next=following)


@router.put("/{import_id}/mapping", status_code=202)
@takes(BodyKind.QUESTION, may_keep_some_duerp)
async def say(
    request: Request,
    response: Response,
    imports: Imports,
    desk: AtDesk,
    import_id: UUID,
    body: ImportMapping,
    match: IfMatch,
) -> ImportView:
    """Say what columns, words of families and axes mean: the file is read again. `If-Match` names what was seen."""
    return _view(request, response, await imports.say(desk, import_id, body, match), desk.unit)


@router.post("/{import_id}/discard")
async def discard(
    request: Request, response: Response, imports: Imports, desk: AtDesk, import_id: UUID, match: IfMatch
) -> ImportView:
    """End an import of which nothing was written; the file and what was understood of it are removed."""
    return _view(request, response, await imports.discard(desk, import_id, match), desk.unit)


@router.get("/{import_id}/plan")
async def plan(request: Request, writing: Writing, desk: AtDesk, import_id: UUID) -> ImportPlan:
    """Tell what writing would add, what is there already, and what it would replace if it is told to.

    Of a file that Vigie exported: also the entries that somebody changed since, with both texts.
    """
    found = await writing.plan(desk, import_id, names_in(language_of(request)))
    return ImportPlan(counts=dict(found.counts), conflicts=found.conflicts)


@router.post("/{import_id}/write")
@takes(BodyKind.JSON, may_keep_some_duerp)
async def write(
    request: Request,
    response: Response,
    writing: Writing,
    desk: AtDesk,
    import_id: UUID,
    body: WriteBody,
    match: IfMatch,
) -> ImportView:
    """Write it into the DUERP: what is new is proposed, what is there stays, or is replaced if `replace` says so.

    Written once, it is not written again. `If-Match` names what was seen.
    """
    names = names_in(language_of(request))
    record = await writing.write(desk, import_id, names, match, replace=body.replace)
    return _view(request, response, record, desk.unit)


@router.post("/{import_id}/take-back")
@takes(BodyKind.JSON, may_keep_some_duerp)
async def take_back(
    request: Request,
    response: Response,
    writing: Writing,
    desk: AtDesk,
    import_id: UUID,
    body: TakeBackBody,
    match: IfMatch,
) -> ImportView:
    """Archive what it has added and nobody changed since, with a reason; the file and its preview are removed."""
    return _view(request, response, await writing.take_back(desk, import_id, body.why, match), desk.unit)


def _view(request: Request, response: Response, record: ImportRecord, unit: str) -> ImportView:
    _tag(response, record)
    return ImportView.model_validate(import_fields(record, unit, language_of(request)))


def _tag(response: Response, record: ImportRecord) -> None:
    response.headers["etag"] = f'"{record.revision}"'


async def _page(
    imports: ImportService, record: ImportRecord, part: str, model: type[Item], query: PartQuery
) -> tuple[list[Item], int | None]:
    """Return a page of a part, and the `after` of the next one."""
    found = await imports.part(record, part, model, query.after, query.limit + 1)
    more = len(found) > query.limit
    return list(found[: query.limit]), query.after + query.limit if more else None
