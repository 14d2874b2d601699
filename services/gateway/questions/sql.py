"""Questions in the database (ports: QuestionRepository, QuestionHistory)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete, select, update

from services.gateway.database import listing
from services.gateway.database.engine import Database
from services.gateway.database.search_words import folded
from services.gateway.database.single_statement import SingleStatement, inserted, insertion
from services.gateway.database.tables import KEYS, OUTBOX, QUESTIONS, FeedbackRow, IdempotencyRow, QuestionRow
from services.gateway.embedding_models.current import EmbeddingMemory
from services.gateway.outbox.idempotency_sql import remembered_key
from services.gateway.outbox.ports import IdempotencyKey
from services.gateway.outbox.sql import FORGET_JOB, REQUEUE_JOB, forget_job, kept_event
from services.gateway.questions.ports import QuestionRecord, QuestionSearch
from shared.contracts.index import Embedding
from shared.contracts.questions import Outcome, QuestionAsked
from shared.errors import Conflict
from shared.http_api.questions import QuestionState

_OVERDUE_AT_ONCE = 200

# What every question goes through is said to the database in SQLAlchemy's Core: the mapper takes as long again.
_ACCEPT = SingleStatement(insertion(QUESTIONS), insertion(OUTBOX))
_ACCEPT_ONCE = SingleStatement(insertion(QUESTIONS), insertion(OUTBOX), insertion(KEYS))
_END = SingleStatement(
    update(QUESTIONS)
    .where(QUESTIONS.c.id == bindparam("question"), QUESTIONS.c.state == QuestionState.ACCEPTED)
    .values(state=bindparam("ended"), outcome=bindparam("how"))
    .returning(*(QUESTIONS.c[name] for name in ("text", "language", "asked_by", "created_at", "deadline"))),
    FORGET_JOB,
)


class SqlQuestions:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._embedding = EmbeddingMemory()

    async def accept(
        self, question: Callable[[Embedding], QuestionAsked], asked_by: str, idempotency: IdempotencyKey | None
    ) -> QuestionAsked:
        try:
            async with self._database.autocommit() as connection:
                event = question(await self._embedding.in_use(connection))
                asked = {
                    "id": event.question_id,
                    "text": event.text,
                    "language": event.language,
                    "asked_by": asked_by,
                    "state": QuestionState.ACCEPTED,
                    "created_at": event.occurred_at,
                    "deadline": event.deadline,
                    "folded": folded(event.text),
                }
                # A person waits: the service publishes at once, the relay only what that missed.
                promised = kept_event(event, job_id=event.question_id, published=True)
                rows = inserted(QUESTIONS, asked) | inserted(OUTBOX, promised)
                if idempotency is None:
                    await _ACCEPT.execute(connection, rows)
                else:
                    once = inserted(KEYS, remembered_key(idempotency, event.question_id))
                    await _ACCEPT_ONCE.execute(connection, rows | once)
        except IntegrityError as error:
            raise Conflict(reason="concurrent request of one idempotency key") from error
        return event

    async def requeue(self, question_id: UUID) -> None:
        async with self._database.autocommit() as connection:
            await connection.execute(REQUEUE_JOB, {"job": question_id})

    async def find(self, question_id: UUID) -> QuestionRecord | None:
        async with self._database.reading() as session:
            row = await session.get(QuestionRow, question_id)
            return question_record(row) if row else None

    async def finish(self, question_id: UUID, state: QuestionState, outcome: Outcome) -> QuestionRecord | None:
        end = {"question": question_id, "job": question_id, "ended": state, "how": outcome.model_dump_json()}
        async with self._database.autocommit() as connection:
            asked = await _END.execute(connection, end)
        if asked is None:
            return await self.find(question_id)
        return QuestionRecord(question_id=question_id, state=state, outcome=outcome, **asked)

    async def overdue(self, now: datetime) -> Sequence[UUID]:
        query = (
            select(QuestionRow.id)
            .where(QuestionRow.state == QuestionState.ACCEPTED, col(QuestionRow.deadline) < now)
            .limit(_OVERDUE_AT_ONCE)
        )
        async with self._database.reading() as session:
            return (await session.exec(query)).all()

    # --- QuestionHistory ---------------------------------------------------------------------------------------------

    async def page(self, asked_by: str, search: QuestionSearch) -> Sequence[QuestionRecord]:
        query = listing.questions(asked_by, search)
        async with self._database.reading() as session:
            return [question_record(row) for row in (await session.exec(query)).all()]

    async def forget(self, question_id: UUID) -> None:
        async with self._database.writing() as session:
            await forget_job(session, question_id)
            await session.exec(delete(FeedbackRow).where(col(FeedbackRow.question_id) == question_id))
            await session.exec(delete(IdempotencyRow).where(col(IdempotencyRow.resource_id) == question_id))
            await session.exec(delete(QuestionRow).where(col(QuestionRow.id) == question_id))


def question_record(row: QuestionRow) -> QuestionRecord:
    return QuestionRecord(
        question_id=row.id,
        text=row.text,
        language=row.language,
        asked_by=row.asked_by,
        state=QuestionState(row.state),
        outcome=Outcome.model_validate_json(row.outcome) if row.outcome else None,
        created_at=row.created_at,
        deadline=row.deadline,
    )
