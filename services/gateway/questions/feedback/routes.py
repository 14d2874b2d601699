"""Feedback on answers: one's own on one's own questions; what an admin may see of everybody's."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.gateway.database.ports import Cursor
from services.gateway.http.dependencies import Caller, provided
from services.gateway.http.paging import page_of, page_request
from services.gateway.questions.feedback.ports import FeedbackSearch
from services.gateway.questions.feedback.service import FeedbackService
from services.gateway.questions.feedback.views import feedback_entry, feedback_view
from shared.http_api.feedback import FeedbackBody, FeedbackList, FeedbackQuery, FeedbackView

router = APIRouter(tags=["feedback"])

Feedback = Annotated[FeedbackService, Depends(provided(FeedbackService))]

_OWN = "/v1/questions/{question_id}/feedback"


@router.put(_OWN)
async def judge(feedback: Feedback, caller: Caller, question_id: UUID, body: FeedbackBody) -> FeedbackView:
    """Say what one thinks of an answer, or change it: there is one of each person and question."""
    return feedback_view(await feedback.put(caller, question_id, body))


@router.post(_OWN)
async def give(feedback: Feedback, caller: Caller, question_id: UUID, body: FeedbackBody) -> FeedbackView:
    """The same as PUT, for clients that only post; doing it again changes nothing."""
    return feedback_view(await feedback.put(caller, question_id, body))


@router.get(_OWN)
async def own(feedback: Feedback, caller: Caller, question_id: UUID) -> FeedbackView:
    return feedback_view(await feedback.find(caller, question_id))


@router.delete(_OWN, status_code=204)
async def take_back(feedback: Feedback, caller: Caller, question_id: UUID) -> None:
    await feedback.remove(caller, question_id)


@router.get("/v1/feedback")
async def listing(feedback: Feedback, caller: Caller, query: Annotated[FeedbackQuery, Query()]) -> FeedbackList:
    """Everybody's feedback, for admins: verdicts, reasons and dates, no text and no names."""
    search = FeedbackSearch(verdict=query.verdict, reasons=frozenset(query.reason), **page_request(query))
    found = await feedback.page(caller, search)
    entries, following = page_of(found, query, lambda pair: Cursor(pair[0].created_at, pair[0].question_id))
    return FeedbackList(feedback=[feedback_entry(*pair) for pair in entries], next=following)
