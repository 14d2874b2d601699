"""The page of a unit's employers, sites, bodies to consult and functions of prevention."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.web.conflicts import STALE, ChangedMeanwhile, Conflict, conflict_with, only_one_says, watched
from services.web.duerp.parties import FIELDS, Unreadable, row_words, rows_of, said_of, typed_again
from services.web.duerp.views import may_keep
from services.web.http.languages import language_of
from services.web.http.rendering import Pages, Templates
from services.web.sign_in.visitors import AllVisitors
from shared.client import Problem
from shared.http_api.duerp.entries import Entry
from shared.http_api.duerp.unit import Duty, Unit

router = APIRouter(prefix="/duerp/{unit}/parties")

_SEE_OTHER = 303
_UNPROCESSABLE = 422


@router.get("")
async def parties(request: Request, pages: Pages, visitors: AllVisitors, unit: str) -> Response:
    """Who employs and hosts the unit, where, whom it consults, who holds which function; described first."""
    async with visitors.visit(request) as visitor:
        found = await visitor.client.duerp(unit).described()
        if found is None or not may_keep(await visitor.client.me(), unit):
            return RedirectResponse(f"/duerp/{unit}/description", _SEE_OTHER)
    return _page(request, pages, found)


@router.post("")
async def change_parties(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, revision: Annotated[int, Form(ge=1)]
) -> Response:
    """Change employers, sites, bodies and functions; what cannot be kept comes back as it was typed."""
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        read = (await duerp.description()).model_copy(update={"revision": revision})
        try:
            content = said_of(read.content, form)
            async with watched(duerp.description):
                await duerp.describe(content, read)
        except Unreadable as error:
            return _page(request, pages, read, form, status=_UNPROCESSABLE, wrong=list(error.fields))
        except ChangedMeanwhile as changed:
            told = _conflict(request, pages, content, changed.newest)
            return _page(request, pages, changed.newest, form, status=STALE, conflict=told)
        except Problem as problem:
            return _page(request, pages, read, form, status=problem.status, problem=problem.detail)
    return RedirectResponse(f"/duerp/{unit}/description", _SEE_OTHER)


def _conflict(request: Request, pages: Templates, yours: Unit, newest: Entry[Unit]) -> Conflict:
    language = language_of(request)
    t, say = pages.translator(language), pages.words(language)
    rows = zip(FIELDS, row_words(yours, say, t), row_words(newest.content, say, t), strict=True)
    said = [only_one_says(t(f"parties.{part}"), mine, theirs) for part, mine, theirs in rows]
    return conflict_with(newest, f"/duerp/{newest.unit}/parties", said)


def _page(
    request: Request,
    pages: Templates,
    found: Entry[Unit],
    form: dict[str, str] | None = None,
    *,
    status: int = 200,
    **values: Any,
) -> HTMLResponse:
    shown: dict[str, Any] = {"wrong": [], "problem": None, "conflict": None}
    shown |= {"duties": [each.value for each in Duty], "parts": typed_again(form) if form else rows_of(found.content)}
    return pages.page(request, "duerp/parties.html", status=status, unit=found.unit, found=found, **(shown | values))
