"""The review of a unit's DUERP over HTTP."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from services.gateway.duerp.entry_routes import AtDesk
from services.gateway.duerp.review.rules import review
from services.gateway.duerp.review.service import ReviewService
from services.gateway.duerp.review.views import review_view
from services.gateway.http.dependencies import provided
from services.gateway.http.problems import language_of
from shared.http_api.duerp.review import Review

router = APIRouter(prefix="/v1/duerp/{unit}/review", tags=["duerp"])

Reviews = Annotated[ReviewService, Depends(provided(ReviewService))]


@router.get("")
async def reviewed(request: Request, reviews: Reviews, desk: AtDesk) -> Review:
    """Tell what rules point out: what is missing, weak or late, and what the law wants written and is not found.

    What has changed since the last frozen version is told too: articles that lines cite, with both texts (`law`),
    ratings that improved without a measure or an action, equipment and documents that are gone, people.

    A finding hinders nothing. It is closed by a dismissal with a reason (`POST /v1/duerp/{unit}/dismissals`).
    """
    looked_at = await reviews.reviewed(desk)
    # Reading the words of hundreds of lines takes tens of milliseconds, the first time a second.
    found = await asyncio.to_thread(review, looked_at)
    return review_view(desk.unit, found, looked_at, language_of(request))
