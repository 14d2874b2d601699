"""The page of what a unit is: its name, who directs it, the delegation that counts it, and when it closed."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from services.web.conflicts import STALE, ChangedMeanwhile, as_read, conflict_with, watched
from services.web.duerp.forms import DESCRIPTION, content_of, sent, typed
from services.web.duerp.parties import FIELDS, row_words
from services.web.duerp.people import shown_people
from services.web.duerp.views import may_keep
from services.web.http.languages import language_of
from services.web.http.rendering import Pages, Templates
from services.web.sign_in.visitors import AllVisitors, Visitor
from shared.client import Problem
from shared.http_api.duerp.entries import Entry
from shared.http_api.duerp.unit import Unit

router = APIRouter(prefix="/duerp/{unit}/description")

_SEE_OTHER = 303
_UNPROCESSABLE = 422


@router.get("")
async def description(request: Request, pages: Pages, visitors: AllVisitors, unit: str) -> HTMLResponse:
    """What the unit is called, and who directs it."""
    async with visitors.visit(request) as visitor:
        found = await visitor.client.duerp(unit).described()
        return await _page(request, pages, visitor, unit, found)


@router.post("")
async def describe(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, revision: Annotated[int, Form(ge=0)]
) -> Response:
    """Describe the unit; what the form does not ask stays. `revision`: 0 where nobody had described it yet."""
    fields = sent(DESCRIPTION, await request.form())
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        found = read = await duerp.described()
        try:
            read = as_read(found, revision)
            content = content_of(DESCRIPTION, fields, found.content if found else None)
            assert isinstance(content, Unit)
            async with watched(duerp.description):
                await duerp.describe(content, read)
        except (ValidationError, Problem, ChangedMeanwhile) as error:
            return await _page(request, pages, visitor, unit, read, fields, error)
    return RedirectResponse(f"/duerp/{unit}", _SEE_OTHER)


def _told(request: Request, pages: Templates, content: Unit) -> list[tuple[str, list[str]]]:
    """What pages of their own change: employers, sites, bodies, functions and people, as headings with rows."""
    language = language_of(request)
    t, say = pages.translator(language), pages.words(language)
    parts = [t(f"parties.{part}") for part in FIELDS]
    people = shown_people(content.people, say)
    return [*zip(parts, row_words(content, say, t), strict=True), (t("people-of.title"), people)]


async def _page(
    request: Request,
    pages: Templates,
    visitor: Visitor,
    unit: str,
    found: Entry[Unit] | None,
    fields: dict[str, Any] | None = None,
    error: ValidationError | Problem | ChangedMeanwhile | None = None,
) -> HTMLResponse:
    """Show the description.

    Args:
        fields: what stands in the form, where that is not what is described; error: why it could not be kept.
    """
    status, conflict = 200 if error is None else _UNPROCESSABLE, None
    if isinstance(error, ChangedMeanwhile):
        found, status = error.newest, STALE
        t, theirs = pages.translator(language_of(request)), typed(DESCRIPTION, error.newest.content)
        said = [(t(f"fields.{name}"), value, theirs[name]) for name, value in (fields or {}).items()]
        conflict = conflict_with(error.newest, f"/duerp/{unit}/description", said)
    values: dict[str, Any] = {
        "found": found,
        "told": _told(request, pages, found.content) if found else [],
        "fields": fields or typed(DESCRIPTION, found.content if found else None),
        "may_keep": may_keep(await visitor.client.me(), unit),
        "problem": error.detail if isinstance(error, Problem) else None,
        "wrong": [str(each["loc"][0]) for each in error.errors()] if isinstance(error, ValidationError) else [],
        "conflict": conflict,
    }
    return pages.page(request, "duerp/description.html", status=status, unit=unit, form=DESCRIPTION, **values)
