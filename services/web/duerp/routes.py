"""The pages of a unit's DUERP."""

import asyncio
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.web.duerp.due import due_next
from services.web.duerp.files import MEDIA_TYPES, attached
from services.web.duerp.import_page import latest_imports
from services.web.duerp.unit_entries import all_of, unit_name
from services.web.duerp.version_routes import all_versions
from services.web.duerp.views import advised_by, may_keep, units_of
from services.web.http.rendering import Key, Pages
from services.web.sign_in.visitors import AllVisitors
from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.exports import ExportFormat, ExportView
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.unit import WorkUnit

router = APIRouter(prefix="/duerp")

C = TypeVar("C", bound=Content)
Words = Annotated[str, Form(max_length=20_000)]

_SEE_OTHER = 303
_CONFLICT = 412
_WAITS_S = 2
"""How long a file is waited for before a page says that it is being written."""


@router.get("")
async def units(request: Request, pages: Pages, visitors: AllVisitors) -> Response:
    """The units whose DUERP one reads, and the delegations that one advises; one unit alone is opened at once."""
    async with visitors.visit(request) as visitor:
        me = await visitor.client.me()
    found, delegations = units_of(me), advised_by(me)
    if len(found) == 1 and not delegations:
        return RedirectResponse(f"/duerp/{found[0][0]}", _SEE_OTHER)
    return pages.page(request, "duerp/units.html", units=found, delegations=delegations)


@router.get("/{unit}")
async def home(request: Request, pages: Pages, visitors: AllVisitors, unit: str) -> HTMLResponse:
    """The unit's home: its figures, what is due and to be looked at, its work units, its versions and files."""
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        overview, name, work_units, versions, me, due = await asyncio.gather(
            duerp.overview(),
            unit_name(duerp, unit),
            all_of(duerp, WorkUnit),
            all_versions(duerp),
            visitor.client.me(),
            due_next(duerp, unit),
        )
        writes = may_keep(me, unit)
        imports = await latest_imports(duerp) if writes else []
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
        "delegations": advised_by(me),
    }
    return pages.page(request, "duerp/home.html", unit=unit, formats=list(MEDIA_TYPES), **values)


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
    return attached(found, f"DUERP-{unit}{told}.{kind.value}", MEDIA_TYPES[kind])


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
    return attached(content, found.name or f"DUERP-{unit}", found.media_type)
