"""Documents over a database alone: stored and reported as the gateway does it, without its door."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from prometheus_client import CollectorRegistry
from sqlmodel.ext.asyncio.session import AsyncSession

from services.gateway.database.engine import Database
from services.gateway.documents.metrics import DocumentMetrics
from services.gateway.documents.model import DocumentRecord
from services.gateway.documents.progress import DocumentProgress
from services.gateway.documents.sql import SqlDocumentCatalogue, SqlDocumentRows
from services.gateway.embedding_models.service import retirement
from services.gateway.embedding_models.sql import SqlEmbeddings
from services.gateway.outbox.ports import IdempotencyKey
from services.gateway.outbox.unit_of_work import SqlUnitsOfWork
from shared.access import GrantSigner
from shared.contracts.documents import DocumentIndexed, DocumentProgressed, DocumentSubmitted
from tests.fakes.shared import MemoryStore, grant_keys


def nobody() -> None:
    """Wake no relay."""


class Documents:
    def __init__(self, database: Database, wake: Callable[[], None] = nobody) -> None:
        self.work = SqlUnitsOfWork(database, SqlDocumentRows.within, wake)
        self.catalogue = SqlDocumentCatalogue(database)
        self.models = models_of(database)
        self._progress = DocumentProgress(self.work, self.models, MemoryStore(), DocumentMetrics(CollectorRegistry()))

    async def accept(
        self, record: DocumentRecord, event: DocumentSubmitted, key: IdempotencyKey | None = None
    ) -> DocumentRecord:
        async with self.work() as work:
            await work.rows.documents.add(record)
            await work.publish(event, job=record.version_id)
            await work.remember(key, record.document_id)
        return record

    async def save(self, record: DocumentRecord) -> None:
        async with self.work() as work:
            await work.rows.documents.save(record)

    async def latest(self, document_id: UUID) -> DocumentRecord | None:
        return await self.catalogue.latest(document_id)

    async def reported(self, event: DocumentProgressed | DocumentIndexed) -> None:
        if isinstance(event, DocumentIndexed):
            await self._progress.indexed(event)
        else:
            await self._progress.progressed(event)


def models_of(database: Database, signer: GrantSigner | None = None) -> SqlEmbeddings:
    """The models of the index over a database alone."""
    work = SqlUnitsOfWork[AsyncSession](database, lambda session: session, nobody)
    return SqlEmbeddings(database, work, partial(retirement, signer or grant_keys()[0]))
