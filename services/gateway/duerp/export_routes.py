"""Routes that write a unit's DUERP as files: today's, a version, the extract for a worker."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from io import BytesIO
from typing import Annotated, ParamSpec
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from fastapi import APIRouter, Depends, Query, Request, Response

from services.gateway.duerp.entry_routes import AtDesk
from services.gateway.duerp.exports.door import door_sheet
from services.gateway.duerp.exports.duerp import Duerp
from services.gateway.duerp.exports.editions import Editions
from services.gateway.duerp.exports.extract import Period
from services.gateway.duerp.exports.formats import MEDIA_TYPES, PRINTED_TYPES, media_type_of, written, written_report
from services.gateway.duerp.versions.routes import Versions
from services.gateway.http.dependencies import Caller, hold
from services.gateway.http.limits import Held
from services.gateway.http.problems import language_of
from shared.clock import utc_now
from shared.errors import InvalidInput
from shared.http_api.duerp.exports import ExportFormat
from shared.http_api.duerp.fields import Name

router = APIRouter(prefix="/v1/duerp/{unit}", tags=["duerp"])

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_ENTRIES = {"application/json": {"schema": {"type": "object"}}}
_FILE = {"description": "The file.", "content": dict.fromkeys(MEDIA_TYPES, _BINARY) | _ENTRIES}
_PRINTED = {"description": "The file.", "content": dict.fromkeys(PRINTED_TYPES, _BINARY)}
_ARCHIVE = {"description": "A file a version.", "content": {"application/zip": _BINARY}}

_WRITERS = ThreadPoolExecutor(2, "export")
"""Apart from asyncio's own threads, which six exports would take for half a minute: bodies are parsed there."""

P = ParamSpec("P")

Format = Annotated[ExportFormat, Query(alias="format")]


async def _editions(request: Request, desk: AtDesk, versions: Versions) -> Editions:
    return Editions(desk, versions, language_of(request))


AtEditions = Annotated[Editions, Depends(_editions)]


@router.get("/export", response_class=Response, responses={200: _FILE})
async def export(
    request: Request,
    caller: Caller,
    desk: AtDesk,
    editions: AtEditions,
    kind: Format = ExportFormat.PDF,
    version: Annotated[
        int | None, Query(ge=1, le=2**31 - 1, description="a frozen one; without it: as it is today")
    ] = None,
    changes: Annotated[bool, Query(description="with what has changed since the version before, in front")] = False,
) -> Response:
    """Write the DUERP as a file, in the language that the request asks for.

    PDF, Word document and workbook have all of it for people, CSV has the lines, JSON the exact entries that are not
    archived.
    """
    hold(request, caller, Held.EXPORT)
    today = utc_now().date()
    duerp = await (
        editions.today(today, changes=changes) if version is None else editions.version(version, today, changes=changes)
    )
    file = await _aside(written, duerp, kind, language_of(request))
    return Response(file, media_type=media_type_of(kind), headers=_named(f"{_name(desk.unit, duerp)}.{kind.value}"))


@router.get("/extract", response_class=Response, responses={200: _ARCHIVE})
async def extract(
    request: Request,
    caller: Caller,
    desk: AtDesk,
    editions: AtEditions,
    work_unit: Annotated[list[Name], Query(min_length=1, max_length=50, description="names of their work units")],
    since: Annotated[date, Query(description="first day of their work there")],
    until: Annotated[date | None, Query(description="last day; without it: until today")] = None,
    kind: Format = ExportFormat.PDF,
) -> Response:
    """Write what a worker or former worker may ask for (R4121-4 1°), a file a version.

    These are the versions that were in force in their period, limited to their work units: no word of another one. No
    JSON: its exact entries have numbers of people that are not told.
    """
    if kind is ExportFormat.JSON:
        raise InvalidInput(reason="duerp-extract-format")
    hold(request, caller, Held.EXPORT)
    found = await editions.extract(work_unit, Period(since, until))
    archive = await _aside(_zipped, desk.unit, found, kind, language_of(request))
    return Response(archive, media_type="application/zip", headers=_named(f"DUERP-{desk.unit}-{since.isoformat()}.zip"))


@router.get("/work-units/{work_unit}/sheet", response_class=Response, responses={200: _PRINTED})
async def sheet(
    request: Request,
    caller: Caller,
    desk: AtDesk,
    editions: AtEditions,
    work_unit: UUID,
    kind: Format = ExportFormat.PDF,
    version: Annotated[
        int | None, Query(ge=1, le=2**31 - 1, description="a frozen one; without it: as it is today")
    ] = None,
) -> Response:
    """Write one work unit's sheet for its door, as PDF or Word document: risks, measures, whom to turn to.

    It has no number of people, no comment and no action, since whoever passes reads it.
    """
    hold(request, caller, Held.EXPORT)
    today = utc_now().date()
    duerp = await (editions.today(today) if version is None else editions.version(version, today))
    file = await _aside(_on_a_door, duerp, work_unit, kind, language_of(request))
    return Response(
        file, media_type=media_type_of(kind), headers=_named(f"{_name(desk.unit, duerp)}-door.{kind.value}")
    )


def _on_a_door(duerp: Duerp, work_unit: UUID, kind: ExportFormat, language: str) -> bytes:
    return written_report(door_sheet(duerp, work_unit, language), kind)


async def _aside(write: Callable[P, bytes], *args: P.args, **kwargs: P.kwargs) -> bytes:
    return await asyncio.get_running_loop().run_in_executor(_WRITERS, partial(write, *args, **kwargs))


def _zipped(unit: str, duerps: list[Duerp], kind: ExportFormat, language: str) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for duerp in duerps:
            archive.writestr(f"{_name(unit, duerp)}.{kind.value}", written(duerp, kind, language))
    return file.getvalue()


def _name(unit: str, duerp: Duerp) -> str:
    version = f"-v{duerp.edition.version}" if duerp.edition.version else ""
    return f"DUERP-{unit}{version}-{duerp.edition.on.isoformat()}"


def _named(file: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{file}"'}
