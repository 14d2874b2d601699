"""The pages of lines: the table, a line, one of them edited in its row."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.web.conflicts import STALE, ChangedMeanwhile, conflict_with, watched
from services.web.duerp.line_page import conflict_page, line_page
from services.web.duerp.persons import CONFIRMED, PersonInText, require_confirmed
from services.web.duerp.ratings import GROSS, RESIDUAL, HalfRated, rated
from services.web.duerp.table import Grouping, Order, grouped, matching
from services.web.duerp.unit_entries import all_of, scale_of
from services.web.duerp.views import TEXTS, axes_of, edited, holds_in, may_keep, row_of, said_of_lines, shared_row_of
from services.web.http.languages import language_of
from services.web.http.rendering import Key, Pages, Templates
from services.web.sign_in.visitors import AllVisitors, Visitor
from shared.client import Problem
from shared.duerp.families import family_labels
from shared.http_api.duerp.entries import Entry, EntryQuery, LineState
from shared.http_api.duerp.lines import Line, SharedLine
from shared.http_api.duerp.unit import MOST, WorkUnit

router = APIRouter(prefix="/duerp/{unit}/lines")

Words = Annotated[str, Form(max_length=20_000)]
_Id = Annotated[str, Query(pattern="^([0-9a-f-]{36})?$")]

_SEE_OTHER = 303


@router.get("")
async def lines(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    work_unit: _Id = "",
    family: Annotated[str, Query(max_length=60)] = "",
    state: Annotated[str, Query(pattern="^(proposed|accepted|rejected)?$")] = "",
    search: Annotated[str, Query(max_length=200)] = "",
    to_complete: Annotated[bool, Query()] = False,
    order: Annotated[Order, Query()] = Order.LEVEL,
    group: Annotated[Grouping, Query()] = Grouping.NONE,
) -> HTMLResponse:
    """The lines in a table, shared ones included: filtered, in an order, in groups."""
    language = language_of(request)
    place = UUID(work_unit) if work_unit else None
    query = EntryQuery(family=family or None, state=[LineState(state)] if state else [])
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        work_units, own, shared, me, scale = await asyncio.gather(
            all_of(duerp, WorkUnit),
            all_of(duerp, Line, query.model_copy(update={"work_unit": place})),
            all_of(duerp, SharedLine, query),
            visitor.client.me(),
            scale_of(duerp),
        )
    names = {each.id: each.content.name for each in work_units}
    all_units = pages.translator(language)("duerp.all-work-units")
    rows = [row_of(each, names, language, axes_of(scale)) for each in own]
    rows += [shared_row_of(each, names, all_units, language) for each in shared if holds_in(each.content, place)]
    groups = grouped(matching(rows, search, to_complete=to_complete), order, group)
    values: dict[str, Any] = {
        "chosen": {
            "work_unit": work_unit,
            "family": family,
            "state": state,
            "search": search,
            "to_complete": "true" if to_complete else "",
            "group": group.value,
        },
        "order": order.value,
        "work_units": work_units,
        "families": family_labels(language),
        "may_keep": may_keep(me, unit),
        "count": sum(len(each.rows) for each in groups),
    }
    values["asked"] = {name: value for name, value in values["chosen"].items() if value}
    return pages.page(request, "duerp/lines.html", unit=unit, groups=groups, **values)


@router.post("")
async def add_line(
    request: Request,
    visitors: AllVisitors,
    unit: str,
    work_unit: Annotated[UUID, Form()],
    family: Annotated[str, Form(max_length=60)] = "",
    hazard: Words = "",
    key: Key = "",
) -> Response:
    """Add a line, and open it to be completed; `key` makes a double click one line."""
    async with visitors.visit(request) as visitor:
        content = Line(work_unit=work_unit, family=family or None, hazard=hazard.strip())
        added = await visitor.client.duerp(unit).add(content, idempotency_key=key or None)
    return RedirectResponse(f"/duerp/{unit}/lines/{added.id}", _SEE_OTHER)


@router.get("/{line}")
async def page(request: Request, pages: Pages, visitors: AllVisitors, unit: str, line: UUID) -> HTMLResponse:
    """A line, to be read, rated, changed and decided on."""
    async with visitors.visit(request) as visitor:
        return await line_page(request, pages, visitor, await visitor.client.duerp(unit).find(Line, line))


@router.post("/{line}")
async def change_line(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    line: UUID,
    revision: Annotated[int, Form(ge=1)],
    family: Annotated[str, Form(max_length=60)] = "",
    hazard: Words = "",
    situation: Words = "",
    harm: Words = "",
    sex_difference: Words = "",
    comment: Words = "",
    articles: Words = "",
    element: Annotated[list[UUID] | None, Form(max_length=MOST)] = None,
) -> Response:
    """Change a line; who comes second sees both texts side by side and loses neither."""
    texts = dict(zip(TEXTS, (hazard, situation, harm, sex_difference, comment), strict=True))
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        current = await duerp.find(Line, line)
        content = edited(current.content, family, texts, element or (), articles)
        read = current.model_copy(update={"revision": revision})
        try:
            scale = await scale_of(duerp)
            if scale is not None:
                gross = rated(scale, GROSS, form, content.gross)
                residual = rated(scale, RESIDUAL, form, content.residual)
                content = content.model_copy(update={"gross": gross, "residual": residual})
            require_confirmed(content, current.content, form.get(CONFIRMED, ""))
            async with watched(lambda: duerp.find(Line, line)):
                await duerp.replace(read, content)
        except ChangedMeanwhile as changed:
            return await conflict_page(request, pages, visitor, changed.newest, content, form)
        except PersonInText as asked:
            shown: dict[str, Any] = {"draft": content, "said": form, "in_question": asked}
            return await line_page(request, pages, visitor, read, status=422, **shown)
        except HalfRated:
            half = pages.translator(language_of(request))("duerp.half-rated")
            return await line_page(request, pages, visitor, read, status=422, draft=content, problem=half, said=form)
        except Problem as problem:
            values: dict[str, Any] = {"draft": content, "problem": problem.detail, "said": form}
            return await line_page(request, pages, visitor, read, status=problem.status, **values)
    return RedirectResponse(f"/duerp/{unit}/lines/{line}?saved=1", _SEE_OTHER)


@router.get("/{line}/row")
async def row(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, line: UUID, edit: Annotated[bool, Query()] = False
) -> HTMLResponse:
    """The row of a line, as it is read or, with `edit`, as fields; a page of its own where no script asks."""
    async with visitors.visit(request) as visitor:
        found = await visitor.client.duerp(unit).find(Line, line)
        return await _row(request, pages, visitor, found, edit=edit)


@router.post("/{line}/row")
async def change_row(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    line: UUID,
    revision: Annotated[int, Form(ge=1)],
    family: Annotated[str, Form(max_length=60)] = "",
    hazard: Words = "",
    situation: Words = "",
    confirmed: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Change a line in its row; where somebody else has changed it meanwhile, it says so and keeps what is typed."""
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        found = (await duerp.find(Line, line)).model_copy(update={"revision": revision})
        told = {"hazard": hazard.strip(), "situation": situation.strip(), "family": family or None}
        content = found.content.model_copy(update=told)
        try:
            require_confirmed(content, found.content, confirmed)
            async with watched(lambda: duerp.find(Line, line)):
                saved = await duerp.replace(found, content)
        except PersonInText as asked:
            return await _row(request, pages, visitor, found, edit=True, draft=content, in_question=asked)
        except ChangedMeanwhile as changed:
            return await _row(request, pages, visitor, changed.newest, edit=True, draft=content, is_stale=True)
        except Problem as problem:
            return await _row(request, pages, visitor, found, edit=True, draft=content, problem=problem.detail)
        return await _row(request, pages, visitor, saved, edit=False)


