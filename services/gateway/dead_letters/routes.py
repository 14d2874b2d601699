"""Dead letters: list, show, send again, drop; for admins."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from services.gateway.database.ports import Cursor
from services.gateway.dead_letters.model import LetterRecord
from services.gateway.dead_letters.ports import LetterSearch
from services.gateway.dead_letters.service import DeadLetterService
from services.gateway.dead_letters.views import dead_letter_view
from services.gateway.http.dependencies import Caller, provided
from services.gateway.http.paging import page_of, page_request
from services.gateway.http.problems import language_of
from shared.http_api.dead_letters import DeadLetterList, DeadLetterQuery, DeadLetterView

router = APIRouter(prefix="/v1/dead-letters", tags=["status"])

Letters = Annotated[DeadLetterService, Depends(provided(DeadLetterService))]


@router.get("")
async def listing(
    request: Request, letters: Letters, caller: Caller, query: Annotated[DeadLetterQuery, Query()]
) -> DeadLetterList:
    """Records that no service could handle, where they lie and why, for admins; none of their words."""
    search = LetterSearch(states=frozenset(query.state), codes=frozenset(query.code), **page_request(query))
    found, following = page_of(await letters.page(caller, search), query, _place)
    language = language_of(request)
    return DeadLetterList(dead_letters=[dead_letter_view(each, language) for each in found], next=following)


@router.get("/{letter_id}")
async def show(request: Request, letters: Letters, caller: Caller, letter_id: UUID) -> DeadLetterView:
    return dead_letter_view(await letters.find(caller, letter_id), language_of(request))


@router.post("/{letter_id}/send", status_code=202)
async def send(request: Request, letters: Letters, caller: Caller, letter_id: UUID) -> DeadLetterView:
    """Send what it was about through the chain again, once its reason is gone; the admin need not read it."""
    return dead_letter_view(await letters.send_again(caller, letter_id), language_of(request))


@router.delete("/{letter_id}")
async def drop(request: Request, letters: Letters, caller: Caller, letter_id: UUID) -> DeadLetterView:
    """Close it without doing anything else; it stays on record, with who dropped it."""
    return dead_letter_view(await letters.drop(caller, letter_id), language_of(request))


def _place(record: LetterRecord) -> Cursor:
    return Cursor(record.occurred_at, record.id)
