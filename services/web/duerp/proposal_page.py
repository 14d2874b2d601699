"""The pages of drafting as they are made: the form of a description, the list of proposals, one of them answered."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from services.web.duerp.proposals import Reading, absences, drafted_lines, proposal_of
from services.web.duerp.unit_entries import all_of
from services.web.duerp.views import may_keep
from services.web.http.languages import language_of
from services.web.http.rendering import Templates
from services.web.sign_in.visitors import Visitor
from shared.client import Problem
from shared.duerp.drafting.draft import drafted
from shared.duerp.families import family_labels
from shared.http_api.duerp.entries import Entry, EntryQuery, LineState
from shared.http_api.duerp.lines import Line, Statement
from shared.http_api.duerp.unit import WorkUnit

_SEE_OTHER = 303
_CONFLICT = 409
_STALE = 412
_UNPROCESSABLE = 422


async def reading_of(found: Entry[WorkUnit]) -> Reading | None:
    """Return what the description that a work unit keeps leaves open; None where there is none."""
    text = found.content.description
    return await asyncio.to_thread(drafted, text) if text else None


def proposals_address(unit: str, work_unit: UUID) -> str:
    """Return where the proposals of a work unit are."""
    return f"/duerp/{unit}/work-units/{work_unit}/proposals"


async def description_form(
    request: Request,
    pages: Templates,
    visitor: Visitor,
    found: Entry[WorkUnit],
    text: str,
    error: ValidationError | Problem | None = None,
    *,
    status: int = 200,
    is_empty: bool = False,
) -> HTMLResponse:
    """Show the form; after a conflict with what the other person wrote beside what this one did."""
    if error is not None:
        status = error.status if isinstance(error, Problem) else _UNPROCESSABLE
    is_stale = isinstance(error, Problem) and error.status == _STALE
    values: dict[str, Any] = {
        "work_unit": found,
        "description": text,
        "problem": error.detail if isinstance(error, Problem) and not is_stale else None,
        "is_refused": isinstance(error, ValidationError),
        "is_empty": is_empty,
        "theirs": found if is_stale else None,
        "may_keep": may_keep(await visitor.client.me(), found.unit),
    }
    return pages.page(request, "duerp/describe.html", status=status, unit=found.unit, **values)


async def proposal_list(
    request: Request,
    pages: Templates,
    visitor: Visitor,
    found: Entry[WorkUnit],
    reading: Reading | None,
    *,
    is_sent: bool = False,
    is_too_long: bool = False,
    rejected: int = 0,
    by_words_alone: bool = False,
    at: dict[str, dict[str, Any]] | None = None,
    status: int = 200,
) -> HTMLResponse:
    """Show what is proposed.

    Args:
        at: of single lines, what is shown beside them: a problem, what was typed.
    """
    language, duerp, here = language_of(request), visitor.client.duerp(found.unit), EntryQuery(work_unit=found.id)
    lines, statements, me = await asyncio.gather(
        all_of(duerp, Line, here), all_of(duerp, Statement, here), visitor.client.me()
    )
    shown = [proposal_of(each, language) for each in drafted_lines(lines)]
    labels = family_labels(language)
    values: dict[str, Any] = {
        "open": [each for each in shown if each.state == LineState.PROPOSED.value],
        "decided": [each for each in shown if each.state != LineState.PROPOSED.value],
        "absent": absences(reading, statements, language) if reading else [],
        "not_assessed": _not_assessed(reading, {each.family_id for each in shown}, labels) if reading else [],
        "questions": reading.questions if reading else [],
        "has_reading": reading is not None,
        "is_too_long": is_too_long,
        "rejected": rejected,
        "by_words_alone": by_words_alone,
        "has_likeness": any(each.likeness is not None for each in shown),
        "tries": 1 if is_sent else 0,
        "at": at or {},
        "families": labels,
        "remarks": [each.sentence for each in found.remarks],
        "may_keep": may_keep(me, found.unit),
    }
    return pages.page(
        request, "duerp/proposals.html", status=status, unit=found.unit, work_unit=found.id, place=found, **values
    )


def _not_assessed(reading: Reading, lines: set[str], labels: Mapping[str, str]) -> list[str]:
    """Return what nothing is said of; of a family with a line something is, if only by likeness."""
    return [labels.get(each, each) for each in reading.not_assessed if each not in lines]


async def answered(
    request: Request,
    pages: Templates,
    visitor: Visitor,
    work_unit: UUID,
    line: Entry[Line],
    problem: str = "",
    why: str = "",
    draft: Line | None = None,
) -> Response:
    """Show a line after something was done to it: in its place where htmx asks, else the page; what was typed stays."""
    said = {"problem": problem, "why": why, "draft": draft} if problem else {}
    if "hx-request" in request.headers:
        language = language_of(request)
        values: dict[str, Any] = {"each": proposal_of(line, language), "at": {str(line.id): said}, "tries": 0}
        values |= {"families": family_labels(language), "may_keep": True, "is_answer": True}
        return pages.page(request, "duerp/proposal.html", unit=line.unit, work_unit=work_unit, **values)
    if not problem:
        return RedirectResponse(f"{proposals_address(line.unit, work_unit)}#proposals", _SEE_OTHER)
    found = await visitor.client.duerp(line.unit).find(WorkUnit, work_unit)
    return await proposal_list(
        request, pages, visitor, found, await reading_of(found), at={str(line.id): said}, status=_CONFLICT
    )
