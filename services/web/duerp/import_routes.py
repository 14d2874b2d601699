"""The pages of an import: send last year's file, see what was understood, correct it, write it, take it back."""

from contextlib import aclosing
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.web.duerp.import_views import axes_of, columns_of, questions_of, said
from services.web.http.languages import language_of
from services.web.http.rendering import Pages
from services.web.sign_in.visitors import AllVisitors, Visitor
from shared.client import Problem, UnitImports
from shared.duerp.families import family_labels
from shared.duerp.importing.fields import field_names
from shared.http_api.duerp.imports import ImportDocument, ImportState, ReportedFinding
from shared.language.catalogue import Catalogue

router = APIRouter(prefix="/duerp/{unit}/imports")

_SEE_OTHER = 303
_NOT_FOUND = 404
_MOST_SHOWN = 100
_FIELDS = sorted(name for name in field_names() if Catalogue().has(f"duerp.import.fields.{name}"))
"""Fields that people know by a name; the others are ways to tell these apart."""


@router.post("")
async def begin(visitors: AllVisitors, request: Request, unit: str, file: Annotated[UploadFile, File()]) -> Response:
    """Send a file; nothing of it is written yet."""
    async with visitors.visit(request) as visitor:
        with TemporaryDirectory() as folder:
            path = Path(folder) / (Path(file.filename or "").name or "file")
            path.write_bytes(await file.read())
            begun = await visitor.client.duerp(unit).imports.begin(path)
    return RedirectResponse(f"/duerp/{unit}/imports/{begun.id}", _SEE_OTHER)


@router.get("/{identity}")
async def page(request: Request, pages: Pages, visitors: AllVisitors, unit: str, identity: UUID) -> HTMLResponse:
    """An import as it stands: being read, understood, written."""
    async with visitors.visit(request) as visitor:
        found = await visitor.client.duerp(unit).imports.find(identity)
        values: dict[str, Any] = {}
        if found.state is ImportState.TO_CONFIRM:
            values = await _understood(visitor, found)
        elif found.state is ImportState.WRITTEN:
            values = await _pointed_out(visitor, found)
    families = family_labels(language_of(request))
    return pages.page(request, "duerp/import.html", unit=unit, found=found, families=families, fields=_FIELDS, **values)


@router.post("/{identity}/mapping")
async def correct(request: Request, visitors: AllVisitors, unit: str, identity: UUID) -> Response:
    """Have the file read again with what a person says of it."""
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    async with visitors.visit(request) as visitor:
        imports = visitor.client.duerp(unit).imports
        found = await imports.find(identity)
        await imports.say(found, said(form, found.said, columns_of(found)))
    return RedirectResponse(f"/duerp/{unit}/imports/{identity}", _SEE_OTHER)


@router.post("/{identity}/offered")
async def take_offered(request: Request, visitors: AllVisitors, unit: str, identity: UUID) -> Response:
    """Have the file read again with what was said of an earlier one like it."""
    async with visitors.visit(request) as visitor:
        imports = visitor.client.duerp(unit).imports
        found = await imports.find(identity)
        if found.offered is not None:
            await imports.say(found, found.offered)
    return RedirectResponse(f"/duerp/{unit}/imports/{identity}", _SEE_OTHER)


@router.post("/{identity}/write")
async def write(
    request: Request, visitors: AllVisitors, unit: str, identity: UUID, replace: Annotated[bool, Form()] = False
) -> Response:
    """Write it into the DUERP, once."""
    async with visitors.visit(request) as visitor:
        imports = visitor.client.duerp(unit).imports
        found = await imports.find(identity)
        if found.state is ImportState.TO_CONFIRM:
            await imports.write(found, replace=replace)
    return RedirectResponse(f"/duerp/{unit}/imports/{identity}", _SEE_OTHER)


@router.post("/{identity}/take-back")
async def take_back(
    request: Request,
    visitors: AllVisitors,
    unit: str,
    identity: UUID,
    why: Annotated[str, Form(min_length=1, max_length=2000)],
) -> Response:
    """Archive what it has added and nobody changed since."""
    async with visitors.visit(request) as visitor:
        imports = visitor.client.duerp(unit).imports
        await imports.take_back(await imports.find(identity), why)
    return RedirectResponse(f"/duerp/{unit}/imports/{identity}", _SEE_OTHER)


@router.post("/{identity}/discard")
async def discard(request: Request, visitors: AllVisitors, unit: str, identity: UUID) -> Response:
    """End an import of which nothing was written."""
    async with visitors.visit(request) as visitor:
        imports = visitor.client.duerp(unit).imports
        await imports.discard(await imports.find(identity))
    return RedirectResponse(f"/duerp/{unit}", _SEE_OTHER)


async def _pointed_out(visitor: Visitor, found: ImportDocument) -> dict[str, Any]:
    """What of the file is to be completed, as long as what was understood of it is kept."""
    try:
        report = await _report(visitor, found)
    except Problem as problem:
        if problem.status != _NOT_FOUND:
            raise
        report = []
    return {"report": list(islice(report, _MOST_SHOWN)), "more_report": max(0, len(report) - _MOST_SHOWN)}


async def _report(visitor: Visitor, found: ImportDocument) -> list[ReportedFinding]:
    async with aclosing(visitor.client.duerp(found.unit).imports.report(found.id)) as findings:
        return [each async for each in findings]


async def _understood(visitor: Visitor, found: ImportDocument) -> dict[str, Any]:
    imports = visitor.client.duerp(found.unit).imports
    report = await _report(visitor, found)
    return {
        "columns": columns_of(found),
        "axes": axes_of(found),
        "questions": questions_of(report),
        "report": list(islice(report, _MOST_SHOWN)),
        "more_report": max(0, len(report) - _MOST_SHOWN),
        "lines": await _first_lines(imports, found),
        "plan": (await imports.plan(found.id)).counts,
    }


async def _first_lines(imports: UnitImports, found: ImportDocument) -> list[Any]:
    shown: list[Any] = []
    async with aclosing(imports.lines(found.id)) as lines:
        async for each in lines:
            shown.append(each)
            if len(shown) == _MOST_SHOWN:
                break
    return shown
