"""Documents in the database (ports: DocumentRepository, DocumentNotes, DocumentProgress, DocumentCatalogue)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.database import listing
from services.gateway.database.engine import Database
from services.gateway.database.search_words import folded
from services.gateway.database.tables import DocumentRow, QuestionRow, VersionRow
from services.gateway.documents.ports import Counts, DocumentRecord, DocumentSearch
from services.gateway.embedding_models.sql import forget_vectors
from services.gateway.outbox.idempotency_sql import remember_key
from services.gateway.outbox.ports import IdempotencyKey
from services.gateway.outbox.sql import forget_job, moved, put_event
from shared.contracts.base import Failure
from shared.contracts.documents import (
    Chunking,
    DocumentIndexed,
    DocumentProgressed,
    DocumentSubmitted,
    DocumentWithdrawn,
)
from shared.errors import Conflict
from shared.http_api.documents import DocumentState

_OPEN = (DocumentState.ACCEPTED, DocumentState.PARSED, DocumentState.EMBEDDED)


class SqlDocuments:
    def __init__(self, database: Database) -> None:
        self._database = database

    # --- DocumentRepository ------------------------------------------------------------------------------------------

    async def latest(self, document_id: UUID) -> DocumentRecord | None:
        async with self._database.reading() as session:
            query = (
                select(DocumentRow, VersionRow)
                .where(VersionRow.document_id == DocumentRow.id, VersionRow.sequence == DocumentRow.sequence)
                .where(DocumentRow.id == document_id)
            )
            found = (await session.exec(query)).first()
            return _record(*found) if found else None

    async def accept(
        self, record: DocumentRecord, event: DocumentSubmitted, idempotency: IdempotencyKey | None
    ) -> DocumentRecord:
        try:
            async with self._database.writing() as session:
                await _put_document(session, record)
                await session.merge(_version_row(record))
                await put_event(session, event, job_id=record.version_id)
                remember_key(session, idempotency, record.document_id)
        except IntegrityError as error:
            raise Conflict(reason="concurrent submission") from error
        return record

    async def accept_withdrawal(self, event: DocumentWithdrawn) -> None:
        async with self._database.writing() as session:
            versions = (
                await session.exec(select(VersionRow.id).where(VersionRow.document_id == event.document_id))
            ).all()
            for version in versions:
                await forget_job(session, version)
            await forget_vectors(session, versions)
            await session.exec(
                update(VersionRow)
                .where(col(VersionRow.document_id) == event.document_id)
                .values(state=DocumentState.WITHDRAWN, updated_at=_now())
            )
            await put_event(session, event, job_id=event.document_id)

    async def resubmit(self, document_id: UUID, event: DocumentSubmitted) -> None:
        async with self._database.writing() as session:
            await session.exec(
                update(VersionRow)
                .where(col(VersionRow.id) == event.version_id, col(VersionRow.document_id) == document_id)
                .values(state=DocumentState.ACCEPTED, embedded=0, indexed=0, failure=None, updated_at=_now())
            )
            await forget_job(session, event.version_id)
            await forget_vectors(session, [event.version_id])
            await put_event(session, event, job_id=event.version_id)

    # --- DocumentNotes -----------------------------------------------------------------------------------------------

    async def describe(self, document_id: UUID, metadata: Mapping[str, str]) -> None:
        async with self._database.writing() as session:
            await session.exec(
                update(DocumentRow).where(col(DocumentRow.id) == document_id).values(noted=dict(metadata))
            )

    # --- DocumentProgress --------------------------------------------------------------------------------------------

    async def progressed(self, event: DocumentProgressed) -> None:
        async with self._database.writing() as session:
            if event.stage == "withdrawn":
                await forget_job(session, event.document_id)
                return
            row = await _open_version(session, event)
            if row is None:
                return
            if event.stage == "failed":
                row.state = DocumentState.FAILED
                row.failure = event.failure.model_dump() if event.failure else None
                await forget_job(session, row.id)
            else:
                _count(row, event)
                await moved(session, row.id)
            row.updated_at = _now()
            session.add(row)

    async def indexed(self, event: DocumentIndexed) -> None:
        async with self._database.writing() as session:
            row = await _open_version(session, event)
            if row is None:
                return
            row.state = DocumentState.INDEXED
            row.passages = row.embedded = row.indexed = event.passages
            row.updated_at = _now()
            session.add(row)
            await session.exec(
                update(VersionRow)
                .where(col(VersionRow.document_id) == event.document_id, col(VersionRow.sequence) < event.sequence)
                .values(state=DocumentState.REPLACED)
            )
            await forget_job(session, row.id)

    # --- DocumentCatalogue -------------------------------------------------------------------------------------------

    async def listing(self, readable: frozenset[str], subject: str, search: DocumentSearch) -> Sequence[DocumentRecord]:
        query = listing.documents(readable, subject, search)
        async with self._database.reading() as session:
            return [_record(document, version) for document, version in (await session.exec(query)).all()]

    async def version(self, version_id: UUID) -> DocumentRecord | None:
        async with self._database.reading() as session:
            query = select(DocumentRow, VersionRow).where(
                VersionRow.document_id == DocumentRow.id, VersionRow.id == version_id
            )
            found = (await session.exec(query)).first()
            return _record(*found) if found else None

    async def versions(self, document_id: UUID) -> Sequence[DocumentRecord]:
        query = select(DocumentRow, VersionRow).where(
            VersionRow.document_id == DocumentRow.id, DocumentRow.id == document_id
        )
        async with self._database.reading() as session:
            return [_record(document, version) for document, version in (await session.exec(query)).all()]

    async def counts(self) -> Counts:
        async with self._database.reading() as session:
            documents = await session.exec(
                select(VersionRow.state, func.count(), func.sum(VersionRow.passages))
                .join(DocumentRow)
                .where(VersionRow.sequence == DocumentRow.sequence)
                .group_by(VersionRow.state)
            )
            rows = documents.all()
            questions = await session.exec(select(QuestionRow.state, func.count()).group_by(QuestionRow.state))
            return Counts(
                documents={state: count for state, count, _ in rows},
                questions=dict(questions.all()),
                passages=sum(int(passages or 0) for state, _, passages in rows if state == DocumentState.INDEXED),
            )


async def _put_document(session: AsyncSession, record: DocumentRecord) -> None:
    document = await session.get(DocumentRow, record.document_id, with_for_update=True)
    if document is None:
        session.add(
            DocumentRow(
                id=record.document_id,
                scope=record.scope,
                key=record.key,
                sequence=record.sequence,
                submitted_by=record.submitted_by,
                noted=dict(record.metadata),
            )
        )
    else:
        if document.sequence >= record.sequence:
            raise Conflict(reason="concurrent submission")
        document.sequence = record.sequence
        document.submitted_by = record.submitted_by
        document.noted = dict(record.metadata)
        session.add(document)
    await session.flush()
    superseded = select(VersionRow.id).where(
        VersionRow.document_id == record.document_id, col(VersionRow.state).in_(_OPEN)
    )
    for version in (await session.exec(superseded)).all():
        await forget_job(session, version)  # a version that was overtaken on its way has nothing left to reach


async def _open_version(session: AsyncSession, event: DocumentProgressed | DocumentIndexed) -> VersionRow | None:
    """The version that the event is about, unless it has ended or was sent again since."""
    row = await session.get(VersionRow, event.version_id, with_for_update=True)
    if row is None or row.sequence != event.sequence or row.state not in _OPEN:
        return None
    return row


def _count(row: VersionRow, event: DocumentProgressed) -> None:
    """Counts only grow: a redelivered event reports what was known."""
    row.passages = event.total
    if event.stage == "embedded":
        row.embedded = max(row.embedded, event.done)
    elif event.stage == "indexed":
        row.indexed = max(row.indexed, event.done)
    row.state = DocumentState.EMBEDDED if row.embedded == row.passages else DocumentState.PARSED


def _version_row(record: DocumentRecord) -> VersionRow:
    return VersionRow(
        id=record.version_id,
        document_id=record.document_id,
        sequence=record.sequence,
        title=record.title,
        file_name=record.file_name,
        media_type=record.media_type,
        sha256=record.sha256,
        size=record.size,
        source_key=record.source_key,
        language=record.language,
        chunking=record.chunking.model_dump(exclude_none=True),
        state=record.state,
        created_at=record.created_at,
        updated_at=record.updated_at,
        folded=folded(f"{record.title}\n{record.key}\n{record.file_name}"),
    )


def _record(document: DocumentRow, version: VersionRow) -> DocumentRecord:
    return DocumentRecord(
        document_id=document.id,
        version_id=version.id,
        sequence=version.sequence,
        scope=document.scope,
        key=document.key,
        title=version.title,
        file_name=version.file_name,
        media_type=version.media_type,
        sha256=version.sha256,
        size=version.size,
        source_key=version.source_key,
        submitted_by=document.submitted_by,
        language=version.language,
        chunking=Chunking.model_validate(version.chunking),
        metadata=document.noted,
        state=DocumentState(version.state),
        passages=version.passages,
        embedded=version.embedded,
        indexed=version.indexed,
        failure=Failure.model_validate(version.failure) if version.failure else None,
        created_at=version.created_at,
        updated_at=version.updated_at,
    )


def _now() -> datetime:
    return datetime.now(UTC)
