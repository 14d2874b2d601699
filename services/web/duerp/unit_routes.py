"""The pages of a unit as a whole: its description, its scale, what is said of families, figures, freezing, printing."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from services.web.duerp.figures import COLUMN, HEAD, LABEL, ROW, matrix_of
from services.web.duerp.forms import DESCRIPTION, content_of, sent, typed
from services.web.duerp.unit_entries import all_of, scale_of, unit_name
from services.web.duerp.views import families_of, may_keep, row_of, shared_row_of
from services.web.http.languages import language_of
from services.web.http.rendering import Pages
from services.web.sign_in.visitors import AllVisitors
from shared.client import Problem, UnitDuerp
from shared.duerp.families import family_labels
from shared.http_api.duerp.entries import EntryQuery
from shared.http_api.duerp.lines import Finding, Line, SharedLine, Statement
from shared.http_api.duerp.unit import Unit, WorkUnit
from shared.http_api.duerp.versions import FreezeBody

router = APIRouter(prefix="/duerp/{unit}")

_SEE_OTHER = 303
_UNPROCESSABLE = 422
_MOST_NAMED = 50


@router.get("/description")
async def description(request: Request, pages: Pages, visitors: AllVisitors, unit: str) -> HTMLResponse:
    """What the unit is called, and who directs it."""
    async with visitors.visit(request) as visitor:
        found = await visitor.client.duerp(unit).described()
        writes = may_keep(await visitor.client.me(), unit)
    fields = typed(DESCRIPTION, found.content if found else None)
    values: dict[str, Any] = {"fields": fields, "may_keep": writes, "problem": None, "wrong": []}
    return pages.page(request, "duerp/description.html", unit=unit, form=DESCRIPTION, **values)


@router.post("/description")
async def describe(request: Request, pages: Pages, visitors: AllVisitors, unit: str) -> Response:
    """Describe the unit; what the form does not ask stays."""
    fields = sent(DESCRIPTION, await request.form())
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        found = await duerp.described()
        try:
            content = content_of(DESCRIPTION, fields, found.content if found else None)
            assert isinstance(content, Unit)
            await duerp.describe(content, found)
        except (ValidationError, Problem) as error:
            problem = error.detail if isinstance(error, Problem) else None
            wrong = ["name"] if isinstance(error, ValidationError) else []
            values: dict[str, Any] = {"fields": fields, "may_keep": True, "problem": problem, "wrong": wrong}
            return pages.page(
                request, "duerp/description.html", status=_UNPROCESSABLE, unit=unit, form=DESCRIPTION, **values
            )
    return RedirectResponse(f"/duerp/{unit}", _SEE_OTHER)


@router.get("/scale")
async def scale(request: Request, pages: Pages, visitors: AllVisitors, unit: str) -> HTMLResponse:
    """The scale that the unit rates on, and those that it may begin with."""
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        chosen, examples = await asyncio.gather(scale_of(duerp), duerp.scale_examples())
        writes = may_keep(await visitor.client.me(), unit)
    values: dict[str, Any] = {"chosen": chosen, "examples": examples.examples, "may_keep": writes}
    return pages.page(request, "duerp/scale.html", unit=unit, **values)


@router.post("/scale")
async def choose_scale(
    request: Request, visitors: AllVisitors, unit: str, example: Annotated[str, Form(max_length=100)]
) -> Response:
    """Rate on one of the scales that there are to begin with; ratings that were given keep theirs."""
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        found = next((each for each in (await duerp.scale_examples()).examples if each.id == example), None)
        if found is not None:
            added = await duerp.add(found.scale)
            await _describe_scale(duerp, unit, added.id)
    return RedirectResponse(f"/duerp/{unit}/scale", _SEE_OTHER)


@router.get("/work-units/{work_unit}/families")
async def families(request: Request, pages: Pages, visitors: AllVisitors, unit: str, work_unit: UUID) -> HTMLResponse:
    """What is said of each family of risks in a work unit: its lines, no risk with the reason, or nothing yet."""
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        found, overview, statements, me = await asyncio.gather(
            duerp.find(WorkUnit, work_unit), duerp.overview(), all_of(duerp, Statement), visitor.client.me()
        )
    rows = families_of(work_unit, overview, statements, language_of(request))
    values: dict[str, Any] = {"work_unit": found, "rows": rows, "may_keep": may_keep(me, unit)}
    return pages.page(request, "duerp/families.html", unit=unit, **values)


@router.post("/work-units/{work_unit}/families")
async def state_family(
    request: Request,
    visitors: AllVisitors,
    unit: str,
    work_unit: UUID,
    family: Annotated[str, Form(max_length=60)],
    finding: Annotated[Finding, Form()],
    reason: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Say of a family that it was assessed and has no risk here, and why; or that it is not assessed."""
    said = Statement(work_unit=work_unit, family=family, finding=finding, reason=reason.strip())
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        statements = await all_of(duerp, Statement, EntryQuery(work_unit=work_unit, family=family))
        if statements:
            await duerp.replace(statements[0], said)
        else:
            await duerp.add(said)
    return RedirectResponse(f"/duerp/{unit}/work-units/{work_unit}/families#{family}", _SEE_OTHER)


