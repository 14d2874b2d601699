"""The pages for admins. The gateway refuses who is none; what they see of questions and answers are numbers alone."""

import asyncio
from contextlib import aclosing
from datetime import datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from services.web.admin.views import weeks_of
from services.web.http.rendering import Pages
from services.web.sign_in.visitors import AllVisitors
from shared.clock import utc_now
from shared.http_api.feedback import FeedbackQuery

router = APIRouter(prefix="/admin")

_WEEKS = 8


@router.get("")
async def overview(request: Request, pages: Pages, visitors: AllVisitors) -> HTMLResponse:
    """Models, disks, and feedback by week."""
    today = utc_now().astimezone().date()
    first = today - timedelta(weeks=_WEEKS - 1, days=today.weekday())
    query = FeedbackQuery(since=datetime.combine(first, time(), utc_now().astimezone().tzinfo), limit=1000)
    async with visitors.visit(request) as visitor:
        client = visitor.client
        embedding = await client.embedding()  # refuses who is no admin before anything is shown
        is_ready, backends, status = await asyncio.gather(client.is_ready(), client.backends(), client.status())
        async with aclosing(client.all_feedback(query)) as told:
            feedback = [each async for each in told]
    models = [(use, model) for use in ("active", "next", "previous") if (model := getattr(embedding, use))]
    values: dict[str, Any] = {"models": models, "backends": backends, "disks": status.disk, "is_ready": is_ready}
    return pages.page(request, "admin/overview.html", weeks=weeks_of(feedback, today, _WEEKS), **values)


@router.get("/people")
async def people(
    request: Request, pages: Pages, visitors: AllVisitors, search: Annotated[str, Query(max_length=200)] = ""
) -> HTMLResponse:
    """The people whom the directory knows, and what they may read."""
    async with visitors.visit(request) as visitor:
        found = await visitor.client.people(search)
    return pages.page(request, "admin/people.html", people=found, search=search)
