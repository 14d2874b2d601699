"""Documents in the database (ports: DocumentRepository, DocumentCatalogue)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.database.engine import Database
from services.gateway.database.listing import any_of, between, has_words, page
from services.gateway.database.ports import fields_of
from services.gateway.database.search_words import folded
from services.gateway.database.tables import DocumentRow, VersionRow
from services.gateway.documents.model import DocumentRecord
from services.gateway.documents.ports import DocumentCounts, DocumentSearch
from services.gateway.documents.withdrawals_sql import SqlWithdrawals
from services.gateway.embedding_models.vectors_sql import SqlVectors
from shared.contracts.remarks import Remarks
from shared.errors import Conflict
from shared.http_api.documents import DocumentOrder, DocumentState

_OF_DOCUMENT = frozenset({"scope", "key", "submitted_by", "withdrawn", "withdraws_at"})
_OF_VERSION = frozenset(DocumentRecord.model_fields) & frozenset(VersionRow.model_fields) - _OF_DOCUMENT
_CHANGING = ("state", "passages", "embedded", "indexed", "updated_at")

_REMARKS = TypeAdapter(Remarks)

_VERSIONS = select(DocumentRow, VersionRow).where(VersionRow.document_id == DocumentRow.id)


class SqlDocuments:
    """Port: DocumentRepository, within the transaction of a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def version(self, version_id: UUID) -> DocumentRecord | None:
        found = (await self._session.exec(_locked(_VERSIONS.where(VersionRow.id == version_id)))).first()
        return _record(*found) if found else None

    async def versions(self, document_id: UUID) -> Sequence[DocumentRecord]:
        query = _VERSIONS.where(DocumentRow.id == document_id).order_by(col(VersionRow.sequence))
        return [_record(document, version) for document, version in (await self._session.exec(_locked(query))).all()]

    async def add(self, record: DocumentRecord) -> None:
        document = await self._session.get(
            DocumentRow, record.document_id, with_for_update=True, populate_existing=True
        )
        if document is not None and (document.sequence >= record.sequence or document.withdrawn != record.withdrawn):
            raise Conflict(reason="concurrent submission")
        document = document or DocumentRow(id=record.document_id, **fields_of(record, _OF_DOCUMENT), sequence=0)
        document.sequence = record.sequence
        document.key = record.key
        document.submitted_by = record.submitted_by
        document.noted = dict(record.metadata)
        document.withdraws_at = document.withdraws_for = None  # who sends it, or changes it, keeps it
        self._session.add(document)
        try:
            await self._session.flush()
            await self._session.merge(_version_row(record))
            await self._session.flush()
        except IntegrityError as error:
            raise Conflict(reason="concurrent submission") from error

    async def save(self, record: DocumentRecord) -> None:
        row = await self._session.get(VersionRow, record.version_id)
        document = await self._session.get(DocumentRow, record.document_id)
        if row is None or document is None:
            return
        for name in _CHANGING:
            setattr(row, name, getattr(record, name))
        row.failure = record.failure.model_dump() if record.failure else None
        row.remarks = _written(record.remarks)
        if record.state is DocumentState.WITHDRAWN:
            _forget_words(record, document, row)
        if document.noted != record.metadata:
            document.noted = dict(record.metadata)
        self._session.add_all((row, document))


@dataclass(frozen=True, slots=True)
class SqlDocumentRows:
    """Port: DocumentRows."""

    documents: SqlDocuments
    withdrawals: SqlWithdrawals
    vectors: SqlVectors

    @classmethod
    def within(cls, session: AsyncSession) -> "SqlDocumentRows":
        return cls(SqlDocuments(session), SqlWithdrawals(session), SqlVectors(session))


