"""Figures of one DUERP, as data and as pictures, and statistics of a delegation's over HTTP."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.gateway.duerp.entry_routes import AtDesk
from services.gateway.duerp.figures.assessed import Counts
from services.gateway.duerp.figures.model import figures
from services.gateway.duerp.figures.picture import svg
from services.gateway.duerp.figures.service import StatisticsService
from services.gateway.duerp.figures.statistics import statistics
from services.gateway.http.dependencies import Caller, provided
from services.gateway.http.problems import language_of
from shared.clock import utc_now
from shared.http_api.duerp.figures import FigureName, Figures, Statistics, StatisticsQuery

router = APIRouter(prefix="/v1/duerp/{unit}/figures", tags=["duerp"])
statistics_router = APIRouter(prefix="/v1/duerp-statistics", tags=["duerp"])

AllStatistics = Annotated[StatisticsService, Depends(provided(StatisticsService))]


@router.get("")
async def of_unit(request: Request, desk: AtDesk) -> Figures:
    """Tell the DUERP in figures: matrix, levels by work unit, families, progress of actions, exposures by sex.

    A number that would tell of fewer than five people is null.
    """
    counts = Counts(await desk.entries())
    found = await asyncio.to_thread(figures, counts, language_of(request))
    return Figures(unit=desk.unit, url=f"/v1/duerp/{desk.unit}/figures", figures=found)


@router.get("/{figure}.svg", response_class=Response, responses={200: {"content": {"image/svg+xml": {}}}})
async def picture(request: Request, desk: AtDesk, figure: FigureName) -> Response:
    """Draw a figure: an SVG with a title and a description of all its numbers."""
    counts = Counts(await desk.entries())
    found = await asyncio.to_thread(figures, counts, language_of(request))
    drawn = next(each for each in found if each.id == figure)
    return Response(svg(drawn), media_type="image/svg+xml")


@statistics_router.get("/{delegation}")
async def of_delegation(
    request: Request,
    caller: Caller,
    everything: AllStatistics,
    delegation: str,
    query: Annotated[StatisticsQuery, Query()],
) -> Statistics:
    """Tell a delegation's advisor the latest versions of its units in figures.

    What would tell of fewer than five people is left out before anything is summed: no difference of two numbers, of
    two days or of two tables tells it. A unit belongs to the delegation that its description names.
    """
    on = query.on or utc_now().date()
    units = await everything.units(caller, delegation, on)
    return Statistics(
        delegation=delegation,
        on=on,
        units=sum(unit.is_told for unit in units),
        left_out=sum(not unit.is_told for unit in units),
        figures=statistics(units, language_of(request)),
    )
