"""The pages of drafting as they are made: the form of a description, the list of proposals, one of them answered."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field, ValidationError

from services.web.conflicts import STALE, ChangedMeanwhile, Conflict, conflict_with
from services.web.duerp.proposals import Proposal, Reading, absences, drafted_lines, proposal_of
from services.web.duerp.unit_entries import all_of
from services.web.duerp.views import finding_words, may_keep, said_of_lines
from services.web.http.languages import language_of
from services.web.http.rendering import Templates
from services.web.sign_in.visitors import Visitor
from shared.client import Problem
from shared.duerp.drafting.draft import drafted
from shared.duerp.drafting.trades import is_laboratory
from shared.duerp.families import family_labels
from shared.http_api.duerp.entries import Entry, EntryQuery, LineState
from shared.http_api.duerp.lines import Line, Statement
from shared.http_api.duerp.unit import WorkUnit

_SEE_OTHER = 303
_CONFLICT = 409
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
    error: ValidationError | Problem | ChangedMeanwhile | None = None,
    *,
    status: int = 200,
    is_empty: bool = False,
) -> HTMLResponse:
    """Show the form; after a conflict with what the other person wrote beside what this one did."""
    conflict = None
    if isinstance(error, ChangedMeanwhile):
        found, status = error.newest, STALE
        name = pages.translator(language_of(request))("proposals.description")
        said = [(name, text, found.content.description)]
        conflict = conflict_with(found, f"/duerp/{found.unit}/work-units/{found.id}/describe", said)
    elif error is not None:
        status = error.status if isinstance(error, Problem) else _UNPROCESSABLE
    values: dict[str, Any] = {
        "work_unit": found,
        "description": text,
        "problem": error.detail if isinstance(error, Problem) else None,
        "is_refused": isinstance(error, ValidationError),
        "is_empty": is_empty,
        "conflict": conflict,
        "may_keep": may_keep(await visitor.client.me(), found.unit),
    }
    return pages.page(request, "duerp/describe.html", status=status, unit=found.unit, **values)


class JustSent(BaseModel):
    """How a description was read a moment ago; the address of the page that follows tells it.

    Attributes:
        sent: whether one was, so that evidence is being found.
        rejected: how many lines were left out, since somebody has rejected them from the same words.
        by_words_alone, model_away: whether likeness could not be looked for, and whether a language model that should
            have read it did not.
        dropped: how much of what a model wrote was dropped.
    """

    sent: bool = False
    rejected: int = Field(default=0, ge=0, le=10_000)
    by_words_alone: bool = False
    model_away: bool = False
    dropped: int = Field(default=0, ge=0, le=10_000)


async def proposal_list(
    request: Request,
    pages: Templates,
    visitor: Visitor,
    found: Entry[WorkUnit],
    reading: Reading | None,
    *,
    just: JustSent = JustSent(),  # noqa: B008 - is not changed
    at: dict[str, dict[str, Any]] | None = None,
    conflict: Conflict | None = None,
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    """Show what is proposed.

    Args:
        at: of single lines, what is shown beside them: a problem, what was typed; one that somebody else has decided
            meanwhile is open to who typed it.
        conflict: over what is said of an absent family; typed: the reasons that were given, by family.
    """
    language, duerp, here = language_of(request), visitor.client.duerp(found.unit), EntryQuery(work_unit=found.id)
    lines, statements, me = await asyncio.gather(
        all_of(duerp, Line, here), all_of(duerp, Statement, here), visitor.client.me()
    )
    in_lab = await asyncio.to_thread(is_laboratory, found.content.description)
    shown = [proposal_of(each, language, laboratory=in_lab) for each in drafted_lines(lines)]
    labels = family_labels(language)
    stale = {line for line, said in (at or {}).items() if said.get("conflict")}
    waits = [each for each in shown if each.state == LineState.PROPOSED.value or each.id in stale]
    values: dict[str, Any] = {
        "open": waits,
        "decided": [each for each in shown if each not in waits],
        "absent": absences(reading, statements, language) if reading else [],
        "not_assessed": _not_assessed(reading, {each.family_id for each in shown}, labels) if reading else [],
        "questions": reading.questions if reading else [],
        "has_reading": reading is not None,
        "just": just,
        "readers": _readers(shown),
        "tries": 1 if just.sent else 0,
        "at": at or {},
        "conflict": conflict,
        "typed": typed or {},
        "families": labels,
        "remarks": [each.sentence for each in found.remarks],
        "may_keep": may_keep(me, found.unit),
    }
    return pages.page(
        request, "duerp/proposals.html", status=status, unit=found.unit, work_unit=found.id, place=found, **values
    )


def _readers(shown: Sequence[Proposal]) -> str:
    """Return the key of the sentence that says what proposed these lines."""
    if any(each.model for each in shown):
        return "by-model-too"
    return "by-likeness-too" if any(each.likeness is not None for each in shown) else "by-rules"


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
    conflict: Conflict | None = None,
) -> Response:
    """Show a line after something was done to it: in its place where htmx asks, else the page; what was typed stays."""
    said = {"problem": problem, "why": why, "draft": draft, "conflict": conflict} if problem or conflict else {}
    if "hx-request" in request.headers:
        language = language_of(request)
        place = await visitor.client.duerp(line.unit).find(WorkUnit, work_unit)
        in_lab = await asyncio.to_thread(is_laboratory, place.content.description)
        shown = proposal_of(line, language, laboratory=in_lab)
        values: dict[str, Any] = {"each": shown, "at": {str(line.id): said}, "tries": 0}
        values |= {"families": family_labels(language), "may_keep": True, "is_answer": True}
        return pages.page(request, "duerp/proposal.html", unit=line.unit, work_unit=work_unit, **values)
    if not said:
        return RedirectResponse(f"{proposals_address(line.unit, work_unit)}#proposals", _SEE_OTHER)
    found = await visitor.client.duerp(line.unit).find(WorkUnit, work_unit)
    status = STALE if conflict else _CONFLICT
    reading = await reading_of(found)
    return await proposal_list(request, pages, visitor, found, reading, at={str(line.id): said}, status=status)


async def stale_proposal(
    request: Request,
    pages: Templates,
    visitor: Visitor,
    work_unit: UUID,
    newest: Entry[Line],
    *,
    why: str = "",
    draft: Line | None = None,
) -> Response:
    """Show a line that says something else by now than a person read, with what they typed beside it."""
    language, said = language_of(request), None
    if draft is not None:
        said = said_of_lines(draft, newest.content, pages.translator(language), language, {})
    conflict = conflict_with(newest, f"/duerp/{newest.unit}/lines/{newest.id}", said)
    return await answered(request, pages, visitor, work_unit, newest, why=why, draft=draft, conflict=conflict)


async def stale_absence(
    request: Request,
    pages: Templates,
    visitor: Visitor,
    place: Entry[WorkUnit],
    said: Statement,
    newest: Entry[Statement],
) -> HTMLResponse:
    """Show the proposals with what somebody else said of a family meanwhile beside what this person says of it."""
    language = language_of(request)
    t, label = pages.translator(language), family_labels(language).get(said.family, said.family)
    both = [(label, finding_words(said, t), finding_words(newest.content, t))]
    conflict = conflict_with(newest, f"{proposals_address(place.unit, place.id)}#absent", both)
    values: dict[str, Any] = {"conflict": conflict, "typed": {said.family: said.reason}, "status": STALE}
    return await proposal_list(request, pages, visitor, place, await reading_of(place), **values)
