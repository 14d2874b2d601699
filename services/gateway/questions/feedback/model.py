"""What a person says of an answer. Pure."""

from datetime import datetime
from uuid import UUID

from services.gateway.database.ports import Record
from shared.errors import InvalidInput
from shared.http_api.feedback import FeedbackBody, Reason, Verdict


class FeedbackRecord(Record):
    """What a person says of an answer; at most one of each person and question."""

    question_id: UUID
    author: str
    verdict: Verdict
    reason: Reason | None
    comment: str | None
    created_at: datetime
    updated_at: datetime


def said(question_id: UUID, author: str, body: FeedbackBody, now: datetime) -> FeedbackRecord:
    """Make the record of what somebody says now.

    Raises:
        InvalidInput: a reason to praise, or a comment that is no text.
    """
    if body.verdict is Verdict.UP and body.reason is not None:
        raise InvalidInput(reason="praise-with-reason")
    comment = (body.comment or "").strip()
    if not all(character.isprintable() or character.isspace() for character in comment):
        raise InvalidInput(reason="comment")
    return FeedbackRecord(
        question_id=question_id,
        author=author,
        verdict=body.verdict,
        reason=body.reason,
        comment=comment or None,
        created_at=now,
        updated_at=now,
    )
