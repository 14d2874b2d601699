"""The page of a DUERP for the laboratory council, to be printed."""

import asyncio
from contextlib import aclosing
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.web.duerp.council import asked_of, done_of, highest_risks, levels_of, not_done_of, since_of
from services.web.duerp.unit_entries import all_of, scale_of, unit_name
from services.web.http.rendering import Pages
from services.web.sign_in.visitors import AllVisitors
from shared.client import UnitDuerp
from shared.http_api.duerp.lines import Line, SharedLine, SharedRating
from shared.http_api.duerp.programme import Action
from shared.http_api.duerp.unit import WorkUnit
from shared.http_api.duerp.versions import VersionView

router = APIRouter(prefix="/duerp/{unit}")


@router.get("/council")
async def council(request: Request, pages: Pages, visitors: AllVisitors, unit: str) -> HTMLResponse:
    """The DUERP on one page: its figures, the highest risks, the year's programme, what is asked, what has changed."""
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        name, version, values, assessed = await asyncio.gather(
            unit_name(duerp, unit), _last_version(duerp), _told(duerp), _assessed(duerp)
        )
        review = await duerp.review() if version else None
    lines, shared = assessed["lines"], assessed["shared"]
    names = {each.id: each.content.name for each in assessed["work_units"]}
    values |= {
        "unit_name": name,
        "work_units": len(names),
        "lines": len(lines) + len(shared),
        "risks": highest_risks(lines, shared, assessed["ratings"], names, assessed["scale"]),
        "version": version,
        "since": since_of([*lines, *shared], review.findings, version.frozen_at) if version and review else None,
        "law": [each.before.article for each in review.law] if review else [],
    }
    return pages.page(request, "duerp/council.html", unit=unit, **values)


async def _told(duerp: UnitDuerp) -> dict[str, Any]:
    """Return the figures, and what was done, not done and is to be decided of the programme."""
    figures, programme, actions = await asyncio.gather(
        duerp.figures.all(), duerp.figures.programme(), all_of(duerp, Action)
    )
    return {
        "levels": levels_of(figures),
        "programme": programme,
        "done": done_of(programme),
        "not_done": not_done_of(programme),
        "asked": asked_of(actions),
    }


async def _assessed(duerp: UnitDuerp) -> dict[str, Any]:
    lines, shared, ratings, work_units, scale = await asyncio.gather(
        all_of(duerp, Line),
        all_of(duerp, SharedLine),
        all_of(duerp, SharedRating),
        all_of(duerp, WorkUnit),
        scale_of(duerp),
    )
    return {"lines": lines, "shared": shared, "ratings": ratings, "work_units": work_units, "scale": scale}


async def _last_version(duerp: UnitDuerp) -> VersionView | None:
    async with aclosing(duerp.versions()) as versions:
        return await anext(versions, None)
