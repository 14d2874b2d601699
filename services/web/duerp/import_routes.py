"""The pages of an import, step by step: a file is sent, read, looked at, corrected, written, taken back."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.web.duerp.import_page import Parts, begin_page, import_page
from services.web.duerp.import_steps import Step
from services.web.duerp.import_views import columns_of, said
from services.web.http.rendering import Pages, Templates
from services.web.sign_in.visitors import AllVisitors, Visitor
from shared.client import Problem, UnitImports
from shared.http_api.duerp.imports import ImportDocument, ImportState

router = APIRouter(prefix="/duerp/{unit}/imports")

_SEE_OTHER = 303

Place = Annotated[int, Query(ge=-1, le=10_000_000)]
NextStep = Annotated[Step | None, Form()]


@router.get("")
async def imports(request: Request, pages: Pages, visitors: AllVisitors, unit: str) -> HTMLResponse:
    """The first step: choose a file, or go on with an import that was left."""
    async with visitors.visit(request) as visitor:
        return await begin_page(request, pages, visitor, unit)


@router.post("")
async def begin(
    visitors: AllVisitors, request: Request, pages: Pages, unit: str, file: Annotated[UploadFile, File()]
) -> Response:
    """Send a file; nothing of it is written yet. One that is refused is told with why, where another can be chosen."""
    async with visitors.visit(request) as visitor:
        with TemporaryDirectory() as folder:
            path = Path(folder) / (Path(file.filename or "").name or "file")
            path.write_bytes(await file.read())
            try:
                begun = await visitor.client.duerp(unit).imports.begin(path)
            except Problem as problem:
                return await begin_page(request, pages, visitor, unit, problem)
    return RedirectResponse(f"/duerp/{unit}/imports/{begun.id}", _SEE_OTHER)


@router.get("/{identity}")
async def page(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    identity: UUID,
    step: Step | None = None,
    after: Place = -1,
    report: Place = -1,
) -> HTMLResponse:
    """An import as it stands: being read, at one of its steps, written.

    Args:
        step: None: where somebody goes on who comes back; after, report: the places in the lines and in the report.
    """
    async with visitors.visit(request) as visitor:
        found = await visitor.client.duerp(unit).imports.find(identity)
        return await import_page(request, pages, visitor, found, step, Parts(after, report))


@router.post("/{identity}/mapping")
async def correct(request: Request, pages: Pages, visitors: AllVisitors, unit: str, identity: UUID) -> Response:
    """Have the file read again with what a person says of it."""
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}

    async def say(imports: UnitImports, found: ImportDocument) -> None:
        await imports.say(found, said(form, found.said, columns_of(found)))

    step, then = (Step(form[name]) if form.get(name) in set(Step) else None for name in ("step", "then"))
    return await _done(request, pages, visitors, unit, identity, say, step, then)


@router.post("/{identity}/offered")
async def take_offered(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, identity: UUID, step: NextStep = None
) -> Response:
    """Have the file read again with what was said of an earlier one like it."""

    async def say(imports: UnitImports, found: ImportDocument) -> None:
        if found.offered is not None:
            await imports.say(found, found.offered)

    return await _done(request, pages, visitors, unit, identity, say, step)


@router.post("/{identity}/write")
async def write(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    identity: UUID,
    replace: Annotated[bool, Form()] = False,
) -> Response:
    """Write it into the DUERP, once."""

    async def into(imports: UnitImports, found: ImportDocument) -> None:
        if found.state is ImportState.TO_CONFIRM:
            await imports.write(found, replace=replace)

    return await _done(request, pages, visitors, unit, identity, into, Step.WRITE)


@router.post("/{identity}/take-back")
async def take_back(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    identity: UUID,
    why: Annotated[str, Form(min_length=1, max_length=2000)],
) -> Response:
    """Archive what it has added and nobody changed since."""

    async def back(imports: UnitImports, found: ImportDocument) -> None:
        await imports.take_back(found, why)

    return await _done(request, pages, visitors, unit, identity, back)


@router.post("/{identity}/discard")
async def discard(request: Request, pages: Pages, visitors: AllVisitors, unit: str, identity: UUID) -> Response:
    """End an import of which nothing was written."""
    async with visitors.visit(request) as visitor:
        imports = visitor.client.duerp(unit).imports
        found = await imports.find(identity)
        try:
            await imports.discard(found)
        except Problem as problem:
            return await _refused(request, pages, visitor, found, None, problem)
    return RedirectResponse(f"/duerp/{unit}", _SEE_OTHER)


async def _done(
    request: Request,
    pages: Templates,
    visitors: AllVisitors,
    unit: str,
    identity: UUID,
    act: Callable[[UnitImports, ImportDocument], Awaitable[None]],
    step: Step | None = None,
    then: Step | None = None,
) -> Response:
    """Do something with an import and go on; what is refused is told at the step where it was asked for.

    Args:
        step: where it was asked for; then: where to go on, the same step where it is None.
    """
    async with visitors.visit(request) as visitor:
        imports = visitor.client.duerp(unit).imports
        found = await imports.find(identity)
        try:
            await act(imports, found)
        except Problem as problem:
            return await _refused(request, pages, visitor, found, step, problem)
    goes_on = then or step
    asked = f"?step={goes_on.value}" if goes_on else ""
    return RedirectResponse(f"/duerp/{unit}/imports/{identity}{asked}", _SEE_OTHER)


async def _refused(
    request: Request, pages: Templates, visitor: Visitor, found: ImportDocument, step: Step | None, problem: Problem
) -> HTMLResponse:
    """Show an import as it is by now, and why something could not be done with it."""
    newest = await visitor.client.duerp(found.unit).imports.find(found.id)
    return await import_page(request, pages, visitor, newest, step, problem=problem)
