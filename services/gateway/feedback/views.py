"""From records of feedback to the JSON of the API (shared/http_api)."""

from services.gateway.feedback.ports import FeedbackRecord
from services.gateway.questions.ports import QuestionRecord
from shared.contracts.questions import Outcome
from shared.http_api.feedback import FeedbackEntry, FeedbackView


def feedback_view(record: FeedbackRecord) -> FeedbackView:
    return FeedbackView(
        question=record.question_id,
        verdict=record.verdict,
        reason=record.reason,
        comment=record.comment,
        created_at=record.created_at,
        updated_at=record.updated_at,
        url=f"/v1/questions/{record.question_id}/feedback",
    )


def feedback_entry(record: FeedbackRecord, question: QuestionRecord) -> FeedbackEntry:
    """Without its comment, its author and the question's words: they may say what a unit alone may read."""
    outcome = question.outcome or Outcome()
    return FeedbackEntry(
        question=record.question_id,
        verdict=record.verdict,
        reason=record.reason,
        commented=record.comment is not None,
        state=question.state,
        mode=outcome.mode,
        backend=outcome.backend,
        model=outcome.model,
        created_at=record.created_at,
        updated_at=record.updated_at,
    )
