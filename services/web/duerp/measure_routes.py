"""The page of a line's existing measures, each a row, and of the people whom it exposes."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.web.duerp.measures import COUNTS, Unreadable, people_of, rows_of, said_of, typed_again
from services.web.duerp.views import may_keep
from services.web.http.rendering import Pages, Templates
from services.web.sign_in.visitors import AllVisitors, Visitor
from shared.client import Problem
from shared.http_api.duerp.entries import Entry
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.unit import PeopleStatus

router = APIRouter(prefix="/duerp/{unit}/lines/{line}/measures")

_SEE_OTHER = 303
_CONFLICT = 412
_UNPROCESSABLE = 422


@router.get("")
async def measures(request: Request, pages: Pages, visitors: AllVisitors, unit: str, line: UUID) -> Response:
    """The measures that are there and the people exposed, to be changed; who only reads is led to the line."""
    async with visitors.visit(request) as visitor:
        found = await visitor.client.duerp(unit).find(Line, line)
        if not may_keep(await visitor.client.me(), unit):
            return RedirectResponse(f"/duerp/{unit}/lines/{line}", _SEE_OTHER)
    return _page(request, pages, found)


@router.post("")
async def change_measures(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    line: UUID,
    revision: Annotated[int, Form(ge=1)],
) -> Response:
    """Change a line's measures and people; what cannot be kept comes back as it was typed."""
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        found = await duerp.find(Line, line)
        try:
            content = said_of(found.content, form)
            await duerp.replace(found.model_copy(update={"revision": revision}), content)
        except Unreadable as error:
            shown = found.model_copy(update={"revision": revision})
            return _page(request, pages, shown, form, status=_UNPROCESSABLE, wrong=list(error.fields))
        except Problem as problem:
            return await _refused(request, pages, visitor, found, form, problem)
    return RedirectResponse(f"/duerp/{unit}/lines/{line}?saved=1", _SEE_OTHER)


async def _refused(
    request: Request, pages: Templates, visitor: Visitor, line: Entry[Line], form: dict[str, str], problem: Problem
) -> HTMLResponse:
    """Show what could not be saved; after a conflict with the measures of the other person beside it."""
    if problem.status != _CONFLICT:
        return _page(request, pages, line, form, status=problem.status, problem=problem.detail)
    newest = await visitor.client.duerp(line.unit).find(Line, line.id)
    return _page(request, pages, newest, form, status=_CONFLICT, conflict=True)


def _page(
    request: Request,
    pages: Templates,
    line: Entry[Line],
    form: dict[str, str] | None = None,
    *,
    status: int = 200,
    **values: Any,
) -> HTMLResponse:
    rows, people = typed_again(form) if form else (rows_of(line.content.measures), people_of(line.content.exposed))
    shown: dict[str, Any] = {"wrong": [], "problem": None, "conflict": False}
    shown |= {"rows": rows, "people": people, "statuses": [each.value for each in PeopleStatus], "counts": COUNTS}
    return pages.page(request, "duerp/measures.html", status=status, unit=line.unit, line=line, **(shown | values))