@router.post("/{line}/decision")
async def decide(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    line: UUID,
    state: Annotated[LineState, Form()],
    revision: Annotated[int, Form(ge=1)],
    why: Words = "",
) -> Response:
    """Accept or reject a line, or propose it again."""
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        found = (await duerp.find(Line, line)).model_copy(update={"revision": revision})
        try:
            async with watched(lambda: duerp.find(Line, line)):
                await duerp.decide(found, state, why)
        except ChangedMeanwhile as changed:
            told = conflict_with(changed.newest, f"/duerp/{unit}/lines/{line}")
            return await line_page(request, pages, visitor, changed.newest, status=STALE, conflict=told, why=why)
        except Problem as problem:
            values: dict[str, Any] = {"problem": problem.detail, "why": why}
            return await line_page(request, pages, visitor, found, status=problem.status, **values)
    return RedirectResponse(f"/duerp/{unit}/lines/{line}?saved=1", _SEE_OTHER)


async def _row(
    request: Request,
    pages: Templates,
    visitor: Visitor,
    line: Entry[Line],
    *,
    edit: bool,
    draft: Line | None = None,
    problem: str | None = None,
    is_stale: bool = False,
    in_question: PersonInText | None = None,
) -> HTMLResponse:
    """Show a line's row; `is_stale`: with what the other person said beside the draft."""
    language = language_of(request)
    duerp = visitor.client.duerp(line.unit)
    work_units, me, scale = await asyncio.gather(all_of(duerp, WorkUnit), visitor.client.me(), scale_of(duerp))
    names = {each.id: each.content.name for each in work_units}
    axes, conflict = axes_of(scale), None
    if draft and is_stale:
        both = said_of_lines(draft, line.content, pages.translator(language), language, axes)
        conflict = conflict_with(line, f"/duerp/{line.unit}/lines/{line.id}", both)
    is_part = "hx-request" in request.headers
    return pages.page(
        request,
        "duerp/row_part.html" if is_part else "duerp/row_page.html",
        status=STALE if is_stale and not is_part else 200,
        unit=line.unit,
        line=line,
        row=row_of(line, names, language, axes),
        families=family_labels(language),
        may_keep=may_keep(me, line.unit),
        edit=edit,
        draft=draft or line.content,
        problem=problem,
        conflict=conflict,
        in_question=in_question,
    )
