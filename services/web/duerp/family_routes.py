"""The page of the families of risks in a work unit: what is said of each, and that one was assessed without risk."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.web.conflicts import STALE, ChangedMeanwhile, conflict_with
from services.web.duerp.unit_entries import all_of, keep_statement
from services.web.duerp.views import families_of, finding_words, may_keep
from services.web.http.languages import language_of
from services.web.http.rendering import Pages, Templates
from services.web.sign_in.visitors import AllVisitors, Visitor
from shared.http_api.duerp.lines import Finding, Statement
from shared.http_api.duerp.unit import WorkUnit

router = APIRouter(prefix="/duerp/{unit}/work-units/{work_unit}/families")

_SEE_OTHER = 303


@router.get("")
async def families(request: Request, pages: Pages, visitors: AllVisitors, unit: str, work_unit: UUID) -> HTMLResponse:
    """What is said of each family of risks in a work unit: its lines, no risk with the reason, or nothing yet."""
    async with visitors.visit(request) as visitor:
        return await _page(request, pages, visitor, unit, work_unit)


@router.post("")
async def state_family(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    work_unit: UUID,
    family: Annotated[str, Form(max_length=60)],
    finding: Annotated[Finding, Form()],
    revision: Annotated[int, Form(ge=0)],
    reason: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Say of a family that it was assessed and has no risk here, and why; or that it is not assessed.

    Args:
        revision: of what was said of it when the page was read; 0: nothing.
    """
    said = Statement(work_unit=work_unit, family=family, finding=finding, reason=reason.strip())
    async with visitors.visit(request) as visitor:
        try:
            await keep_statement(visitor.client.duerp(unit), said, revision)
        except ChangedMeanwhile as changed:
            return await _page(request, pages, visitor, unit, work_unit, said, changed)
    return RedirectResponse(f"/duerp/{unit}/work-units/{work_unit}/families#{family}", _SEE_OTHER)


async def _page(
    request: Request,
    pages: Templates,
    visitor: Visitor,
    unit: str,
    work_unit: UUID,
    said: Statement | None = None,
    changed: ChangedMeanwhile | None = None,
) -> HTMLResponse:
    """Show what is said of the families; `said`: what could not be kept, since somebody `changed` it meanwhile."""
    duerp, language = visitor.client.duerp(unit), language_of(request)
    found, overview, statements, me = await asyncio.gather(
        duerp.find(WorkUnit, work_unit), duerp.overview(), all_of(duerp, Statement), visitor.client.me()
    )
    rows = families_of(work_unit, overview, statements, language)
    conflict, t = None, pages.translator(language)
    if said and changed:
        label = next((each.label for each in rows if each.id == said.family), said.family)
        both = [(label, finding_words(said, t), finding_words(changed.newest.content, t))]
        conflict = conflict_with(changed.newest, f"/duerp/{unit}/work-units/{work_unit}/families#{said.family}", both)
    values: dict[str, Any] = {
        "work_unit": found,
        "rows": rows,
        "may_keep": may_keep(me, unit),
        "conflict": conflict,
        "typed": {said.family: said.reason} if said else {},
    }
    status = STALE if conflict else 200
    return pages.page(request, "duerp/families.html", status=status, unit=unit, **values)
