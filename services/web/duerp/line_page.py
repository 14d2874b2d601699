"""A line's page: what it says and stands on, its rating in words, its actions; after a conflict both texts."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import HTMLResponse

from services.web.duerp.ratings import GROSS, RESIDUAL, asked_ratings
from services.web.duerp.unit_entries import all_of, scale_of
from services.web.duerp.views import axes_of, differing, may_keep, row_of
from services.web.http.languages import language_of
from services.web.http.rendering import Templates
from services.web.sign_in.visitors import Visitor
from shared.client import Problem
from shared.duerp.families import family_labels
from shared.http_api.duerp.entries import Entry
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.programme import Action
from shared.http_api.duerp.unit import WorkUnit

_CONFLICT = 412


async def line_page(
    request: Request,
    pages: Templates,
    visitor: Visitor,
    line: Entry[Line],
    *,
    status: int = 200,
    said: Mapping[str, str] | None = None,
    **values: Any,
) -> HTMLResponse:
    """Show a line.

    Args:
        said: the fields of a form that comes back, by name.
    """
    language = language_of(request)
    duerp = visitor.client.duerp(line.unit)
    work_units, actions, scale, me = await asyncio.gather(
        all_of(duerp, WorkUnit), all_of(duerp, Action), scale_of(duerp), visitor.client.me()
    )
    names = {each.id: each.content.name for each in work_units}
    former = {GROSS: line.content.gross, RESIDUAL: line.content.residual}
    shown = {"draft": line.content, "conflict": None, "problem": None, "saved": "saved" in request.query_params}
    return pages.page(
        request,
        "duerp/line.html",
        status=status,
        line=line,
        row=row_of(line, names, language, axes_of(scale)),
        families=family_labels(language),
        may_keep=may_keep(me, line.unit),
        unit=line.unit,
        ratings=asked_ratings(scale, former) if scale else [],
        said=said or {},
        actions=[each for each in actions if line.id in each.content.lines],
        **(shown | values),
    )


async def problem_page(
    request: Request, pages: Templates, visitor: Visitor, line: UUID, unit: str, content: Line, problem: Problem
) -> HTMLResponse:
    """Show a line with what could not be saved of it; after a conflict with what the other person said beside it."""
    newest = await visitor.client.duerp(unit).find(Line, line)
    values: dict[str, Any] = {"draft": content, "problem": problem.detail}
    if problem.status == _CONFLICT:
        told = differing(content.model_dump(mode="json"), newest.content.model_dump(mode="json"))
        values = {"draft": content, "conflict": told}
    return await line_page(request, pages, visitor, newest, status=problem.status, **values)
