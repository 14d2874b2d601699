"""From records of feedback to the JSON of the API (shared/http_api)."""

from services.gateway.database.ports import fields_of
from services.gateway.questions.feedback.model import FeedbackRecord
from services.gateway.questions.model import QuestionRecord
from shared.contracts.questions import Outcome
from shared.http_api.feedback import FeedbackEntry, FeedbackView

_OWN = frozenset(FeedbackView.model_fields) & frozenset(FeedbackRecord.model_fields)
_EVERYBODYS = frozenset(FeedbackEntry.model_fields) & frozenset(FeedbackRecord.model_fields) - {"comment", "author"}


def feedback_view(record: FeedbackRecord) -> FeedbackView:
    """One's own feedback."""
    url = f"/v1/questions/{record.question_id}/feedback"
    return FeedbackView(**fields_of(record, _OWN), question=record.question_id, url=url)


def feedback_entry(record: FeedbackRecord, question: QuestionRecord) -> FeedbackEntry:
    """Without its comment, its author and the question's words: they may say what a unit alone may read."""
    outcome = question.outcome or Outcome()
    return FeedbackEntry(
        **fields_of(record, _EVERYBODYS),
        question=record.question_id,
        commented=record.comment is not None,
        state=question.state,
        mode=outcome.mode,
        backend=outcome.backend,
        model=outcome.model,
    )
