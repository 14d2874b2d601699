"""The page of a unit's employers, sites and bodies to consult."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.web.duerp.parties import Unreadable, rows_of, said_of, typed_again
from services.web.duerp.views import may_keep
from services.web.http.rendering import Pages, Templates
from services.web.sign_in.visitors import AllVisitors
from shared.client import Problem
from shared.http_api.duerp.entries import Entry
from shared.http_api.duerp.unit import Unit

router = APIRouter(prefix="/duerp/{unit}/parties")

_SEE_OTHER = 303
_CONFLICT = 412
_UNPROCESSABLE = 422


@router.get("")
async def parties(request: Request, pages: Pages, visitors: AllVisitors, unit: str) -> Response:
    """Who employs and hosts the unit, where, and whom it consults; described first, where nobody has yet."""
    async with visitors.visit(request) as visitor:
        found = await visitor.client.duerp(unit).described()
        if found is None or not may_keep(await visitor.client.me(), unit):
            return RedirectResponse(f"/duerp/{unit}/description", _SEE_OTHER)
    return _page(request, pages, found)


@router.post("")
async def change_parties(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, revision: Annotated[int, Form(ge=1)]
) -> Response:
    """Change employers, sites and bodies; what cannot be kept comes back as it was typed."""
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        found = await duerp.description()
        read = found.model_copy(update={"revision": revision})
        try:
            await duerp.describe(said_of(found.content, form), read)
        except Unreadable as error:
            return _page(request, pages, read, form, status=_UNPROCESSABLE, wrong=list(error.fields))
        except Problem as problem:
            if problem.status != _CONFLICT:
                return _page(request, pages, read, form, status=problem.status, problem=problem.detail)
            return _page(request, pages, await duerp.description(), form, status=_CONFLICT, conflict=True)
    return RedirectResponse(f"/duerp/{unit}/description", _SEE_OTHER)


def _page(
    request: Request,
    pages: Templates,
    found: Entry[Unit],
    form: dict[str, str] | None = None,
    *,
    status: int = 200,
    **values: Any,
) -> HTMLResponse:
    shown: dict[str, Any] = {"wrong": [], "problem": None, "conflict": False}
    shown |= {"parts": typed_again(form) if form else rows_of(found.content)}
    return pages.page(request, "duerp/parties.html", status=status, unit=found.unit, found=found, **(shown | values))
