"""Feedback in the database (port: FeedbackRepository)."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, delete

from services.gateway.database import listing
from services.gateway.database.engine import Database
from services.gateway.database.tables import FeedbackRow, QuestionRow
from services.gateway.feedback.ports import FeedbackRecord, FeedbackSearch
from services.gateway.questions.ports import QuestionRecord
from services.gateway.questions.sql import question_record
from shared.errors import NotFound
from shared.http_api.feedback import Reason, Verdict


class SqlFeedback:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, record: FeedbackRecord) -> FeedbackRecord:
        async with self._database.writing() as session:
            # The question's row is what two requests of a moment wait for: each then sees what the other has stored.
            if await session.get(QuestionRow, record.question_id, with_for_update=True) is None:
                raise NotFound(what="question")
            row = await session.get(FeedbackRow, (record.question_id, record.author))
            if row is None:
                row = FeedbackRow(
                    question_id=record.question_id,
                    author=record.author,
                    verdict=record.verdict,
                    created_at=record.created_at,
                    updated_at=record.updated_at,
                )
            row.verdict, row.reason, row.comment = record.verdict, record.reason, record.comment
            row.updated_at = record.updated_at
            session.add(row)
            return _record(row)

    async def find(self, question_id: UUID, author: str) -> FeedbackRecord | None:
        async with self._database.reading() as session:
            row = await session.get(FeedbackRow, (question_id, author))
            return _record(row) if row else None

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
            rows = (await session.exec(listing.feedback(search))).all()
            return [(_record(row), question_record(question)) for row, question in rows]


def _record(row: FeedbackRow) -> FeedbackRecord:
    return FeedbackRecord(
        question_id=row.question_id,
        author=row.author,
        verdict=Verdict(row.verdict),
        reason=Reason(row.reason) if row.reason else None,
        comment=row.comment,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
