"""The pages of a unit as a whole: its description, its scale, what is said of families, figures, freezing, printing."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.web.duerp.figures import COLUMN, HEAD, LABEL, ROW, matrix_of
from services.web.duerp.unit_entries import all_of, scale_of, unit_name
from services.web.duerp.views import may_keep, row_of, shared_row_of
from services.web.http.languages import language_of
from services.web.http.rendering import Key, Pages
from services.web.sign_in.visitors import AllVisitors
from shared.client import UnitDuerp
from shared.duerp.families import family_labels
from shared.http_api.duerp.lines import Line, SharedLine
from shared.http_api.duerp.unit import Unit, WorkUnit
from shared.http_api.duerp.versions import FreezeBody

router = APIRouter(prefix="/duerp/{unit}")

_SEE_OTHER = 303
_MOST_NAMED = 50


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
    key: Key = "",
) -> Response:
    """Freeze the DUERP as it is, for good; `participants` are one a line, `key` makes a double click one version."""
    named = [each.strip() for each in participants.splitlines() if each.strip()]
    body = FreezeBody(title=title, participants=named, note=note.strip())
    async with visitors.visit(request) as visitor:
        await visitor.client.duerp(unit).freeze(body, idempotency_key=key or None)
    return RedirectResponse(f"/duerp/{unit}#versions", _SEE_OTHER)


async def _describe_scale(duerp: UnitDuerp, unit: str, chosen: UUID) -> None:
    found = await duerp.described()
    content = found.content if found else Unit(name=unit)
    await duerp.describe(content.model_copy(update={"scale": chosen}), found)
