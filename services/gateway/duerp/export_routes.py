"""Routes that write a unit's DUERP as files: today's, a version, the extract for a worker, the sheet for a door."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from services.gateway.duerp.entry_routes import AtDesk
from services.gateway.duerp.exports.asked import AskedFile, What
from services.gateway.duerp.exports.files import ExportFiles, Hold, WrittenFile
from services.gateway.duerp.exports.formats import MEDIA_TYPES, PRINTED_TYPES
from services.gateway.duerp.service import Desk
from services.gateway.http.dependencies import Caller, limits_of, provided
from services.gateway.http.limits import Held
from services.gateway.http.preferences import Preferences, preferences
from services.gateway.http.problems import language_of
from shared.clock import utc_now
from shared.errors import InvalidInput
from shared.http_api.duerp.exports import ExportFormat, ExportState, ExportView
from shared.http_api.duerp.fields import Name
from shared.http_api.written import DIGITS, Day

router = APIRouter(prefix="/v1/duerp/{unit}", tags=["duerp"])

_BINARY = {"schema": {"type": "string", "format": "binary"}}
Answers = dict[int | str, dict[str, Any]]
_ACCEPTED: Answers = {202: {"model": ExportView, "description": "Accepted: `Location` tells how far it is."}}
_WHOLE = dict.fromkeys(MEDIA_TYPES, _BINARY) | {"application/json": {"schema": {"type": "object"}}}
_FILE: Answers = {200: {"description": "The file.", "content": _WHOLE}, **_ACCEPTED}
_PRINTED: Answers = {200: {"description": "The file.", "content": dict.fromkeys(PRINTED_TYPES, _BINARY)}, **_ACCEPTED}
_ARCHIVE: Answers = {200: {"description": "A file a version.", "content": {"application/zip": _BINARY}}, **_ACCEPTED}
_KEPT: Answers = {200: {"description": "The file.", "content": {"*/*": _BINARY}}, **_ACCEPTED}

_RETRY_S = 1
_MOST_WAIT_S = 60

Format = Annotated[ExportFormat, Query(alias="format")]
Version = Annotated[
    int | None, Query(ge=1, le=2**31 - 1, description="a frozen one; without it: as it is today"), DIGITS
]
Files = Annotated[ExportFiles, Depends(provided(ExportFiles))]
Prefer = Annotated[
    str | None,
    Header(description="`respond-async`: 202 when it is not there at once; with `wait=N`: when not within N seconds"),
]


@router.get("/export", response_class=Response, responses=_FILE)
async def export(
    request: Request,
    caller: Caller,
    desk: AtDesk,
    files: Files,
    kind: Format = ExportFormat.PDF,
    version: Version = None,
    changes: Annotated[bool, Query(description="with what has changed since the version before, in front")] = False,
    prefer: Prefer = None,
) -> Response:
    """Write the DUERP as a file, in the language that the request asks for.

    PDF, Word document and workbook have all of it for people, CSV has the lines, JSON the exact entries that are not
    archived. A file of the same content is written once: who asks again has it at once. With `Prefer: respond-async`
    nobody waits: 202 names where the file will be.
    """
    whole = {"version": version, "changes": changes}
    return await _given(request, caller, files, desk, _asked(request, desk, kind).model_copy(update=whole), prefer)


@router.get("/extract", response_class=Response, responses=_ARCHIVE)
async def extract(
    request: Request,
    caller: Caller,
    desk: AtDesk,
    files: Files,
    work_unit: Annotated[list[Name], Query(min_length=1, max_length=50, description="names of their work units")],
    since: Annotated[Day, Query(description="first day of their work there")],
    until: Annotated[Day | None, Query(description="last day; without it: until today")] = None,
    kind: Format = ExportFormat.PDF,
    prefer: Prefer = None,
) -> Response:
    """Write what a worker or former worker may ask for (R4121-4 1°), a file a version; `Prefer` as for the export.

    These are the versions that were in force in their period, limited to their work units: no word of another one. No
    JSON: its exact entries have numbers of people that are not told.
    """
    if kind is ExportFormat.JSON:
        raise InvalidInput(reason="duerp-extract-format")
    theirs = {"what": What.EXTRACT, "work_units": tuple(work_unit), "since": since, "until": until}
    asked = _asked(request, desk, kind).model_copy(update=theirs)
    return await _given(request, caller, files, desk, asked, prefer)


@router.get("/work-units/{work_unit}/sheet", response_class=Response, responses=_PRINTED)
async def sheet(
    request: Request,
    caller: Caller,
    desk: AtDesk,
    files: Files,
    work_unit: UUID,
    kind: Format = ExportFormat.PDF,
    version: Version = None,
    prefer: Prefer = None,
) -> Response:
    """Write one work unit's sheet for its door, as PDF or Word document: risks, measures, whom to turn to.

    It has no number of people, no comment and no action, since whoever passes reads it. `Prefer` as for the export.
    """
    door = {"what": What.DOOR, "work_unit": work_unit, "version": version}
    return await _given(request, caller, files, desk, _asked(request, desk, kind).model_copy(update=door), prefer)


@router.get("/exports/{export_id}")
async def progress(request: Request, caller: Caller, desk: AtDesk, files: Files, export_id: UUID) -> ExportView:
    """Tell how far a file is that was asked for. It is kept for some days, and can be asked for again."""
    asked = await files.asked(desk, export_id)
    kept = await files.kept(export_id, asked)
    if kept is None:
        kept = await files.waited(export_id, await files.write(desk, asked, export_id, _held(request, caller)), 0)
    return _view(desk, export_id, asked, kept)


@router.get("/exports/{export_id}/file", response_class=Response, responses=_KEPT)
async def file(
    request: Request, caller: Caller, desk: AtDesk, files: Files, export_id: UUID, prefer: Prefer = None
) -> Response:
    """Return a file that was asked for; `Prefer` as for the export."""
    asked = await files.asked(desk, export_id)
    return await _given(request, caller, files, desk, asked, prefer, export_id)


def _asked(request: Request, desk: Desk, kind: ExportFormat) -> AskedFile:
    return AskedFile(scope=desk.scope, kind=kind, language=language_of(request), on=utc_now().date())


async def _given(
    request: Request,
    caller: Caller,
    files: ExportFiles,
    desk: Desk,
    asked: AskedFile,
    prefer: str | None,
    known: UUID | None = None,
) -> Response:
    """Return the file where it is there, or within the time that the client waits; else 202 with where it will be."""
    preferred = preferences(prefer)
    identity = known or await files.identity(desk, asked)
    if (kept := await files.kept(identity, asked)) is not None:
        return _response(kept)
    if preferred.is_async:
        await files.remember(asked, identity)
    writing = await files.write(desk, asked, identity, _held(request, caller))
    wait_s = min(preferred.wait_s or 0, _MOST_WAIT_S) if preferred.is_async else None
    written = await files.waited(identity, writing, wait_s)
    return _response(written) if written else _accepted(desk, identity, asked, preferred)


def _accepted(desk: Desk, identity: UUID, asked: AskedFile, preferred: Preferences) -> Response:
    view = _view(desk, identity, asked, None)
    headers = {"location": view.url, "retry-after": str(_RETRY_S), "preference-applied": preferred.applied}
    return Response(view.model_dump_json(), 202, headers, media_type="application/json")


def _view(desk: Desk, identity: UUID, asked: AskedFile, kept: WrittenFile | None) -> ExportView:
    url = f"/v1/duerp/{desk.unit}/exports/{identity}"
    return ExportView(
        id=identity,
        url=url,
        file=f"{url}/file",
        state=ExportState.READY if kept else ExportState.WRITING,
        name=kept.name if kept else None,
        media_type=asked.media_type,
        bytes=len(kept.content) if kept else None,
    )


def _response(file: WrittenFile) -> Response:
    named = {"content-disposition": f'attachment; filename="{file.name}"'}
    return Response(file.content, media_type=file.media_type, headers=named)


def _held(request: Request, caller: Caller) -> Hold:
    """Count a file for as long as it is written, also after the request."""
    return partial(limits_of(request).hold, caller, Held.EXPORT)
