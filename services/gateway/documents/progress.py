"""What workers report of documents: versions follow it, jobs end by it, and what was withdrawn is removed."""

import logging

from services.gateway.documents.metrics import DocumentMetrics
from services.gateway.documents.model import (
    DocumentRecord,
    indexed,
    is_due,
    is_whole,
    progressed,
    replaced,
    withdrawal_job,
)
from services.gateway.documents.ports import DocumentRows
from services.gateway.embedding_models.ports import EmbeddingProgress
from services.gateway.outbox.ports import UnitsOfWork
from shared.clock import utc_now
from shared.contracts.documents import DocumentIndexed, DocumentProgressed
from shared.contracts.object_layout import batches_prefix, pages_prefix, text_key, vectors_prefix
from shared.errors import NotFound
from shared.http_api.documents import DocumentState
from shared.storage.ports import ObjectStore

logger = logging.getLogger("vigie.gateway")


class DocumentProgress:
    """Both methods may hear the same event again, and events in any order."""

    def __init__(
        self,
        work: UnitsOfWork[DocumentRows],
        models: EmbeddingProgress,
        store: ObjectStore,
        metrics: DocumentMetrics,
    ) -> None:
        self._work = work
        self._models = models
        self._store = store
        self._metrics = metrics

    async def progressed(self, event: DocumentProgressed) -> DocumentRecord | None:
        """Store how far a version got, that it failed, or that its document has left the index.

        Returns:
            The version as it was stored; None where nothing was.
        """
        if event.stage == "withdrawn":
            await self._withdrawn(event)
            return None
        if not await self._models.progressed(event) or is_whole(event):
            return None
        async with self._work() as work:
            record = await work.rows.documents.version(event.version_id)
            if record is None or not is_due(record, event):
                return None
            changed = progressed(record, event)
            await work.rows.documents.save(changed)
            accepted_at = None
            if changed.is_open:
                await work.job_moved(changed.version_id)
            else:
                accepted_at = await work.end_job(changed.version_id)
        self._metrics.ended(changed, accepted_at)
        if changed.failure is not None and changed.failure.code == NotFound.code:  # workers leave no dead letter of it
            logger.error("objects of version %s are gone, and it was not withdrawn", changed.version_id)
        return changed

    async def indexed(self, event: DocumentIndexed) -> None:
        """Store that a version can be found, in the place of all that are older."""
        if not await self._models.indexed(event):
            return
        async with self._work() as work:
            for record in await work.rows.documents.versions(event.document_id):
                if record.version_id == event.version_id and is_due(record, event):
                    found = indexed(record, event)
                    await work.rows.documents.save(found)
                    accepted_at = await work.end_job(record.version_id)
                    break
            else:
                return
            for older in await work.rows.documents.versions(event.document_id):
                if older.sequence < event.sequence and older.state is not DocumentState.WITHDRAWN:
                    await work.rows.documents.save(replaced(older))
        self._metrics.ended(found, accepted_at)

    async def _withdrawn(self, event: DocumentProgressed) -> None:
        """Remove the objects of every withdrawn version; a version that was sent again since keeps its own."""
        async with self._work() as work:
            versions = await work.rows.documents.versions(event.document_id)
        for record in versions:
            if record.state is DocumentState.WITHDRAWN and record.sequence <= event.sequence:
                await self._forget_objects(record)
        async with self._work() as work:  # once they are gone: until then the withdrawal is sent again
            await work.end_job(withdrawal_job(event.document_id, event.sequence))
            await work.end_job(event.document_id)  # the job of withdrawals from before there were receipts
            receipt = await work.rows.withdrawals.find(event.document_id, event.sequence)
            if receipt is not None and receipt.repeated_at is not None:
                await work.rows.withdrawals.save(receipt.model_copy(update={"ended_at": utc_now()}))

    async def _forget_objects(self, record: DocumentRecord) -> None:
        version = record.version_id
        made = (text_key(version), batches_prefix(version), vectors_prefix(version), pages_prefix(version))
        for key in (record.source_key, *made):
            await self._store.delete(key)
