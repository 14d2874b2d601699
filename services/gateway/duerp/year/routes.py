"""The yearly update of a unit's DUERP and its reminders over HTTP."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from services.gateway.duerp.entry_routes import AtDesk
from services.gateway.duerp.together.views import together_view
from services.gateway.duerp.views import ENTRIES, entry_view
from services.gateway.duerp.year.service import YearService
from services.gateway.duerp.year.views import reminders_view, year_view
from services.gateway.http.bodies import BodyKind, takes
from services.gateway.http.dependencies import provided
from services.gateway.http.problems import language_of
from services.gateway.policy import may_keep_some_duerp
from shared.http_api.duerp.entries import Entry, EntryKind
from shared.http_api.duerp.together import TogetherView
from shared.http_api.duerp.year import AnswersBody, Cycle, OpenYearBody, Reminders, RemindersQuery, YearQuery, YearView

router = APIRouter(prefix="/v1/duerp/{unit}", tags=["duerp"])

Years = Annotated[YearService, Depends(provided(YearService))]


@router.post("/year", response_model=ENTRIES[EntryKind.CYCLE])
@takes(BodyKind.JSON, may_keep_some_duerp)
async def begin(request: Request, years: Years, desk: AtDesk, body: OpenYearBody) -> Entry[Cycle]:
    """Begin the update of a year: all lines go on with their ids, and of each it is asked whether it is still true.

    The newest frozen version is what today's words stand beside. A cycle is closed by a change of it (`closed_on`).
    """
    return entry_view(await years.open(desk, body.year), desk.unit, language_of(request))


@router.get("/year")
async def year(years: Years, desk: AtDesk, query: Annotated[YearQuery, Query()]) -> YearView:
    """Tell how far a year's update has come, and the lines that it still asks of with last year's words beside."""
    return year_view(desk.unit, await years.year(desk, query.year), query)


@router.post("/year/answers")
@takes(BodyKind.QUESTION, may_keep_some_duerp)
async def answer(request: Request, years: Years, desk: AtDesk, body: AnswersBody) -> TogetherView:
    """Say of lines whether they are still true: yes, changed (a person then changes it), or gone (it is archived).

    A line that somebody has changed since it was read gets no answer, and is told.
    """
    return together_view(await years.answer(desk, body), language_of(request))


@router.get("/reminders")
async def reminders(
    request: Request, years: Years, desk: AtDesk, query: Annotated[RemindersQuery, Query()]
) -> Reminders:
    """Tell what is to be done by which day: the yearly update, checks, actions, events, opinions."""
    today, due = await years.reminders(desk, timedelta(days=query.within_days))
    return reminders_view(desk.unit, today, due, language_of(request))
