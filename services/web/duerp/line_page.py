"""A line's page: what it says and stands on, its rating in words, its actions; after a conflict both texts."""

import asyncio
from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from services.web.conflicts import STALE, conflict_with
from services.web.duerp.forms import Shape
from services.web.duerp.neighbours import neighbours
from services.web.duerp.proposals import articles_of, references_of
from services.web.duerp.ratings import GROSS, RESIDUAL, asked_ratings
from services.web.duerp.unit_entries import all_of, names_of, scale_of
from services.web.duerp.views import axes_of, may_keep, row_of, said_of_lines
from services.web.http.languages import language_of
from services.web.http.rendering import Templates
from services.web.sign_in.visitors import Visitor
from shared.duerp.families import family_labels
from shared.http_api.duerp.entries import Entry
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.programme import Action
from shared.http_api.duerp.unit import Element, WorkUnit


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
    work_units, elements, actions, others, scale, me = await asyncio.gather(
        all_of(duerp, WorkUnit),
        all_of(duerp, Element),
        all_of(duerp, Action),
        all_of(duerp, Line),
        scale_of(duerp),
        visitor.client.me(),
    )
    names = {each.id: each.content.name for each in work_units}
    former = {GROSS: line.content.gross, RESIDUAL: line.content.residual}
    shown = {"draft": line.content, "conflict": None, "problem": None, "why": "", "in_question": None}
    return pages.page(
        request,
        "duerp/line.html",
        status=status,
        line=line,
        stands_on=references_of(line.content, language),
        row=row_of(line, names, language, axes_of(scale)),
        families=family_labels(language),
        may_keep=may_keep(me, line.unit),
        unit=line.unit,
        saved="saved" in request.query_params,
        ratings=asked_ratings(scale, former) if scale else [],
        neighbours=neighbours(line, others, names, axes_of(scale)),
        said=said or {},
        elements={str(each.id): each.content.name for each in elements},
        chosen=[str(each) for each in values.get("draft", line.content).elements],
        articles=articles_of(values.get("draft", line.content), language),
        actions=[each for each in actions if line.id in each.content.lines],
        **(shown | values),
    )


async def conflict_page(
    request: Request, pages: Templates, visitor: Visitor, newest: Entry[Line], content: Line, said: Mapping[str, str]
) -> HTMLResponse:
    """Show a line as it is by now and what could not be saved of it, side by side.

    Args:
        content: what a person meant to save; said: the fields of their form.
    """
    language, address = language_of(request), f"/duerp/{newest.unit}/lines/{newest.id}"
    duerp = visitor.client.duerp(newest.unit)
    axes, elements = axes_of(await scale_of(duerp)), (await names_of(duerp, [Shape.ELEMENTS]))[Shape.ELEMENTS]
    both = said_of_lines(content, newest.content, pages.translator(language), language, axes, elements)
    values: dict[str, Any] = {"draft": content, "conflict": conflict_with(newest, address, both)}
    return await line_page(request, pages, visitor, newest, status=STALE, said=said, **values)
