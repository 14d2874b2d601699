"""The pages of a unit's DUERP."""

import asyncio
from contextlib import aclosing
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.web.duerp.due import due_next
from services.web.duerp.unit_entries import all_of, unit_name
from services.web.duerp.views import may_keep, units_of
from services.web.http.rendering import Key, Pages
from services.web.sign_in.visitors import AllVisitors
from shared.client import UnitDuerp
from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.exports import ExportFormat, ExportView
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.imports import ImportState, ImportView
from shared.http_api.duerp.unit import WorkUnit
from shared.http_api.duerp.versions import VersionView

router = APIRouter(prefix="/duerp")

C = TypeVar("C", bound=Content)
Words = Annotated[str, Form(max_length=20_000)]

_SEE_OTHER = 303
_CONFLICT = 412
_MOST_IMPORTS = 5
_WAITS_S = 2
"""How long a file is waited for before a page says that it is being written."""
_MEDIA_TYPES = {
    ExportFormat.PDF: "application/pdf",
    ExportFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.JSON: "application/json",
}


@router.get("")
async def units(request: Request, pages: Pages, visitors: AllVisitors) -> Response:
    """The units whose DUERP one reads; one alone is opened at once."""
    async with visitors.visit(request) as visitor:
        found = units_of(await visitor.client.me())
    if len(found) == 1:
        return RedirectResponse(f"/duerp/{found[0][0]}", _SEE_OTHER)
    return pages.page(request, "duerp/units.html", units=found)


@router.get("/{unit}")
async def home(request: Request, pages: Pages, visitors: AllVisitors, unit: str) -> HTMLResponse:
    """The unit's home: its figures, what is due and to be looked at, its work units, its versions and files."""
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        overview, name, work_units, versions, me, due = await asyncio.gather(
            duerp.overview(),
            unit_name(duerp, unit),
            all_of(duerp, WorkUnit),
            _versions(duerp),
            visitor.client.me(),
            due_next(duerp, unit),
        )
        writes = may_keep(me, unit)
        imports = await _imports(duerp) if writes else []
    lines = overview.counts.get(EntryKind.LINE, 0) + overview.counts.get(EntryKind.SHARED_LINE, 0)
    values: dict[str, Any] = {
        "overview": overview,
        "due": due,
        "begins": writes and not lines,
        "unit_name": name,
        "work_units": work_units,
        "versions": versions,
        "may_keep": writes,
        "imports": imports,
    }
    return pages.page(request, "duerp/home.html", unit=unit, formats=list(_MEDIA_TYPES), **values)


@router.post("/{unit}/work-units")
async def add_work_unit(
    request: Request,
    visitors: AllVisitors,
    unit: str,
    name: Annotated[str, Form(min_length=1, max_length=200)],
    then: Annotated[str, Form(pattern="^(describe)?$")] = "",
    key: Key = "",
) -> Response:
    """Add a work unit, and lead on to its description where one begins with it; a double click adds one."""
    async with visitors.visit(request) as visitor:
        added = await visitor.client.duerp(unit).add(WorkUnit(name=name), idempotency_key=key or None)
    return RedirectResponse(f"/duerp/{unit}/work-units/{added.id}/describe" if then else f"/duerp/{unit}", _SEE_OTHER)


@router.get("/{unit}/file")
async def file(
    request: Request,
    visitors: AllVisitors,
    unit: str,
    kind: Annotated[ExportFormat, Query(alias="format")] = ExportFormat.PDF,
    version: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """The DUERP as a file, of today or of a version; a long one is waited for on a page of its own."""
    async with visitors.visit(request) as visitor:
        found = await visitor.client.duerp(unit).ask_export(kind, version=version, wait_s=_WAITS_S)
    if isinstance(found, ExportView):
        return RedirectResponse(f"/duerp/{unit}/exports/{found.id}", _SEE_OTHER)
    told = f"-v{version}" if version else ""
    return _attached(found, f"DUERP-{unit}{told}.{kind.value}", _MEDIA_TYPES[kind])


@router.get("/{unit}/exports/{export}")
async def waiting(request: Request, pages: Pages, visitors: AllVisitors, unit: str, export: UUID) -> HTMLResponse:
    """A file that is being written, until it is there to be saved."""
    async with visitors.visit(request) as visitor:
        found = await visitor.client.duerp(unit).export_progress(export)
    return pages.page(request, "duerp/export.html", unit=unit, found=found)


@router.get("/{unit}/exports/{export}/file")
async def waited_for(request: Request, visitors: AllVisitors, unit: str, export: UUID) -> Response:
    """A file that was waited for."""
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        content, found = await duerp.export_file(export), await duerp.export_progress(export)
    return _attached(content, found.name or f"DUERP-{unit}", found.media_type)


def _attached(content: bytes, name: str, media_type: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


async def _versions(duerp: UnitDuerp) -> list[VersionView]:
    async with aclosing(duerp.versions()) as versions:
        return [each async for each in versions]


async def _imports(duerp: UnitDuerp) -> list[ImportView]:
    """The latest imports, without those that were discarded."""
    found: list[ImportView] = []
    async with aclosing(duerp.imports.all()) as imports:
        async for each in imports:
            if each.state is not ImportState.DISCARDED:
                found.append(each)
            if len(found) == _MOST_IMPORTS:
                break
    return found
