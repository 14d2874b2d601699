"""The page of the existing measures of a line, or of one that work units share, and of the people whom it exposes."""

from enum import StrEnum
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.web.conflicts import STALE, ChangedMeanwhile, Conflict, conflict_with, only_one_says, watched
from services.web.duerp.measures import Unreadable, measure_words, rows_of, said_of, typed_again
from services.web.duerp.people import COUNTS, STATUSES, people_of, people_words
from services.web.duerp.views import may_keep
from services.web.http.languages import language_of
from services.web.http.rendering import Pages, Templates, shown_day
from services.web.sign_in.visitors import AllVisitors
from shared.client import Problem
from shared.http_api.duerp.entries import Entry
from shared.http_api.duerp.lines import Line, SharedLine

router = APIRouter(prefix="/duerp/{unit}/{kind}/{line}/measures")

_SEE_OTHER = 303
_UNPROCESSABLE = 422


class LineSlug(StrEnum):
    """What lines, and those that work units share, are called in addresses."""

    LINES = "lines"
    SHARED_LINES = "shared-lines"

    @property
    def content(self) -> type[Line] | type[SharedLine]:
        """What entries of this kind say."""
        return Line if self is LineSlug.LINES else SharedLine


@router.get("")
async def measures(
    request: Request, pages: Pages, visitors: AllVisitors, unit: str, kind: LineSlug, line: UUID
) -> Response:
    """The measures that are there and the people exposed, to be changed; who only reads is led to the line."""
    async with visitors.visit(request) as visitor:
        found = await visitor.client.duerp(unit).find(kind.content, line)
        if not may_keep(await visitor.client.me(), unit):
            return RedirectResponse(f"/duerp/{unit}/{kind}/{line}", _SEE_OTHER)
    return _page(request, pages, kind, found)


@router.post("")
async def change_measures(
    request: Request,
    pages: Pages,
    visitors: AllVisitors,
    unit: str,
    kind: LineSlug,
    line: UUID,
    revision: Annotated[int, Form(ge=1)],
) -> Response:
    """Change a line's measures and people; what cannot be kept comes back as it was typed."""
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    async with visitors.visit(request) as visitor:
        duerp = visitor.client.duerp(unit)
        read: Entry[Any] = (await duerp.find(kind.content, line)).model_copy(update={"revision": revision})
        try:
            content = said_of(read.content, form)
            async with watched(lambda: duerp.find(kind.content, line)):
                await duerp.replace(read, content)
        except Unreadable as error:
            return _page(request, pages, kind, read, form, status=_UNPROCESSABLE, wrong=list(error.fields))
        except ChangedMeanwhile as changed:
            told = _conflict(request, pages, kind, content, changed.newest)
            return _page(request, pages, kind, changed.newest, form, status=STALE, conflict=told)
        except Problem as problem:
            return _page(request, pages, kind, read, form, status=problem.status, problem=problem.detail)
    return RedirectResponse(f"/duerp/{unit}/{kind}/{line}?saved=1", _SEE_OTHER)


def _conflict(
    request: Request, pages: Templates, kind: LineSlug, yours: Line | SharedLine, newest: Entry[Any]
) -> Conflict:
    language = language_of(request)
    t, say, day = pages.translator(language), pages.words(language), partial(shown_day, language)
    theirs = newest.content
    rows = (measure_words(each.measures, say, day) for each in (yours, theirs))
    people = (people_words(each.exposed, say, t) for each in (yours, theirs))
    said = [only_one_says(t("duerp.measures"), *rows), only_one_says(t("measures.exposed"), *people)]
    return conflict_with(newest, f"/duerp/{newest.unit}/{kind}/{newest.id}/measures", said)


def _page(
    request: Request,
    pages: Templates,
    kind: LineSlug,
    line: Entry[Any],
    form: dict[str, str] | None = None,
    *,
    status: int = 200,
    **values: Any,
) -> HTMLResponse:
    rows, people = typed_again(form) if form else (rows_of(line.content.measures), people_of(line.content.exposed))
    shown: dict[str, Any] = {"wrong": [], "problem": None, "conflict": None, "kind": kind.value}
    shown |= {"rows": rows, "people": people, "statuses": STATUSES, "counts": COUNTS}
    return pages.page(request, "duerp/measures.html", status=status, unit=line.unit, line=line, **(shown | values))
