"""Pages for paper: a work unit, a room or a machine, with their risks, what is there and what is to be done."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.web.duerp.unit_entries import all_of, unit_name
from services.web.duerp.views import row_of, shared_row_of
from services.web.http.languages import language_of
from services.web.http.rendering import Pages
from services.web.sign_in.visitors import AllVisitors
from shared.client import UnitDuerp
from shared.http_api.duerp.lines import Line, SharedLine
from shared.http_api.duerp.programme import Action
from shared.http_api.duerp.unit import Element, WorkUnit

router = APIRouter(prefix="/duerp/{unit}")


@router.get("/work-units/{work_unit}/print")
async def print_work_unit(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, work_unit: UUID
) -> HTMLResponse:
    """A work unit on paper: its elements, its risks, what is there and what is to be done."""
    async with visitors.visit(request) as visitor:
        found = await visitor.client.duerp(unit).find(WorkUnit, work_unit)
        values = await _printed(visitor.client.duerp(unit), unit, language_of(request), pages)
    lines = [each for each in values["lines"] if each.content.work_unit == work_unit]
    shared = [
        each for each in values["shared"] if each.content.work_units is None or work_unit in each.content.work_units
    ]
    elements = [
        each for each in values["elements"] if work_unit in each.content.work_units or each.id in found.content.elements
    ]
    shown = values | {"lines": lines, "shared": shared, "elements": elements}
    return pages.page(request, "duerp/print.html", unit=unit, title=found.content.name, about=found.content, **shown)


@router.get("/elements/{element}/print")
async def print_element(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, element: UUID
) -> HTMLResponse:
    """A room or a machine on paper: the risks that hang on it or on what is in it."""
    async with visitors.visit(request) as visitor:
        found = await visitor.client.duerp(unit).find(Element, element)
        values = await _printed(visitor.client.duerp(unit), unit, language_of(request), pages)
    inside = {element, *(each.id for each in values["elements"] if each.content.within == element)}
    lines = [each for each in values["lines"] if inside & set(each.content.elements)]
    elements = [each for each in values["elements"] if each.content.within == element]
    shown = values | {"lines": lines, "shared": [], "elements": elements}
    return pages.page(request, "duerp/print.html", unit=unit, title=found.content.name, about=found.content, **shown)


async def _printed(duerp: UnitDuerp, unit: str, language: str, pages: Pages) -> dict[str, Any]:
    lines, shared, elements, actions, work_units, name = await asyncio.gather(
        all_of(duerp, Line),
        all_of(duerp, SharedLine),
        all_of(duerp, Element),
        all_of(duerp, Action),
        all_of(duerp, WorkUnit),
        unit_name(duerp, unit),
    )
    names = {each.id: each.content.name for each in work_units}
    everywhere = pages.translator(language)("duerp.all-work-units")
    return {
        "lines": lines,
        "shared": shared,
        "elements": elements,
        "unit_name": name,
        "rows": {each.id: row_of(each, names, language) for each in lines}
        | {each.id: shared_row_of(each, names, everywhere, language) for each in shared},
        "actions": [each for each in actions if each.content.closed is None],
    }


def _holds_in(line: SharedLine, work_unit: UUID) -> bool:
    return line.work_units is None or work_unit in line.work_units
