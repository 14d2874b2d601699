"""Usage by week, for admins."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from services.gateway.http.dependencies import Caller, provided
from services.gateway.questions.usage import UsageService
from shared.clock import utc_now
from shared.http_api.admin import UsageView, WeekView
from shared.http_api.written import DIGITS

router = APIRouter(prefix="/v1", tags=["status"])


@router.get("/usage")
async def usage(
    service: Annotated[UsageService, Depends(provided(UsageService))],
    caller: Caller,
    weeks: Annotated[int, Query(ge=1, le=53), DIGITS] = 8,
) -> UsageView:
    """Questions by state, people and documents of each week, for admins; this week first."""
    found = await service.weeks(caller, utc_now().date(), weeks)
    return UsageView(
        weeks=[
            WeekView(monday=each.monday, questions=dict(each.questions), documents=each.documents, people=each.people)
            for each in found
        ]
    )
