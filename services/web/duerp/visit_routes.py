"""The review of a work unit or a room on paper: what to look at on the visit, the gravest first, with room to write."""

import asyncio
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.web.duerp.reviewing import by_severity
from services.web.duerp.unit_entries import all_of, unit_name
from services.web.http.languages import language_of
from services.web.http.rendering import Pages, Templates
from services.web.sign_in.visitors import AllVisitors, Visitor
from shared.client import UnitDuerp
from shared.http_api.duerp.lines import Line, SharedLine
from shared.http_api.duerp.programme import Action
from shared.http_api.duerp.unit import Element, WorkUnit

router = APIRouter(prefix="/duerp/{unit}")


@router.get("/work-units/{work_unit}/visit")
async def visit_work_unit(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, work_unit: UUID
) -> HTMLResponse:
    """What the review points out about a work unit, its risks, its elements and their actions."""
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        found, lines, shared, elements = await asyncio.gather(
            duerp.find(WorkUnit, work_unit), all_of(duerp, Line), all_of(duerp, SharedLine), all_of(duerp, Element)
        )
        here = {work_unit, *found.content.elements}
        here |= {each.id for each in lines if each.content.work_unit == work_unit}
        here |= {each.id for each in shared if each.content.work_units is None or work_unit in each.content.work_units}
        here |= {each.id for each in elements if work_unit in each.content.work_units}
        return await _page(request, pages, visitor, unit, found.content.name, here)


@router.get("/elements/{element}/visit")
async def visit_element(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, element: UUID
) -> HTMLResponse:
    """What the review points out about a room or a machine, what is in it, and the risks that hang on them."""
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        found, lines, elements = await asyncio.gather(
            duerp.find(Element, element), all_of(duerp, Line), all_of(duerp, Element)
        )
        inside = {element, *(each.id for each in elements if each.content.within == element)}
        here = inside | {each.id for each in lines if inside & set(each.content.elements)}
        return await _page(request, pages, visitor, unit, found.content.name, here)


async def _page(
    request: Request, pages: Templates, visitor: Visitor, unit: str, title: str, here: set[UUID]
) -> HTMLResponse:
    duerp = visitor.client.duerp(unit)
    review, actions, name = await asyncio.gather(duerp.review(), _actions(duerp, here), unit_name(duerp, unit))
    concerned = here | set(actions)
    findings = [each for each in review.findings if each.about in concerned and each.dismissed is None]
    values: dict[str, Any] = {
        "title": title,
        "unit_name": name,
        "severities": by_severity(findings, unit, language_of(request)),
    }
    return pages.page(request, "duerp/visit.html", unit=unit, **values)


async def _actions(duerp: UnitDuerp, lines: Iterable[UUID]) -> list[UUID]:
    served = set(lines)
    return [each.id for each in await all_of(duerp, Action) if served & set(each.content.lines)]
