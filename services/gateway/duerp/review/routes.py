"""The review of a unit's DUERP over HTTP."""

import asyncio

from fastapi import APIRouter, Request

from services.gateway.duerp.entry_routes import AtDesk
from services.gateway.duerp.review.findings import Reviewed
from services.gateway.duerp.review.rules import review
from services.gateway.duerp.review.views import review_view
from services.gateway.http.problems import language_of
from shared.clock import utc_now
from shared.http_api.duerp.review import Review

router = APIRouter(prefix="/v1/duerp/{unit}/review", tags=["duerp"])


@router.get("")
async def reviewed(request: Request, desk: AtDesk) -> Review:
    """Tell what rules point out: what is missing, weak or late, and what the law wants written and is not found.

    A finding hinders nothing. It is closed by a dismissal with a reason (`POST /v1/duerp/{unit}/dismissals`).
    """
    records = await desk.entries()
    # Reading the words of hundreds of lines takes tens of milliseconds, the first time a second.
    found = await asyncio.to_thread(review, Reviewed(records, utc_now().date()))
    return review_view(desk.unit, found, records, language_of(request))
