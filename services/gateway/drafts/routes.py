"""Drafting over HTTP."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from sse_starlette import EventSourceResponse
from starlette.background import BackgroundTask

from services.gateway.drafts.service import DraftService, Proposal
from services.gateway.drafts.views import draft_view, line_view
from services.gateway.duerp.entry_routes import AtDesk
from services.gateway.duerp.service import Desk
from services.gateway.http.bodies import BodyKind, takes
from services.gateway.http.dependencies import hold, provided
from services.gateway.http.limits import Held
from services.gateway.http.problems import language_of
from services.gateway.policy import may_keep_some_duerp
from shared.http_api.duerp.drafts import DraftBody, DraftView

router = APIRouter(prefix="/v1/duerp/{unit}/drafts", tags=["duerp"])

Drafts = Annotated[DraftService, Depends(provided(DraftService))]


@router.post("", status_code=202, response_model=DraftView)
@takes(BodyKind.QUESTION, may_keep_some_duerp)
async def draft(
    request: Request,
    drafts: Drafts,
    desk: AtDesk,
    body: DraftBody,
    last_event_id: Annotated[str | None, Header(pattern="^[0-9]{1,6}$")] = None,
) -> Response:
    """Propose lines from a description: they are there at once, as `proposed`, and their evidence follows.

    With `Accept: text/event-stream` each `line` is told as its evidence is found, then `draft`, the whole. The same
    description sent again adds nothing, and finds what evidence is still missing. Who has lost the connection sends it
    again with `Last-Event-ID`, the last line that was heard (0 for none): the rest of the draft's lines are told.
    """
    language = language_of(request)
    streams = "text/event-stream" in request.headers.get("accept", "")
    if streams:
        hold(request, desk.principal, Held.STREAM)
    proposal = await drafts.propose(desk, body, again=streams and last_event_id is not None)
    if streams:
        return EventSourceResponse(_frames(drafts, desk, proposal, language, int(last_event_id or 0)))
    view = draft_view(proposal, proposal.lines, desk.unit, language)
    follow = BackgroundTask(_find_evidence, drafts, desk, proposal)
    return Response(view.model_dump_json(), 202, media_type="application/json", background=follow)


async def _frames(
    drafts: DraftService, desk: Desk, proposal: Proposal, language: str, known: int
) -> AsyncGenerator[dict[str, str], None]:
    lines = {each.entry.id: each for each in proposal.lines}
    async with aclosing(drafts.with_evidence(desk, proposal)) as found:
        async for each in found:
            lines[each.entry.id] = each
            if each.number > known:
                yield {"event": "line", "id": str(each.number), "data": line_view(each, desk.unit).model_dump_json()}
    whole = draft_view(proposal, [*lines.values()], desk.unit, language, searched=True)
    yield {"event": "draft", "data": whole.model_dump_json()}


async def _find_evidence(drafts: DraftService, desk: Desk, proposal: Proposal) -> None:
    async with aclosing(drafts.with_evidence(desk, proposal)) as found:
        async for _ in found:
            pass
