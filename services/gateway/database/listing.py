"""Lists by search, order and page, in SQL: what documents, questions and feedback have in common."""

from datetime import datetime
from typing import Any

from sqlalchemy import Uuid, literal
from sqlmodel import col, select, tuple_

from services.gateway.database.ports import Slice
from services.gateway.database.tables import DocumentRow, FeedbackRow, QuestionRow, UtcDateTime, VersionRow
from services.gateway.documents.ports import DocumentSearch
from services.gateway.feedback.ports import FeedbackSearch
from services.gateway.questions.ports import QuestionSearch
from shared.http_api.documents import DocumentOrder


def documents(readable: frozenset[str], subject: str, search: DocumentSearch) -> Any:
    """Rows of documents, each with that of its latest version."""
    filters = [
        VersionRow.document_id == DocumentRow.id,
        VersionRow.sequence == DocumentRow.sequence,
        col(DocumentRow.scope).in_(readable) | (col(DocumentRow.submitted_by) == subject),
        *_any_of(DocumentRow.scope, search.scopes),
        *_any_of(VersionRow.state, search.states),
        *_any_of(VersionRow.media_type, search.media_types),
        *_has(VersionRow.folded, search.words),
        *_between(VersionRow.created_at, search),
        *(col(DocumentRow.noted)[name].as_string() == value for name, value in search.metadata.items()),
    ]
    by = DocumentRow.key if search.order is DocumentOrder.KEY else VersionRow.created_at
    query = select(DocumentRow, VersionRow).where(*filters)
    return _page(query, by, DocumentRow.id, search, newest_first=search.order is DocumentOrder.NEWEST)


def questions(asked_by: str, search: QuestionSearch) -> Any:
    filters = [
        QuestionRow.asked_by == asked_by,
        *_any_of(QuestionRow.state, search.states),
        *_has(QuestionRow.folded, search.words),
        *_between(QuestionRow.created_at, search),
    ]
    return _page(select(QuestionRow).where(*filters), QuestionRow.created_at, QuestionRow.id, search)


def feedback(search: FeedbackSearch) -> Any:
    """Rows of feedback, each with that of its question."""
    filters = [
        FeedbackRow.question_id == QuestionRow.id,
        *([FeedbackRow.verdict == search.verdict] if search.verdict else []),
        *_any_of(FeedbackRow.reason, search.reasons),
        *_between(FeedbackRow.created_at, search),
    ]
    query = select(FeedbackRow, QuestionRow).where(*filters)
    return _page(query, FeedbackRow.created_at, FeedbackRow.question_id, search)


def _page(query: Any, by: Any, identity: Any, search: Slice, *, newest_first: bool = True) -> Any:
    """A page in a total order: ids decide between equals, so that nothing is passed over or told twice."""
    columns = (col(by), col(identity))
    if search.after is not None:
        value = search.after.value
        typed = literal(value, UtcDateTime()) if isinstance(value, datetime) else literal(value)
        place = tuple_(typed, literal(search.after.id, Uuid()))
        query = query.where(tuple_(*columns) < place if newest_first else tuple_(*columns) > place)
    return query.order_by(*(column.desc() if newest_first else column for column in columns)).limit(search.limit)


def _any_of(column: Any, values: frozenset[Any]) -> list[Any]:
    return [col(column).in_(sorted(values))] if values else []


def _has(column: Any, words: tuple[str, ...]) -> list[Any]:
    return [col(column).contains(word, autoescape=True) for word in words]


def _between(column: Any, search: Slice) -> list[Any]:
    since = [col(column) >= search.since] if search.since else []
    return since + ([col(column) < search.until] if search.until else [])
