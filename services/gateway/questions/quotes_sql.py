"""Answers in the database that cite what their reader may not read: shown without its words.

Of what was withdrawn, they are stored without them then.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.database.engine import Database
from services.gateway.database.tables import DocumentRow, QuestionRow, VersionRow, WithdrawalRow
from services.gateway.questions.model import QuestionRecord
from services.gateway.questions.quotes import cited_versions, shown, without_words
from shared.clock import utc_now
from shared.contracts.questions import Outcome
from shared.http_api.documents import DocumentState

_AT_ONCE = 100
"""Answers read and written in one transaction: on SQLite it keeps other writers waiting for some 20 ms."""


async def as_shown(
    session: AsyncSession, records: Sequence[QuestionRecord], readable: frozenset[str] | None
) -> list[QuestionRecord]:
    """Return the records without words of what was withdrawn, whether it has been taken out of the rows yet or not.

    Args:
        readable: scopes of the person who reads now; no words of others are left. None: nobody reads.
    """
    cited = frozenset[UUID]().union(*(cited_versions(record.outcome) for record in records))
    if not cited:
        return list(records)
    query = (
        select(VersionRow.id, VersionRow.state, DocumentRow.scope)
        .join(DocumentRow)
        .where(col(VersionRow.id).in_(list(cited)))
    )
    found = (await session.exec(query)).all()
    withdrawn = frozenset(version for version, state, _ in found if state == DocumentState.WITHDRAWN)
    out_of_reach = frozenset(version for version, _, scope in found if readable is not None and scope not in readable)
    return [shown(record, withdrawn, out_of_reach) for record in records]


def column_of(versions: Iterable[UUID]) -> str:
    """Return what the column `cited` says of these versions."""
    return " ".join(sorted(version.hex for version in versions))


class SqlQuotes:
    """Takes words of withdrawn documents out of stored answers.

    Args:
        beside: takes those of versions of a scope out of what else quotes them, before a receipt says that it is done.
    """

    def __init__(self, database: Database, beside: Callable[[str, Collection[UUID]], Awaitable[int]]) -> None:
        self._database = database
        self._beside = beside

    async def blank(self) -> int:
        """Take out the words of what was withdrawn or repeated since the last call; how many texts were changed."""
        while await self._note_cited():
            pass
        changed = 0
        for document, sequence, scope in await self._pending():
            versions = await self._versions(document)
            for version in versions:
                while done := await self._blank_some(version):
                    changed += done
            changed += await self._beside(scope, versions)
            await self._blanked(document, sequence)
            await self._database.erased()
        return changed

    async def _note_cited(self) -> int:
        """Note what answers cite that were stored before that was noted."""
        query = select(QuestionRow).where(col(QuestionRow.cited).is_(None), col(QuestionRow.outcome).is_not(None))
        async with self._database.writing() as session:
            rows = (await session.exec(query.limit(_AT_ONCE))).all()
            for row in rows:
                row.cited = column_of(cited_versions(Outcome.model_validate_json(row.outcome or "{}")))
                session.add(row)
            return len(rows)

    async def _pending(self) -> list[tuple[UUID, int, str]]:
        query = select(WithdrawalRow).where(col(WithdrawalRow.quotes_blanked_at).is_(None))
        async with self._database.reading() as session:
            return [(row.document_id, row.sequence, row.scope) for row in (await session.exec(query)).all()]

    async def _versions(self, document: UUID) -> Sequence[UUID]:
        query = select(VersionRow.id).where(
            VersionRow.document_id == document, VersionRow.state == DocumentState.WITHDRAWN
        )
        async with self._database.reading() as session:
            return (await session.exec(query)).all()

    async def _blank_some(self, version: UUID) -> int:
        query = select(QuestionRow).where(col(QuestionRow.cited).contains(version.hex)).limit(_AT_ONCE)
        async with self._database.writing() as session:
            rows = (await session.exec(query)).all()
            for row in rows:
                outcome = without_words(Outcome.model_validate_json(row.outcome or "{}"), {version})
                row.outcome = outcome.model_dump_json()
                row.cited = column_of(cited_versions(outcome) - {version})
                session.add(row)
            return len(rows)

    async def _blanked(self, document: UUID, sequence: int) -> None:
        async with self._database.writing() as session:
            row = await session.get(WithdrawalRow, (document, sequence))
            if row is not None:
                row.quotes_blanked_at = utc_now()
                session.add(row)
