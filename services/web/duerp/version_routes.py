"""The pages of frozen versions: one to read with its seal checked, two side by side, an extract for a former worker."""

import asyncio
from contextlib import aclosing
from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.web.duerp.files import MEDIA_TYPES, attached
from services.web.duerp.unit_entries import all_of
from services.web.duerp.version_changes import compared
from services.web.duerp.version_views import read_version
from services.web.http.languages import language_of
from services.web.http.rendering import Pages, Templates, shown_day
from services.web.sign_in.visitors import AllVisitors, Visitor
from shared.client import Problem, UnitDuerp
from shared.http_api.duerp.exports import ExportFormat, ExportView
from shared.http_api.duerp.unit import WorkUnit
from shared.http_api.duerp.versions import VersionView
from shared.language.names import one_line

router = APIRouter(prefix="/duerp/{unit}")

_SEE_OTHER = 303
_NOT_FOUND = 404
_UNPROCESSABLE = 422
_WAITS_S = 2
_EXTRACTED = [each for each in ExportFormat if each is not ExportFormat.JSON]
_MOST_NAMES = 50

Sequence = Annotated[int, Query(ge=1, le=2**31 - 1)]


@router.get("/versions/{sequence}")
async def version(request: Request, pages: Pages, visitors: AllVisitors, unit: str, sequence: int) -> HTMLResponse:
    """A frozen version to read, its seal computed again; one that is not what was frozen is not shown."""
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        every, seal = await asyncio.gather(all_versions(duerp), duerp.verify())
        about = next((each for each in every if each.sequence == sequence), None)
        if about is None:
            return pages.page(request, "missing.html", status=_NOT_FOUND)
        found, problem = await _read(duerp, about, language_of(request))
    values: dict[str, Any] = {
        "about": about,
        "faults": next((each.faults for each in seal.faults if each.sequence == sequence), []),
        "earlier": [each for each in every if each.sequence < sequence],
        "later": min((each.sequence for each in every if each.sequence > sequence), default=None),
        "found": found,
        "problem": problem,
    }
    return pages.page(request, "duerp/version.html", unit=unit, formats=list(MEDIA_TYPES), **values)


async def _read(duerp: UnitDuerp, about: VersionView, language: str) -> tuple[Any, str | None]:
    """Return what a version says, or why the gateway does not show it."""
    try:
        return read_version(await duerp.version(about.sequence), language), None
    except Problem as problem:
        return None, problem.detail


@router.get("/comparison")
async def comparison(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, before: Sequence, after: Sequence
) -> HTMLResponse:
    """Two versions side by side, entry by entry; the earlier one stands first, whichever was named so."""
    first, last = sorted((before, after))
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        old, new, every = await asyncio.gather(duerp.version(first), duerp.version(last), all_versions(duerp))
    language = language_of(request)
    found = compared(old, new, language, pages.words(language), partial(shown_day, language))
    return pages.page(
        request, "duerp/comparison.html", unit=unit, old=old, new=new, found=found, versions=list(reversed(every))
    )


@router.get("/extract")
async def extract(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    work_unit: Annotated[list[str] | None, Query(max_length=_MOST_NAMES)] = None,
    former: Annotated[str, Query(max_length=4_000)] = "",
    since: Annotated[str, Query(max_length=10)] = "",
    until: Annotated[str, Query(max_length=10)] = "",
    kind: Annotated[ExportFormat, Query(alias="format")] = ExportFormat.PDF,
) -> Response:
    """What a worker or former worker may ask for: of the versions of their period, their work units alone.

    Asked with a day, it is the file; without one, or with what cannot be, the form.
    """
    chosen = list(work_unit or [])
    typed = {"chosen": chosen, "former": former, "since": since, "until": until, "format": kind}
    async with visitors.visit(request) as visitor:
        if not since:
            return await _extract_page(request, pages, visitor, unit, typed)
        days = [_day(each) for each in (since, until)]
        names = [*chosen, *filter(None, map(one_line, former.splitlines()))]
        if days[0] is None or (until and days[1] is None) or not names:
            wrong = pages.translator(language_of(request))("versions.extract-wrong")
            return await _extract_page(request, pages, visitor, unit, typed, wrong)
        try:
            found = await visitor.client.duerp(unit).ask_extract(names, days[0], days[1], kind, wait_s=_WAITS_S)
        except Problem as problem:
            return await _extract_page(request, pages, visitor, unit, typed, problem.detail)
    if isinstance(found, ExportView):
        return RedirectResponse(f"/duerp/{unit}/exports/{found.id}", _SEE_OTHER)
    return attached(found, f"DUERP-{unit}-{since}.zip", "application/zip")


async def _extract_page(
    request: Request,
    pages: Templates,
    visitor: Visitor,
    unit: str,
    typed: dict[str, Any],
    problem: str | None = None,
) -> HTMLResponse:
    duerp = visitor.client.duerp(unit)
    work_units, versions = await asyncio.gather(all_of(duerp, WorkUnit), all_versions(duerp))
    names = list(dict.fromkeys(one_line(each.content.name) for each in work_units))
    values = typed | {"names": names, "formats": _EXTRACTED, "versions": versions, "problem": problem}
    return pages.page(request, "duerp/extract.html", unit=unit, status=_UNPROCESSABLE if problem else 200, **values)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


async def all_versions(duerp: UnitDuerp) -> list[VersionView]:
    """Return the versions of a unit, newest first."""
    async with aclosing(duerp.versions()) as versions:
        return [each async for each in versions]
