"""Feedback in the database (port: FeedbackRepository)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, delete, select

from services.gateway.database.engine import Database
from services.gateway.database.listing import any_of, between, page
from services.gateway.database.tables import FeedbackRow, QuestionRow
from services.gateway.questions.feedback.model import FeedbackRecord
from services.gateway.questions.feedback.ports import FeedbackSearch
from services.gateway.questions.model import QuestionRecord
from services.gateway.questions.quotes_sql import as_shown
from services.gateway.questions.sql import question_record
from shared.errors import NotFound


class SqlFeedback:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, record: FeedbackRecord) -> FeedbackRecord:
        async with self._database.writing() as session:
            # The question's row is what two requests of a moment wait for: each then sees what the other has stored.
            if await session.get(QuestionRow, record.question_id, with_for_update=True) is None:
                raise NotFound(what="question")
            row = await session.get(FeedbackRow, (record.question_id, record.author))
            created_at = row.created_at if row else record.created_at
            stored = record.model_copy(update={"created_at": created_at})
            await session.merge(FeedbackRow(**stored.model_dump()))
            return stored

    async def find(self, question_id: UUID, author: str) -> FeedbackRecord | None:
        async with self._database.reading() as session:
            row = await session.get(FeedbackRow, (question_id, author))
            return FeedbackRecord.model_validate(row) if row else None

    async def remove(self, question_id: UUID, author: str) -> bool:
        async with self._database.writing() as session:
            result = await session.exec(
                delete(FeedbackRow).where(
                    col(FeedbackRow.question_id) == question_id, col(FeedbackRow.author) == author
                )
            )
            return bool(result.rowcount)

    async def page(self, search: FeedbackSearch) -> Sequence[tuple[FeedbackRecord, QuestionRecord]]:
        async with self._database.reading() as session:
            rows = (await session.exec(_listed(search))).all()
            questions = await as_shown(session, [question_record(question) for _, question in rows], frozenset())
            records = [FeedbackRecord.model_validate(row) for row, _ in rows]
            return list(zip(records, questions, strict=True))


def _listed(search: FeedbackSearch) -> Any:
    """Rows of feedback, each with that of its question."""
    query = select(FeedbackRow, QuestionRow).where(
        FeedbackRow.question_id == QuestionRow.id,
        *([FeedbackRow.verdict == search.verdict] if search.verdict else []),
        *any_of(FeedbackRow.reason, search.reasons),
        *between(FeedbackRow.created_at, search),
    )
    return page(query, FeedbackRow.created_at, FeedbackRow.question_id, search)
