"""Lines moved to another work unit or shared by several, and a work unit copied, from the pages."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import StringConstraints

from services.web.http.rendering import Pages
from services.web.sign_in.visitors import AllVisitors
from shared.client import Problem, UnitDuerp
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.together import MOST_AT_ONCE, EntryOutcome, Named, Outcome, Together
from shared.http_api.duerp.unit import MOST
from shared.language.names import one_line

router = APIRouter(prefix="/duerp/{unit}")

_Read = Annotated[str, StringConstraints(pattern="^[0-9a-f-]{36}:[1-9][0-9]{0,8}$")]
_KEPT = frozenset({Outcome.DONE, Outcome.UNCHANGED})
_SEE_OTHER = 303
_REFUSED = 409


@router.post("/lines/move")
async def move(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    work_unit: Annotated[UUID, Form()],
    line: Annotated[list[_Read] | None, Form(max_length=MOST_AT_ONCE)] = None,
    why: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Move lines to a work unit; those that somebody has changed since they were read stay, and are told."""
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        told = await duerp.year.revise(Together.MOVE, _named(line), why.strip(), work_unit) if line else None
        left = [each for each in told.outcomes if each.outcome not in _KEPT] if told else []
        shown = [(each.id, await _name(duerp, each), each) for each in left]
    if not shown:
        return RedirectResponse(f"/duerp/{unit}/lines?work_unit={work_unit}", _SEE_OTHER)
    return pages.page(request, "duerp/together.html", status=_REFUSED, unit=unit, left=shown, problem=None)


@router.post("/lines/share")
async def share(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    line: Annotated[list[_Read] | None, Form(max_length=MOST)] = None,
) -> Response:
    """Make one line that work units share of several that say the same; the first one's words stay."""
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        try:
            named = _named(line)
            found = [(await duerp.find(Line, each.id)).model_copy(update={"revision": each.revision}) for each in named]
            view = await duerp.year.share(found) if found else None
        except Problem as problem:
            told = {"left": [], "problem": problem.detail}
            return pages.page(request, "duerp/together.html", status=problem.status, unit=unit, **told)
    return RedirectResponse(f"/duerp/{unit}/shared-lines/{view.line}" if view else f"/duerp/{unit}/lines", _SEE_OTHER)


@router.post("/work-units/{work_unit}/duplicate")
async def duplicate(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    work_unit: UUID,
    name: Annotated[str, Form(min_length=1, max_length=200)],
) -> Response:
    """Copy a work unit with its lines, which are proposed there, and open its lines."""
    async with visitors.visit(request) as visitor:
        try:
            view = await visitor.client.duerp(unit).year.duplicate(work_unit, name.strip())
        except Problem as problem:
            told = {"left": [], "problem": problem.detail}
            return pages.page(request, "duerp/together.html", status=problem.status, unit=unit, **told)
    return RedirectResponse(f"/duerp/{unit}/lines?work_unit={view.work_unit}", _SEE_OTHER)


def _named(lines: list[_Read] | None) -> list[Named]:
    """Return lines as they were read; each was sent as `id:revision`."""
    parted = (each.partition(":") for each in lines or ())
    return [Named(id=UUID(identity), revision=int(revision)) for identity, _, revision in parted]


async def _name(duerp: UnitDuerp, outcome: EntryOutcome) -> str:
    if outcome.outcome is Outcome.MISSING:
        return ""
    content = (await duerp.find(Line, outcome.id)).content
    return one_line(content.hazard or content.situation)
