"""Conversations: called otherwise than by their first question."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.gateway.http.bodies import BodyKind, takes
from services.gateway.http.dependencies import Caller, provided
from services.gateway.questions.service import QuestionService
from shared.http_api.questions import ConversationEdit

router = APIRouter(prefix="/v1/conversations", tags=["questions"])


@router.patch("/{conversation_id}", status_code=204)
@takes(BodyKind.QUESTION)
async def edit(
    questions: Annotated[QuestionService, Depends(provided(QuestionService))],
    caller: Caller,
    conversation_id: UUID,
    body: ConversationEdit,
) -> None:
    """Call a conversation of one's own by a title, or by its first question again (`null`)."""
    await questions.rename(caller, conversation_id, body.title)
