"""The page of the review: what rules point out, worked off by mending it or by closing it with a reason."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from services.web.conflicts import STALE, ChangedMeanwhile, watched
from services.web.duerp.review_conflicts import NOTHING, Mended, Typed, contested, require_as_read
from services.web.duerp.reviewing import by_severity, closed_findings
from services.web.duerp.unit_entries import unit_name
from services.web.duerp.views import may_keep
from services.web.http.languages import language_of
from services.web.http.rendering import Pages, Templates
from services.web.sign_in.visitors import AllVisitors, Visitor
from shared.client import Problem
from shared.http_api.duerp.review import Dismissal

router = APIRouter(prefix="/duerp/{unit}/review")

_SEE_OTHER = 303
_UNPROCESSABLE = 422


@router.get("")
async def review(request: Request, pages: Pages, visitors: AllVisitors, unit: str) -> HTMLResponse:
    """What the rules find, by severity and rule; what somebody has closed is behind it."""
    async with visitors.visit(request) as visitor:
        return await _page(request, pages, visitor, unit)


@router.post("/close")
async def close(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    rule: Annotated[str, Form(max_length=40)],
    about: Annotated[UUID, Form()],
    revision: Annotated[int, Form(ge=1)],
    key: Annotated[str, Form(max_length=64)],
    reason: Annotated[str, Form(max_length=20_000)] = "",
    over: Annotated[UUID | None, Form()] = None,
    over_revision: Annotated[int, Form(ge=1)] = 1,
) -> Response:
    """Close a finding with a reason until its entry changes; a reason that cannot be kept comes back as typed.

    Args:
        over, over_revision: somebody else's closing, which was read and is to be replaced.
    """
    t, at = pages.translator(language_of(request)), f"{rule}-{about}"
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        try:
            said = Dismissal(rule=rule, about=about, revision=revision, reason=reason.strip())
            theirs = await require_as_read(duerp, await duerp.review(), said, (over, over_revision) if over else None)
            async with watched(lambda: duerp.find(Dismissal, theirs.id if theirs else about)):
                await (duerp.replace(theirs, said) if theirs else duerp.add(said, idempotency_key=key))
        except ChangedMeanwhile as changed:
            typed = {at: contested(changed.newest, reason, f"/duerp/{unit}/review", t)}
            return await _page(request, pages, visitor, unit, typed=typed, status=STALE)
        except Mended:
            return await _page(request, pages, visitor, unit, mended=reason or t("conflict.nothing"), status=STALE)
        except (ValidationError, Problem) as error:
            problem = error.detail if isinstance(error, Problem) else t("review.unreadable")
            status = error.status if isinstance(error, Problem) else _UNPROCESSABLE
            return await _page(request, pages, visitor, unit, typed={at: Typed(reason, problem)}, status=status)
    return RedirectResponse(f"/duerp/{unit}/review#rule-{rule}", _SEE_OTHER)


@router.post("/open")
async def open_again(
    request: Request, visitors: AllVisitors, unit: str, dismissal: Annotated[UUID, Form()]
) -> Response:
    """Open a closed finding again."""
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        await duerp.archive(await duerp.find(Dismissal, dismissal))
    return RedirectResponse(f"/duerp/{unit}/review", _SEE_OTHER)


async def _page(
    request: Request,
    pages: Templates,
    visitor: Visitor,
    unit: str,
    *,
    typed: Mapping[str, Typed] = MappingProxyType({}),
    mended: str = "",
    status: int = 200,
) -> HTMLResponse:
    """Show the review.

    Args:
        typed: what could not be kept of single findings, with why.
        mended: the reason that somebody gave for closing what is not found any more.
    """
    duerp = visitor.client.duerp(unit)
    found = await duerp.review()
    values: dict[str, Any] = {
        "unit_name": await unit_name(duerp, unit),
        "severities": by_severity(found.findings, unit, language_of(request)),
        "closed": closed_findings(found.findings, unit),
        "law": found.law,
        "since": found.since,
        "typed": typed,
        "nothing": NOTHING,
        "mended": mended,
        "may_keep": may_keep(await visitor.client.me(), unit),
    }
    return pages.page(request, "duerp/review.html", status=status, unit=unit, **values)