@router.get("/figures")
async def figures(request: Request, pages: Pages, visitors: AllVisitors, unit: str) -> HTMLResponse:
    """How many lines of each level there are in each work unit: a picture, and the table beside it."""
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        lines, work_units, chosen = await asyncio.gather(all_of(duerp, Line), all_of(duerp, WorkUnit), scale_of(duerp))
        name = await unit_name(duerp, unit)
    matrix = matrix_of(lines, work_units, chosen.content if chosen else None)
    sizes = {"column_width": COLUMN, "row_height": ROW, "label": LABEL, "head": HEAD}
    return pages.page(request, "duerp/figures.html", unit=unit, unit_name=name, matrix=matrix, **sizes)


@router.get("/freeze")
async def before_freezing(request: Request, pages: Pages, visitors: AllVisitors, unit: str) -> HTMLResponse:
    """What is missing before a version is frozen; nothing of it hinders."""
    language = language_of(request)
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        overview, lines, shared, work_units, me = await asyncio.gather(
            duerp.overview(),
            all_of(duerp, Line),
            all_of(duerp, SharedLine),
            all_of(duerp, WorkUnit),
            visitor.client.me(),
        )
    names = {each.id: each.content.name for each in work_units}
    rows = [row_of(each, names, language) for each in lines] + [
        shared_row_of(each, names, "", language) for each in shared
    ]
    missing = [row for row in rows if row.remarks or row.state == "proposed"]
    assessed = {(each.work_unit, each.family) for each in overview.families}
    gaps = len(work_units) * len(family_labels(language)) - len(assessed)
    values: dict[str, Any] = {
        "missing": missing[:_MOST_NAMED],
        "more": max(0, len(missing) - _MOST_NAMED),
        "gaps": gaps,
        "late": overview.late_consultations,
        "may_keep": may_keep(me, unit),
    }
    return pages.page(request, "duerp/freeze.html", unit=unit, **values)


@router.post("/freeze")
async def freeze(
    request: Request,
    visitors: AllVisitors,
    unit: str,
    title: Annotated[str, Form(min_length=1, max_length=200)],
    participants: Annotated[str, Form(max_length=20_000)] = "",
    note: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Freeze the DUERP as it is, for good; `participants` are one a line."""
    named = [each.strip() for each in participants.splitlines() if each.strip()]
    async with visitors.visit(request) as visitor:
        await visitor.client.duerp(unit).freeze(FreezeBody(title=title, participants=named, note=note.strip()))
    return RedirectResponse(f"/duerp/{unit}#versions", _SEE_OTHER)


async def _describe_scale(duerp: UnitDuerp, unit: str, chosen: UUID) -> None:
    found = await duerp.described()
    content = found.content if found else Unit(name=unit)
    await duerp.describe(content.model_copy(update={"scale": chosen}), found)
