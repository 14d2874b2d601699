"""The pages of a unit's DUERP."""

from contextlib import aclosing
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.web.duerp.views import differing, edited, may_keep, row_of, rows_of, units_of
from services.web.http.languages import language_of
from services.web.http.rendering import Pages, Templates
from services.web.sign_in.visitors import AllVisitors, Visitor
from shared.client import Problem, UnitDuerp
from shared.duerp.families import family_labels
from shared.http_api.duerp.entries import Entry, EntryQuery, LineState
from shared.http_api.duerp.exports import ExportFormat
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.imports import ImportState, ImportView
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.unit import WorkUnit
from shared.http_api.duerp.versions import FreezeBody

router = APIRouter(prefix="/duerp")

C = TypeVar("C", bound=Content)
Words = Annotated[str, Form(max_length=20_000)]

_SEE_OTHER = 303
_CONFLICT = 412
_MOST_IMPORTS = 5
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
    """The unit's home: its figures, what is to be looked at, its work units, its versions and files."""
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        values: dict[str, Any] = {
            "overview": await duerp.overview(),
            "unit_name": await _name(duerp, unit),
            "work_units": await _all(duerp, WorkUnit),
            "versions": [each async for each in duerp.versions()],
        }
        values["may_keep"] = may_keep(await visitor.client.me(), unit)
        values["imports"] = await _imports(duerp) if values["may_keep"] else []
    return pages.page(request, "duerp/home.html", unit=unit, formats=list(_MEDIA_TYPES), **values)


@router.get("/{unit}/lines")
async def lines(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    work_unit: Annotated[str, Query(pattern="^([0-9a-f-]{36})?$")] = "",
    family: Annotated[str, Query(max_length=60)] = "",
) -> HTMLResponse:
    """The lines in a table, worst first, filtered by work unit and family."""
    language = language_of(request)
    query = EntryQuery(work_unit=UUID(work_unit) if work_unit else None, family=family or None)
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        work_units = await _all(duerp, WorkUnit)
        rows = rows_of([each async for each in duerp.entries(Line, query)], work_units, language)
        writes = may_keep(await visitor.client.me(), unit)
    values: dict[str, Any] = {
        "work_units": work_units,
        "families": family_labels(language),
        "work_unit": work_unit,
        "family": family,
    }
    return pages.page(request, "duerp/lines.html", unit=unit, rows=rows, may_keep=writes, **values)


@router.post("/{unit}/work-units")
async def add_work_unit(
    request: Request, visitors: AllVisitors, unit: str, name: Annotated[str, Form(min_length=1, max_length=200)]
) -> Response:
    """Add a work unit."""
    async with visitors.visit(request) as visitor:
        await visitor.client.duerp(unit).add(WorkUnit(name=name))
    return RedirectResponse(f"/duerp/{unit}", _SEE_OTHER)


@router.post("/{unit}/lines")
async def add_line(
    request: Request,
    visitors: AllVisitors,
    unit: str,
    work_unit: Annotated[UUID, Form()],
    family: Annotated[str, Form(max_length=60)] = "",
    hazard: Words = "",
) -> Response:
    """Add a line, and open it to be completed."""
    async with visitors.visit(request) as visitor:
        content = Line(work_unit=work_unit, family=family or None, hazard=hazard.strip())
        added = await visitor.client.duerp(unit).add(content)
    return RedirectResponse(f"/duerp/{unit}/lines/{added.id}", _SEE_OTHER)


@router.get("/{unit}/lines/{line}")
async def line_page(request: Request, pages: Pages, visitors: AllVisitors, unit: str, line: UUID) -> HTMLResponse:
    """A line, to be read, changed and decided on."""
    async with visitors.visit(request) as visitor:
        found = await visitor.client.duerp(unit).find(Line, line)
        return await _line(request, pages, visitor, found)