class SqlDocumentCatalogue:
    """Port: DocumentCatalogue."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def latest(self, document_id: UUID) -> DocumentRecord | None:
        is_latest = VersionRow.sequence == DocumentRow.sequence
        return await self._first(_VERSIONS.where(is_latest, DocumentRow.id == document_id))

    async def version(self, version_id: UUID) -> DocumentRecord | None:
        return await self._first(_VERSIONS.where(VersionRow.id == version_id))

    async def listing(self, readable: frozenset[str], subject: str, search: DocumentSearch) -> Sequence[DocumentRecord]:
        query = _listed(readable, subject, search)
        async with self._database.reading() as session:
            return [_record(document, version) for document, version in (await session.exec(query)).all()]

    async def counts(self, readable: frozenset[str], subject: str) -> DocumentCounts:
        query = (
            select(VersionRow.state, DocumentRow.scope, func.count(), func.sum(VersionRow.passages))
            .join(DocumentRow)
            .where(VersionRow.sequence == DocumentRow.sequence, _known_to(readable, subject))
            .group_by(VersionRow.state, DocumentRow.scope)
        )
        by_state, found = Counter[str](), 0
        async with self._database.reading() as session:
            for state, scope, count, passages in (await session.exec(query)).all():
                by_state[state] += count
                found += int(passages or 0) if state == DocumentState.INDEXED and scope in readable else 0
        return DocumentCounts(by_state=dict(by_state), passages=found)

    async def _first(self, query: Any) -> DocumentRecord | None:
        async with self._database.reading() as session:
            found = (await session.exec(query)).first()
            return _record(*found) if found else None


def _forget_words(record: DocumentRecord, document: DocumentRow, row: VersionRow) -> None:
    """Blank a withdrawn version, and its document where that is all there is of it."""
    blank = _version_row(record)
    for name in ("title", "file_name", "sha256", "size"):
        setattr(row, name, getattr(blank, name))
    row.folded = ""
    document.withdrawn = record.withdrawn
    document.key = record.key
    document.withdraws_at = document.withdraws_for = None


def _locked(query: Any) -> Any:
    """The query whose versions nobody else changes until the transaction ends."""
    return query.with_for_update(of=VersionRow).execution_options(populate_existing=True)


def _known_to(readable: frozenset[str], subject: str) -> Any:
    """As policy.may_follow: what somebody may read, and what they have sent or changed last."""
    return col(DocumentRow.scope).in_(readable) | (col(DocumentRow.submitted_by) == subject)


def _listed(readable: frozenset[str], subject: str, search: DocumentSearch) -> Any:
    """Rows of documents, each with that of its latest version."""
    query = _VERSIONS.where(
        VersionRow.sequence == DocumentRow.sequence,
        _known_to(readable, subject),
        *([col(DocumentRow.scope).in_(readable)] if search.metadata else []),
        *any_of(DocumentRow.scope, search.scopes),
        *any_of(VersionRow.state, search.states),
        *any_of(VersionRow.media_type, search.media_types),
        *has_words(VersionRow.folded, search.words),
        *between(VersionRow.created_at, search),
        *(col(DocumentRow.noted)[name].as_string() == value for name, value in search.metadata.items()),
    )
    by = DocumentRow.key if search.order is DocumentOrder.KEY else VersionRow.created_at
    return page(query, by, DocumentRow.id, search, newest_first=search.order is DocumentOrder.NEWEST)


def _version_row(record: DocumentRecord) -> VersionRow:
    return VersionRow(
        **fields_of(record, _OF_VERSION - {"chunking", "failure", "remarks"}),
        id=record.version_id,
        chunking=record.chunking.model_dump(exclude_none=True),
        failure=record.failure.model_dump() if record.failure else None,
        remarks=_written(record.remarks),
        folded=folded(f"{record.title}\n{record.key}\n{record.file_name}"),
    )


def _record(document: DocumentRow, version: VersionRow) -> DocumentRecord:
    return DocumentRecord(
        **fields_of(version, _OF_VERSION - {"remarks"}),
        **fields_of(document, _OF_DOCUMENT),
        version_id=version.id,
        metadata=document.noted,
        remarks=_REMARKS.validate_json(version.remarks) if version.remarks else Remarks(),
    )


def _written(remarks: Remarks) -> str | None:
    return _REMARKS.dump_json(remarks).decode() if remarks.listed else None
