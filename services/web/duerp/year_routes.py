"""The pages of the yearly update: each line asked about with last year's words beside it; what is due by which day."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from services.web.conflicts import STALE, Conflict
from services.web.duerp.unit_entries import unit_name
from services.web.duerp.views import may_keep
from services.web.duerp.year_conflicts import conflicts_of, left_behind
from services.web.duerp.year_views import answers_of, question_of, refusals_of, reminder_address
from services.web.http.languages import language_of
from services.web.http.rendering import Pages, Templates
from services.web.sign_in.visitors import AllVisitors, Visitor
from shared.client import Problem, UnitDuerp
from shared.http_api.duerp.year import Asked, YearQuery, YearView

router = APIRouter(prefix="/duerp/{unit}")

_SEE_OTHER = 303
_NOT_FOUND = 404
_UNPROCESSABLE = 422
_AT_ONCE = 20
"""Lines on a page: more are too many to read before they are sent."""
_MOST_ASKED = 500


@router.get("/year")
async def year(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    work_unit: UUID | None = None,
    everything: bool = False,
    skip: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> HTMLResponse:
    """The newest cycle: how far it has come, and lines to answer with what they said last year."""
    query = YearQuery(work_unit=work_unit, everything=everything, skip=skip, limit=_AT_ONCE)
    async with visitors.visit(request) as visitor:
        return await _page(request, pages, visitor, unit, query)


@router.post("/year")
async def begin(
    request: Request, visitors: AllVisitors, unit: str, number: Annotated[int, Form(alias="year", ge=1990, le=2199)]
) -> Response:
    """Begin the update of a year."""
    async with visitors.visit(request) as visitor:
        await visitor.client.duerp(unit).year.open(number)
    return RedirectResponse(f"/duerp/{unit}/year", _SEE_OTHER)


@router.post("/year/answers")
async def answer(request: Request, pages: Pages, visitors: AllVisitors, unit: str) -> Response:
    """Send the answers that were given; a line whose answer was not taken comes back with why, and what was typed."""
    form = await request.form()
    typed = {name: value for name, value in form.items() if isinstance(value, str)}
    async with visitors.visit(request) as visitor:
        problem, refused = None, {}
        try:
            if answers := answers_of(typed):
                number = int(typed.get("year", "0"))
                refused = refusals_of(await visitor.client.duerp(unit).year.answer(number, answers))
        except (ValidationError, ValueError):
            problem = pages.translator(language_of(request))("year.unreadable")
        except Problem as error:
            problem = error.detail
        if problem or refused:
            query = YearQuery(limit=_AT_ONCE)
            language, duerp = language_of(request), visitor.client.duerp(unit)
            words = pages.translator(language), pages.words(language)
            conflicts = await conflicts_of(duerp, refused, typed, *words)
            values: dict[str, Any] = {"problem": problem, "refused": refused, "typed": typed, "conflicts": conflicts}
            status = STALE if conflicts else _UNPROCESSABLE
            return await _page(request, pages, visitor, unit, query, status=status, **values)
    return RedirectResponse(f"/duerp/{unit}/year", _SEE_OTHER)


@router.get("/reminders")
async def reminders(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, days: Annotated[int, Query(ge=0, le=3_660)] = 90
) -> HTMLResponse:
    """What is to be done by which day; what is late is shown however few days are asked for."""
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        found, name = await duerp.year.reminders(days), await unit_name(duerp, unit)
    rows = [(each, reminder_address(each, unit)) for each in found.reminders]
    return pages.page(request, "duerp/reminders.html", unit=unit, unit_name=name, rows=rows, days=days)


async def _page(
    request: Request,
    pages: Templates,
    visitor: Visitor,
    unit: str,
    query: YearQuery,
    *,
    status: int = 200,
    conflicts: Mapping[str, Conflict] = MappingProxyType({}),
    **values: Any,
) -> HTMLResponse:
    duerp = visitor.client.duerp(unit)
    cycle: YearView | None = None
    try:
        cycle = await duerp.year.view(query)
    except Problem as error:
        if error.status != _NOT_FOUND:
            raise
    asked = await _asked(duerp, cycle, conflicts) if cycle else []
    questions = [question_of(each, unit, language_of(request)) for each in asked]
    shown: dict[str, Any] = {
        "unit_name": await unit_name(duerp, unit),
        "cycle": cycle,
        "query": query,
        "questions": questions,
        "conflicts": conflicts,
        "left": left_behind(conflicts, questions),
        "next_year": _next(cycle),
        "may_keep": may_keep(await visitor.client.me(), unit),
        "problem": None,
        "refused": {},
        "typed": {},
    }
    return pages.page(request, "duerp/year.html", status=status, unit=unit, **(shown | values))


async def _asked(duerp: UnitDuerp, cycle: YearView, conflicts: Mapping[str, Conflict]) -> list[Asked]:
    """Return the lines that are shown: those first that a conflict is about, also where the other one answered them."""
    if not conflicts:
        return cycle.asked
    everything = await duerp.year.view(YearQuery(year=cycle.year, everything=True, limit=_MOST_ASKED))
    contested = [each for each in everything.asked if str(each.line) in conflicts]
    return contested + [each for each in cycle.asked if str(each.line) not in conflicts]


def _next(cycle: YearView | None) -> int:
    """Return the year that may be begun: after the last one, this one at least."""
    this = date.today().year  # noqa: DTZ011 (what the person's calendar says is a matter of hours once a year)
    return max(this, cycle.year + 1) if cycle else this