@router.post("/{unit}/lines/{line}")
async def change_line(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    line: UUID,
    revision: Annotated[int, Form(ge=1)],
    family: Annotated[str, Form(max_length=60)] = "",
    hazard: Words = "",
    situation: Words = "",
    harm: Words = "",
    comment: Words = "",
) -> Response:
    """Change a line; who comes second sees both texts side by side and loses neither."""
    texts = {"hazard": hazard, "situation": situation, "harm": harm, "comment": comment}
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        current = await duerp.find(Line, line)
        content = edited(current.content, family, texts)
        try:
            await duerp.replace(current.model_copy(update={"revision": revision}), content)
        except Problem as problem:
            newest = await duerp.find(Line, line)
            values: dict[str, Any] = {"draft": content, "problem": problem.detail}
            if problem.status == _CONFLICT:
                told = differing(content.model_dump(mode="json"), newest.content.model_dump(mode="json"))
                values = {"draft": content, "conflict": told}
            return await _line(request, pages, visitor, newest, status=problem.status, **values)
    return RedirectResponse(f"/duerp/{unit}/lines/{line}?saved=1", _SEE_OTHER)


@router.post("/{unit}/lines/{line}/decision")
async def decide(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    line: UUID,
    state: Annotated[LineState, Form()],
    revision: Annotated[int, Form(ge=1)],
    why: Words = "",
) -> Response:
    """Accept or reject a line, or propose it again."""
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        found = await duerp.find(Line, line)
        try:
            await duerp.decide(found.model_copy(update={"revision": revision}), state, why)
        except Problem as problem:
            newest = await duerp.find(Line, line)
            return await _line(request, pages, visitor, newest, status=problem.status, problem=problem.detail)
    return RedirectResponse(f"/duerp/{unit}/lines/{line}?saved=1", _SEE_OTHER)


@router.post("/{unit}/versions")
async def freeze(
    request: Request, visitors: AllVisitors, unit: str, title: Annotated[str, Form(min_length=1, max_length=200)]
) -> Response:
    """Freeze the DUERP as it is, for good."""
    async with visitors.visit(request) as visitor:
        await visitor.client.duerp(unit).freeze(FreezeBody(title=title))
    return RedirectResponse(f"/duerp/{unit}#versions", _SEE_OTHER)


@router.get("/{unit}/file")
async def file(
    request: Request,
    visitors: AllVisitors,
    unit: str,
    kind: Annotated[ExportFormat, Query(alias="format")] = ExportFormat.PDF,
    version: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """The DUERP as a file, of today or of a version."""
    async with visitors.visit(request) as visitor:
        content = await visitor.client.duerp(unit).export(kind, version=version)
    told = f"-v{version}" if version else ""
    name = f'attachment; filename="DUERP-{unit}{told}.{kind.value}"'
    return Response(content, media_type=_MEDIA_TYPES[kind], headers={"content-disposition": name})


async def _line(
    request: Request, pages: Templates, visitor: Visitor, line: Entry[Line], *, status: int = 200, **values: Any
) -> HTMLResponse:
    language = language_of(request)
    duerp = visitor.client.duerp(line.unit)
    names = {each.id: each.content.name for each in await _all(duerp, WorkUnit)}
    writes = may_keep(await visitor.client.me(), line.unit)
    shown = {"draft": line.content, "conflict": None, "problem": None, "saved": "saved" in request.query_params}
    return pages.page(
        request,
        "duerp/line.html",
        status=status,
        line=line,
        row=row_of(line, names, language),
        families=family_labels(language),
        may_keep=writes,
        unit=line.unit,
        **(shown | values),
    )


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


async def _all(duerp: UnitDuerp, content: type[C]) -> list[Entry[C]]:
    async with aclosing(duerp.entries(content)) as entries:
        return [each async for each in entries]


async def _name(duerp: UnitDuerp, unit: str) -> str:
    """The unit's own name; its code where nobody has described it yet."""
    try:
        return (await duerp.description()).content.name
    except Problem as problem:
        if problem.status != 404:  # noqa: PLR2004 (Not Found)
            raise
        return unit
