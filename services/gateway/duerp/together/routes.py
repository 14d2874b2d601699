"""Many entries at once over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.gateway.duerp.conditional import outdated
from services.gateway.duerp.entry_routes import AtDesk
from services.gateway.duerp.model import Outdated
from services.gateway.duerp.together.copies import counts
from services.gateway.duerp.together.service import TogetherService
from services.gateway.duerp.together.views import together_view
from services.gateway.duerp.views import url_of
from services.gateway.http.bodies import BodyKind, takes
from services.gateway.http.dependencies import provided
from services.gateway.http.problems import language_of
from services.gateway.policy import may_keep_some_duerp
from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.lines import Line, SharedLine, SharedRating, Statement
from shared.http_api.duerp.programme import Action, Event
from shared.http_api.duerp.together import (
    DuplicateBody,
    DuplicateView,
    ShareBody,
    SharedView,
    TogetherBody,
    TogetherView,
)

router = APIRouter(prefix="/v1/duerp/{unit}", tags=["duerp"])

Desks = Annotated[TogetherService, Depends(provided(TogetherService))]


@router.post("/together")
@takes(BodyKind.QUESTION, may_keep_some_duerp)
async def revise(request: Request, together: Desks, desk: AtDesk, body: TogetherBody) -> TogetherView:
    """Accept, reject, propose again, move, archive or restore many lines at once, and tell what became of each.

    A line that somebody has changed since it was read is left as it is, and told.
    """
    return together_view(await together.revise(desk, body), language_of(request))


@router.post("/share", status_code=201, response_model=SharedView)
@takes(BodyKind.QUESTION, may_keep_some_duerp)
async def share(request: Request, response: Response, together: Desks, desk: AtDesk, body: ShareBody) -> Any:
    """Make one line that work units share of several that say the same; 412 where one was changed meanwhile."""
    try:
        batch, shared = await together.share(desk, body)
    except Outdated as error:
        return outdated(error, request, desk.unit)
    found, url = counts(batch), url_of(EntryKind.SHARED_LINE, desk.unit, shared.id)
    response.headers["location"] = url
    return SharedView(
        line=shared.id,
        url=url,
        ratings=found.get(SharedRating, 0),
        archived=found.get(Line, 0),
        actions=found.get(Action, 0) + found.get(Event, 0),
    )


@router.post("/work-units/{entry_id}/duplicate", status_code=201)
@takes(BodyKind.QUESTION, may_keep_some_duerp)
async def duplicate(
    response: Response, together: Desks, desk: AtDesk, entry_id: UUID, body: DuplicateBody
) -> DuplicateView:
    """Copy a work unit with its lines, which are proposed there, neither rated nor checked."""
    batch, copy = await together.duplicate(desk, entry_id, body.name)
    found, url = counts(batch), url_of(EntryKind.WORK_UNIT, desk.unit, copy.id)
    response.headers["location"] = url
    return DuplicateView(
        work_unit=copy.id,
        url=url,
        lines=found.get(Line, 0),
        statements=found.get(Statement, 0),
        shared_lines=found.get(SharedLine, 0),
    )
