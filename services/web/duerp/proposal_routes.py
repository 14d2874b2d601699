"""The pages of drafting: a work unit is described, proposals are accepted, corrected or refused one by one."""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID, uuid5

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from services.web.conflicts import ChangedMeanwhile, watched
from services.web.duerp.proposal_page import (
    JustSent,
    answered,
    description_form,
    proposal_list,
    proposals_address,
    reading_of,
    stale_absence,
    stale_proposal,
)
from services.web.duerp.proposals import chosen_measures, proposal_of, words_read
from services.web.duerp.unit_entries import keep_statement
from services.web.http.languages import language_of
from services.web.http.rendering import Pages
from services.web.sign_in.visitors import AllVisitors
from shared.client import Problem, UnitDuerp
from shared.http_api.duerp.entries import Entry, LineState
from shared.http_api.duerp.fields import MAX_TEXT_CHARS
from shared.http_api.duerp.lines import Finding, Line, Statement
from shared.http_api.duerp.programme import Action
from shared.http_api.duerp.unit import WorkUnit

router = APIRouter(prefix="/duerp/{unit}/work-units/{work_unit}")

Words = Annotated[str, Form()]
Why = Annotated[str, Form(max_length=2_000)]
Read = Annotated[str, Form(max_length=64)]

_SEE_OTHER = 303
_UNPROCESSABLE = 422
_TOLD = {"rejected", "by_words_alone", "model_away", "dropped"}
_MOST_TRIES = 20
"""Of asking for a line's evidence, every two seconds."""


@router.get("/describe")
async def description(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, work_unit: UUID
) -> HTMLResponse:
    """The form in which somebody describes a work unit in their own words."""
    async with visitors.visit(request) as visitor:
        found = await visitor.client.duerp(unit).find(WorkUnit, work_unit)
        return await description_form(request, pages, visitor, found, found.content.description)


@router.post("/describe")
async def describe(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    work_unit: UUID,
    revision: Annotated[int, Form(ge=1)],
    description: Words = "",
) -> Response:
    """Keep a description with its work unit, and propose lines from it."""
    text = description.replace("\r\n", "\n").strip()
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        found = await duerp.find(WorkUnit, work_unit)
        read = found.model_copy(update={"revision": revision})
        try:
            if text != found.content.description:
                content = found.content.model_copy(update={"description": text})
                async with watched(lambda: duerp.find(WorkUnit, work_unit)):
                    found = read = await duerp.replace(read, content)
            draft = await duerp.draft(work_unit, text) if text else None
        except (ValidationError, Problem, ChangedMeanwhile) as error:
            return await description_form(request, pages, visitor, read, text, error)
        if draft is None:
            return await description_form(request, pages, visitor, found, text, status=_UNPROCESSABLE, is_empty=True)
    just = JustSent.model_validate({"sent": True} | draft.model_dump(include=_TOLD))
    told = {name: int(value) for name, value in just.model_dump(exclude_defaults=True).items()}
    return RedirectResponse(f"{proposals_address(unit, work_unit)}?{urlencode(told)}", _SEE_OTHER)


@router.get("/proposals")
async def listing(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    work_unit: UUID,
    just: Annotated[JustSent, Query()],
) -> HTMLResponse:
    """What is proposed for a work unit and waits for a person."""
    async with visitors.visit(request) as visitor:
        found = await visitor.client.duerp(unit).find(WorkUnit, work_unit)
        return await proposal_list(request, pages, visitor, found, await reading_of(found), just=just)


@router.get("/proposals/{line}/evidence")
async def evidence(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    work_unit: UUID,
    line: UUID,
    tries: Annotated[int, Query(ge=0, le=1_000)] = 0,
) -> HTMLResponse:
    """What a proposed line stands on, a piece of its page; it is asked for again until there is something."""
    async with visitors.visit(request) as visitor:
        found = await visitor.client.duerp(unit).find(Line, line)
    shown = proposal_of(found, language_of(request))
    values: dict[str, Any] = {"each": shown, "tries": tries + 1 if tries < _MOST_TRIES else 0}
    return pages.page(request, "duerp/proposal_evidence.html", unit=unit, work_unit=work_unit, **values)


@router.post("/proposals/{line}")
async def decide(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    work_unit: UUID,
    line: UUID,
    state: Annotated[LineState, Form()],
    read: Read,
    why: Why = "",
    measure: Annotated[list[str] | None, Form(max_length=50)] = None,
) -> Response:
    """Accept a line, refuse it with a reason, or propose it again.

    Args:
        read: what was decided on; when it says something else by now, or somebody has decided, nothing is decided.
        measure: those that become actions, in their words.
    """
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        found = await duerp.find(Line, line)
        if read != words_read(found):
            return await stale_proposal(request, pages, visitor, work_unit, found, why=why)
        try:
            async with watched(lambda: duerp.find(Line, line)):
                found = await duerp.decide(found, state, why.strip())
            if state is LineState.ACCEPTED:
                await _plan(duerp, found, measure or ())
        except ChangedMeanwhile as changed:
            return await stale_proposal(request, pages, visitor, work_unit, changed.newest, why=why)
        except Problem as problem:
            return await answered(request, pages, visitor, work_unit, found, problem.detail, why)
        return await answered(request, pages, visitor, work_unit, found)


@router.post("/proposals/{line}/correction")
async def correct(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    work_unit: UUID,
    line: UUID,
    read: Read,
    family: Annotated[str, Form(max_length=64)] = "",
    hazard: Words = "",
    situation: Words = "",
) -> Response:
    """Correct what a line says, and accept it so."""
    said = {"family": family or None, "hazard": hazard.strip(), "situation": situation.strip()}
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        found = await duerp.find(Line, line)
        content = found.content.model_copy(update=said)
        if read != words_read(found):
            return await stale_proposal(request, pages, visitor, work_unit, found, draft=content)
        try:
            async with watched(lambda: duerp.find(Line, line)):
                found = await duerp.replace(found, content)
                found = await duerp.decide(found, LineState.ACCEPTED)
        except ChangedMeanwhile as changed:
            return await stale_proposal(request, pages, visitor, work_unit, changed.newest, draft=content)
        except Problem as problem:
            return await answered(request, pages, visitor, work_unit, found, problem.detail, draft=content)
        return await answered(request, pages, visitor, work_unit, found)


@router.post("/absent")
async def confirm_absence(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    work_unit: UUID,
    family: Annotated[str, Form(max_length=64)],
    revision: Annotated[int, Form(ge=0)],
    reason: Annotated[str, Form(max_length=MAX_TEXT_CHARS)] = "",
) -> Response:
    """State a family as assessed and without risk, with the reason."""
    said = Statement(work_unit=work_unit, family=family, finding=Finding.NO_RISK, reason=reason.strip())
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        try:
            await keep_statement(duerp, said, revision)
        except ChangedMeanwhile as changed:
            found = await duerp.find(WorkUnit, work_unit)
            return await stale_absence(request, pages, visitor, found, said, changed.newest)
    return RedirectResponse(f"{proposals_address(unit, work_unit)}#absent", _SEE_OTHER)


async def _plan(duerp: UnitDuerp, line: Entry[Line], said: Any) -> None:
    """Add the measures that a person ticked as actions; the same ones sent twice are added once."""
    for each in chosen_measures(line.content.family or "", said):
        action = Action(what=each.what, rank=each.rank, lines=[line.id])
        await duerp.add(action, idempotency_key=uuid5(line.id, each.what).hex)
