"""The page of how a line that work units share is rated in one of them."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.web.conflicts import STALE, ChangedMeanwhile, Conflict, as_read, conflict_with, watched
from services.web.duerp.ratings import GROSS, RESIDUAL, HalfRated, asked_ratings
from services.web.duerp.shared_ratings import said_there
from services.web.duerp.unit_entries import all_of, scale_of
from services.web.duerp.views import axes_of, may_keep, rating_words
from services.web.http.languages import language_of
from services.web.http.rendering import Pages, Templates
from services.web.sign_in.visitors import AllVisitors, Visitor
from shared.client import Problem, UnitDuerp
from shared.http_api.duerp.entries import Entry, EntryQuery
from shared.http_api.duerp.lines import SharedLine, SharedRating
from shared.http_api.duerp.scales import Scale
from shared.http_api.duerp.unit import WorkUnit
from shared.language.names import shown_text

router = APIRouter(prefix="/duerp/{unit}/shared-lines/{line}/ratings/{work_unit}")

_SEE_OTHER = 303
_UNPROCESSABLE = 422


@router.get("")
async def rating(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, line: UUID, work_unit: UUID
) -> Response:
    """The rating there, to be given or changed; who only reads is led to the line."""
    async with visitors.visit(request) as visitor:
        if not may_keep(await visitor.client.me(), unit):
            return RedirectResponse(_line(unit, line), _SEE_OTHER)
        return await _page(request, pages, visitor, unit, line, work_unit)


@router.post("")
async def rate(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    line: UUID,
    work_unit: UUID,
    revision: Annotated[int, Form(ge=0)],
    comment: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Give a rating there, or change it; who comes second sees both and loses neither.

    Args:
        revision: of the rating that was read; 0: there was none.
    """
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        known, scale = await _known(duerp, line, work_unit), await scale_of(duerp)
        content = known.content if known else SharedRating(line=line, work_unit=work_unit)
        shown: dict[str, Any] = {"said": form}
        try:
            content = said_there(content, scale, form, comment)
            await _keep(duerp, known, content, revision)
        except ChangedMeanwhile as changed:
            told = _conflict(request, pages, content, changed.newest, scale)
            return await _page(request, pages, visitor, unit, line, work_unit, status=STALE, conflict=told, **shown)
        except HalfRated:
            problem = pages.translator(language_of(request))("duerp.half-rated")
            shown |= {"status": _UNPROCESSABLE, "problem": problem, "revision": revision}
            return await _page(request, pages, visitor, unit, line, work_unit, **shown)
        except Problem as error:
            shown |= {"status": error.status, "problem": error.detail, "revision": revision}
            return await _page(request, pages, visitor, unit, line, work_unit, **shown)
    return RedirectResponse(f"{_line(unit, line)}?saved=1#ratings", _SEE_OTHER)


async def _keep(duerp: UnitDuerp, known: Entry[SharedRating] | None, said: SharedRating, revision: int) -> None:
    read = as_read(known, revision)
    if read is None:
        await duerp.add(said)
        return
    async with watched(lambda: duerp.find(SharedRating, read.id)):
        await duerp.replace(read, said)


async def _known(duerp: UnitDuerp, line: UUID, work_unit: UUID) -> Entry[SharedRating] | None:
    found = await all_of(duerp, SharedRating, EntryQuery(work_unit=work_unit))
    return next((each for each in found if each.content.line == line), None)


def _conflict(
    request: Request, pages: Templates, yours: SharedRating, newest: Entry[Any], scale: Entry[Scale] | None
) -> Conflict:
    t, axes, theirs = pages.translator(language_of(request)), axes_of(scale), newest.content
    said = [
        (
            t(f"duerp.rating-{which}"),
            rating_words(getattr(yours, which), axes),
            rating_words(getattr(theirs, which), axes),
        )
        for which in (GROSS, RESIDUAL)
    ]
    said.append((t("duerp.comment"), shown_text(yours.comment), shown_text(theirs.comment)))
    return conflict_with(newest, f"{_line(newest.unit, theirs.line)}/ratings/{theirs.work_unit}", said)


async def _page(
    request: Request,
    pages: Templates,
    visitor: Visitor,
    unit: str,
    line: UUID,
    work_unit: UUID,
    *,
    status: int = 200,
    said: Mapping[str, str] | None = None,
    revision: int | None = None,
    **values: Any,
) -> HTMLResponse:
    """Show the form.

    Args:
        said: its fields as they were typed; revision: of what was read, where it is not the newest.
    """
    duerp = visitor.client.duerp(unit)
    shared, place = await duerp.find(SharedLine, line), await duerp.find(WorkUnit, work_unit)
    known, scale = await _known(duerp, line, work_unit), await scale_of(duerp)
    content = known.content if known else None
    former = {GROSS: content.gross if content else None, RESIDUAL: content.residual if content else None}
    newest = known.revision if known else 0
    shown: dict[str, Any] = {
        "line": shared,
        "place": place,
        "ratings": asked_ratings(scale, former) if scale else [],
        "comment": (said or {}).get("comment", content.comment if content else ""),
        "revision": newest if revision is None else revision,
        "said": said or {},
        "conflict": None,
        "problem": None,
    }
    return pages.page(request, "duerp/shared_rating.html", status=status, unit=unit, **(shown | values))


def _line(unit: str, line: UUID) -> str:
    return f"/duerp/{unit}/shared-lines/{line}"
