"""The page of the people of a unit, or of one of its work units: numbers by status and sex, no names."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.web.conflicts import STALE, ChangedMeanwhile, Conflict, conflict_with, only_one_says, watched
from services.web.duerp.people import COUNTS, STATUSES, headcounts_of, people_of, people_words, typed_people
from services.web.duerp.views import may_keep
from services.web.http.languages import language_of
from services.web.http.rendering import Pages, Templates
from services.web.sign_in.visitors import AllVisitors
from shared.client import Problem
from shared.http_api.duerp.entries import Entry
from shared.http_api.duerp.unit import Headcount, WorkUnit

router = APIRouter(prefix="/duerp/{unit}")

Revision = Annotated[int, Form(ge=1)]

_SEE_OTHER = 303
_UNPROCESSABLE = 422


@router.get("/people")
async def unit_people(request: Request, pages: Pages, visitors: AllVisitors, unit: str) -> Response:
    """The unit's people; the unit is described first, and who only reads finds them with its description."""
    async with visitors.visit(request) as visitor:
        found = await visitor.client.duerp(unit).described()
        if found is None or not may_keep(await visitor.client.me(), unit):
            return RedirectResponse(_description(unit), _SEE_OTHER)
    return _page(request, pages, found, _description(unit))


@router.post("/people")
async def change_unit_people(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, revision: Revision
) -> Response:
    """Change the unit's people; what cannot be kept comes back as it was typed."""
    form, back = await _typed(request), _description(unit)
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        read = (await duerp.description()).model_copy(update={"revision": revision})
        people, wrong = _told(form)
        if wrong:
            return _page(request, pages, read, back, form, status=_UNPROCESSABLE, wrong=wrong)
        try:
            async with watched(duerp.description):
                await duerp.describe(read.content.model_copy(update={"people": people}), read)
        except (ChangedMeanwhile, Problem) as error:
            return _refused(request, pages, read, back, form, people, error)
    return RedirectResponse(back, _SEE_OTHER)


@router.get("/work-units/{work_unit}/people")
async def work_unit_people(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, work_unit: UUID
) -> Response:
    """The people of a work unit; who only reads is led to it."""
    async with visitors.visit(request) as visitor:
        found = await visitor.client.duerp(unit).find(WorkUnit, work_unit)
        if not may_keep(await visitor.client.me(), unit):
            return RedirectResponse(_work_unit(unit, work_unit), _SEE_OTHER)
    return _page(request, pages, found, _work_unit(unit, work_unit))


@router.post("/work-units/{work_unit}/people")
async def change_work_unit_people(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, work_unit: UUID, revision: Revision
) -> Response:
    """Change the people of a work unit; what cannot be kept comes back as it was typed."""
    form, back = await _typed(request), _work_unit(unit, work_unit)
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        read = (await duerp.find(WorkUnit, work_unit)).model_copy(update={"revision": revision})
        people, wrong = _told(form)
        if wrong:
            return _page(request, pages, read, back, form, status=_UNPROCESSABLE, wrong=wrong)
        try:
            async with watched(lambda: duerp.find(WorkUnit, work_unit)):
                await duerp.replace(read, read.content.model_copy(update={"people": people}))
        except (ChangedMeanwhile, Problem) as error:
            return _refused(request, pages, read, back, form, people, error)
    return RedirectResponse(f"{back}?saved=1", _SEE_OTHER)


def _description(unit: str) -> str:
    return f"/duerp/{unit}/description"


def _work_unit(unit: str, work_unit: UUID) -> str:
    return f"/duerp/{unit}/work-units/{work_unit}"


async def _typed(request: Request) -> dict[str, str]:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


def _told(form: dict[str, str]) -> tuple[list[Headcount], list[str]]:
    """Return the people that a form tells, and the fields that are no number."""
    wrong: list[str] = []
    return headcounts_of(form, wrong), wrong


def _refused(
    request: Request,
    pages: Templates,
    read: Entry[Any],
    back: str,
    form: dict[str, str],
    people: list[Headcount],
    error: ChangedMeanwhile | Problem,
) -> HTMLResponse:
    if isinstance(error, Problem):
        return _page(request, pages, read, back, form, status=error.status, problem=error.detail)
    language = language_of(request)
    t, say = pages.translator(language), pages.words(language)
    rows = (people_words(each, say, t) for each in (people, error.newest.content.people))
    conflict = conflict_with(error.newest, _address(back), [only_one_says(t("people-of.title"), *rows)])
    return _page(request, pages, error.newest, back, form, status=STALE, conflict=conflict)


def _address(back: str) -> str:
    """Return where the people are whose page leads back there."""
    return f"{back.removesuffix('/description')}/people"


def _page(
    request: Request,
    pages: Templates,
    found: Entry[Any],
    back: str,
    form: dict[str, str] | None = None,
    *,
    status: int = 200,
    problem: str | None = None,
    wrong: list[str] | None = None,
    conflict: Conflict | None = None,
) -> HTMLResponse:
    people = typed_people(form) if form else people_of(found.content.people)
    values: dict[str, Any] = {"found": found, "back": back, "action": _address(back), "people": people}
    values |= {"statuses": STATUSES, "counts": COUNTS}
    values |= {"problem": problem, "wrong": wrong or [], "conflict": conflict}
    return pages.page(request, "duerp/people.html", status=status, unit=found.unit, **values)
