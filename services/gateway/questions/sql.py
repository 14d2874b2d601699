"""Questions in the database (ports: QuestionRepository, QuestionHistory)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.database.engine import Database
from services.gateway.database.listing import any_of, between, has_words, page
from services.gateway.database.ports import fields_of
from services.gateway.database.search_words import folded
from services.gateway.database.single_statement import SingleStatement, inserted, insertion
from services.gateway.database.tables import KEYS, OUTBOX, QUESTIONS, FeedbackRow, IdempotencyRow, QuestionRow
from services.gateway.outbox.idempotency_sql import idempotency_row
from services.gateway.outbox.ports import IdempotencyKey
from services.gateway.outbox.sql import FORGET_JOB, REQUEUE_JOB, outbox_row
from services.gateway.questions.model import QuestionRecord, Said, accepted
from services.gateway.questions.ports import QuestionSearch
from services.gateway.questions.quotes import cited_versions
from services.gateway.questions.quotes_sql import as_shown, column_of
from shared.contracts.questions import Outcome, QuestionAsked
from shared.errors import Conflict
from shared.http_api.questions import QuestionState

_MOST_OVERDUE = 200
_MOST_EARLIER = 10
"""Questions of a conversation that the next one is completed from."""
_COPIED = frozenset(QuestionRecord.model_fields) - {"question_id", "outcome"}

# What every question goes through is said to the database in SQLAlchemy's Core, and as one statement: the mapper takes
# as long again, and a unit of work four ways to PostgreSQL instead of one (ADR 16).
_ACCEPT = SingleStatement(insertion(QUESTIONS), insertion(OUTBOX))
_ACCEPT_ONCE = SingleStatement(insertion(QUESTIONS), insertion(OUTBOX), insertion(KEYS))
_END = SingleStatement(
    update(QUESTIONS)
    .where(QUESTIONS.c.id == bindparam("question"), QUESTIONS.c.state == QuestionState.ACCEPTED)
    .values(state=bindparam("ended"), outcome=bindparam("how"), cited=bindparam("citing"))
    .returning(*(QUESTIONS.c[name] for name in sorted(_COPIED - {"state"}))),
    FORGET_JOB,
)


class SqlQuestions:
    """Both ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- QuestionRepository ------------------------------------------------------------------------------------------

    async def accept(
        self, event: QuestionAsked, asked_by: str, idempotency: IdempotencyKey | None, said: Said | None = None
    ) -> None:
        record = accepted(event, asked_by, said)
        asked = fields_of(record, _COPIED) | {"id": event.question_id, "folded": folded(record.text)}
        # A person waits: the service publishes at once, the relay only what that missed.
        promised = outbox_row(event, job=event.question_id, published=True)
        rows = inserted(QUESTIONS, asked) | inserted(OUTBOX, promised)
        try:
            async with self._database.autocommit() as connection:
                if idempotency is None:
                    await _ACCEPT.execute(connection, rows)
                else:
                    once = inserted(KEYS, idempotency_row(idempotency, event.question_id))
                    await _ACCEPT_ONCE.execute(connection, rows | once)
        except IntegrityError as error:
            raise Conflict(reason="concurrent request of one idempotency key") from error

    async def requeue(self, question_id: UUID) -> None:
        async with self._database.autocommit() as connection:
            await connection.execute(REQUEUE_JOB, {"job": question_id})

    async def find(self, question_id: UUID, readable: frozenset[str] | None = None) -> QuestionRecord | None:
        async with self._database.reading() as session:
            row = await session.get(QuestionRow, question_id)
            return (await as_shown(session, [question_record(row)], readable))[0] if row else None

    async def finish(self, question_id: UUID, state: QuestionState, outcome: Outcome) -> QuestionRecord | None:
        end = {
            "question": question_id,
            "job": question_id,
            "ended": state,
            "how": outcome.model_dump_json(),
            "citing": column_of(cited_versions(outcome)),
        }
        async with self._database.autocommit() as connection:
            asked = await _END.execute(connection, end)
        if asked is None:
            return await self.find(question_id)
        return QuestionRecord(question_id=question_id, state=state, outcome=outcome, **asked)

    # --- QuestionHistory ---------------------------------------------------------------------------------------------

    async def page(self, asked_by: str, search: QuestionSearch, readable: frozenset[str]) -> Sequence[QuestionRecord]:
        query = _listed(asked_by, search)
        async with self._database.reading() as session:
            found = [question_record(row) for row in (await session.exec(query)).all()]
            return await as_shown(session, found, readable)

    async def conversation(self, asked_by: str, conversation: UUID) -> Sequence[str]:
        query = (
            select(QuestionRow)
            .where(QuestionRow.asked_by == asked_by, QuestionRow.conversation == conversation)
            .order_by(col(QuestionRow.created_at).desc())
            .limit(_MOST_EARLIER)
        )
        async with self._database.reading() as session:
            return [row.completed or row.text for row in reversed((await session.exec(query)).all())]

    async def rename(self, asked_by: str, conversation: UUID, title: str | None) -> bool:
        mine = (col(QuestionRow.asked_by) == asked_by, col(QuestionRow.conversation) == conversation)
        async with self._database.writing() as session:
            rows = (await session.exec(select(QuestionRow).where(*mine))).all()
            for row in rows:
                row.title, row.folded = title, folded(f"{row.text}\n{title or ''}".strip())
                session.add(row)
        await self._database.erased()
        return bool(rows)

    async def forget(self, question_id: UUID) -> None:
        async with self._database.writing() as session:
            await _forget_completions(session, question_id)
            await (await session.connection()).execute(FORGET_JOB, {"job": question_id})
            await session.exec(delete(FeedbackRow).where(col(FeedbackRow.question_id) == question_id))
            await session.exec(delete(IdempotencyRow).where(col(IdempotencyRow.resource_id) == question_id))
            await session.exec(delete(QuestionRow).where(col(QuestionRow.id) == question_id))
        await self._database.erased()

    async def overdue(self, now: datetime) -> Sequence[UUID]:
        query = (
            select(QuestionRow.id)
            .where(QuestionRow.state == QuestionState.ACCEPTED, col(QuestionRow.deadline) < now)
            .limit(_MOST_OVERDUE)
        )
        async with self._database.reading() as session:
            return (await session.exec(query)).all()

    async def counts(self, asked_by: str) -> Mapping[str, int]:
        query = (
            select(QuestionRow.state, func.count()).where(QuestionRow.asked_by == asked_by).group_by(QuestionRow.state)
        )
        async with self._database.reading() as session:
            return dict((await session.exec(query)).all())


async def _forget_completions(session: AsyncSession, question_id: UUID) -> None:
    """Take out what later questions of the same conversation were completed with: it may be this question's words."""
    row = await session.get(QuestionRow, question_id)
    if row is None or row.conversation is None:
        return
    later = (
        col(QuestionRow.asked_by) == row.asked_by,
        col(QuestionRow.conversation) == row.conversation,
        col(QuestionRow.created_at) >= row.created_at,
    )
    await session.exec(update(QuestionRow).where(*later).values(completed=None))


def question_record(row: QuestionRow) -> QuestionRecord:
    """The record of a row."""
    outcome = Outcome.model_validate_json(row.outcome) if row.outcome else None
    return QuestionRecord(**fields_of(row, _COPIED), question_id=row.id, outcome=outcome)


def _listed(asked_by: str, search: QuestionSearch) -> Any:
    query = select(QuestionRow).where(
        QuestionRow.asked_by == asked_by,
        *any_of(QuestionRow.state, search.states),
        *([QuestionRow.conversation == search.conversation] if search.conversation else []),
        *has_words(QuestionRow.folded, search.words),
        *between(QuestionRow.created_at, search),
    )
    return page(query, QuestionRow.created_at, QuestionRow.id, search)
