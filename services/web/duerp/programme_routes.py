"""The pages of a year's programme and of figures, and the statistics of a delegation."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from services.web.duerp.unit_entries import unit_name
from services.web.http.rendering import Pages
from services.web.sign_in.visitors import AllVisitors
from shared.http_api.duerp.figures import FigureName

router = APIRouter(prefix="/duerp")


@router.get("/statistics/{delegation}")
async def statistics(request: Request, pages: Pages, visitors: AllVisitors, delegation: str) -> HTMLResponse:
    """The latest versions of a delegation's units in figures, for who advises it."""
    async with visitors.visit(request) as visitor:
        found = await visitor.client.duerp_statistics(delegation)
    return pages.page(request, "duerp/statistics.html", found=found)


@router.get("/{unit}/programme")
async def programme(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    year: Annotated[int | None, Query(ge=1990, le=2199)] = None,
) -> HTMLResponse:
    """The year's actions with what the law wants of each, planned against done, and what was not done and why."""
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        found, name = await asyncio.gather(duerp.figures.programme(year), unit_name(duerp, unit))
    values: dict[str, Any] = {"found": found, "unit_name": name}
    return pages.page(request, "duerp/programme.html", unit=unit, **values)


@router.get("/{unit}/charts")
async def charts(request: Request, pages: Pages, visitors: AllVisitors, unit: str) -> HTMLResponse:
    """All figures, each as a picture with its table beside it."""
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        found, name = await asyncio.gather(duerp.figures.all(), unit_name(duerp, unit))
    return pages.page(request, "duerp/charts.html", unit=unit, unit_name=name, found=found)


@router.get("/{unit}/charts/{figure}.svg")
async def picture(request: Request, visitors: AllVisitors, unit: str, figure: FigureName) -> Response:
    """A figure as the gateway draws it."""
    async with visitors.visit(request) as visitor:
        content = await visitor.client.duerp(unit).figures.picture(figure)
    return Response(content, media_type="image/svg+xml")
