"""The pages for admins. The gateway refuses who is none; what they see of questions and answers are numbers alone."""

import asyncio
from contextlib import aclosing
from datetime import datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.web.admin.service_health import ServiceHealth
from services.web.admin.views import UsageWeek, weeks_of
from services.web.http.languages import language_of
from services.web.http.parts import provided
from services.web.http.rendering import Pages
from services.web.sign_in.visitors import AllVisitors
from shared.access import PUBLIC
from shared.client import VigieClient
from shared.clock import utc_now
from shared.contracts.media_types import CORPORA
from shared.http_api.documents import DocumentQuery, DocumentState, DocumentView
from shared.http_api.feedback import FeedbackQuery

router = APIRouter(prefix="/admin")

Services = Annotated[ServiceHealth, Depends(provided(ServiceHealth))]

_WEEKS = 8
_MOST_CORPORA = 100
_SEE_OTHER = 303
_KEPT = [state for state in DocumentState if state not in {DocumentState.WITHDRAWN, DocumentState.REPLACED}]


@router.get("")
async def overview(request: Request, pages: Pages, visitors: AllVisitors, health: Services) -> HTMLResponse:
    """How services and models are, what scopes take, use and feedback by week."""
    today = utc_now().astimezone().date()
    first = today - timedelta(weeks=_WEEKS - 1, days=today.weekday())
    query = FeedbackQuery(since=datetime.combine(first, time(), utc_now().astimezone().tzinfo), limit=1000)
    async with visitors.visit(request) as visitor:
        client = visitor.client
        embedding = await client.embedding()  # refuses who is no admin before anything is shown
        services, backends, status, usage, corpora = await asyncio.gather(
            health.all(language_of(request)), client.backends(), client.status(), client.usage(_WEEKS), _corpora(client)
        )
        async with aclosing(client.all_feedback(query)) as told:
            feedback = [each async for each in told]
    models = [(use, model) for use in ("active", "next", "previous") if (model := getattr(embedding, use))]
    asked = [UsageWeek.of(each) for each in usage.weeks]
    values: dict[str, Any] = {
        "usage": asked,
        "corpora": corpora,
        "models": models,
        "backends": backends,
        "disks": status.disk,
        "services": services,
        "scopes": status.quotas,
    }
    return pages.page(request, "admin/overview.html", weeks=weeks_of(feedback, today, _WEEKS), **values)


@router.post("/corpora/{document}/renew")
async def renew(request: Request, visitors: AllVisitors, document: UUID) -> Response:
    """Read what is stored of a corpus again; a newer edition comes from who runs the platform."""
    async with visitors.visit(request) as visitor:
        await visitor.client.reindex(document)
    return RedirectResponse("/admin#corpora", _SEE_OTHER)


@router.get("/people")
async def people(
    request: Request, pages: Pages, visitors: AllVisitors, search: Annotated[str, Query(max_length=200)] = ""
) -> HTMLResponse:
    """The people whom the directory knows, and what they may read."""
    async with visitors.visit(request) as visitor:
        found = await visitor.client.people(search)
    return pages.page(request, "admin/people.html", people=found, search=search)


async def _corpora(client: VigieClient) -> list[DocumentView]:
    """The public corpora that are there, by title."""
    query = DocumentQuery(media_type=sorted(CORPORA), scope=[PUBLIC], state=_KEPT, limit=_MOST_CORPORA)
    async with aclosing(client.documents(query)) as found:
        return sorted([each async for each in found], key=lambda each: each.title)
