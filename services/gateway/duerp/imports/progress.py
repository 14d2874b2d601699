"""What ingest reports of imports: they follow it, jobs end by it, previews of older readings are removed."""

from services.gateway.duerp.imports.model import ENDED, was_read
from services.gateway.duerp.imports.ports import ImportRows
from services.gateway.duerp.imports.service import forget_objects
from services.gateway.outbox.ports import UnitsOfWork
from shared.clock import utc_now
from shared.contracts.duerp_files import DuerpFileRead
from shared.contracts.object_layout import preview_prefix
from shared.storage.ports import ObjectStore


class ImportProgress:
    """May hear the same event again, and events in any order."""

    def __init__(self, work: UnitsOfWork[ImportRows], store: ObjectStore) -> None:
        self._work = work
        self._store = store

    async def read(self, event: DuerpFileRead) -> None:
        """Store that a file was read, or why it could not be; of an import that has ended, leave nothing behind."""
        async with self._work() as work:
            record = await work.rows.imports.locked(event.import_id)
            after = record and was_read(record, event, utc_now())
            if after:
                await work.rows.imports.save(after)
                await work.end_job(after.job)
        if record is None or record.state in ENDED:
            await forget_objects(self._store, event.import_id)
        elif event.reading < record.reading:
            await self._store.delete(preview_prefix(record.id, event.reading))
        elif after:
            for earlier in range(1, event.reading):
                await self._store.delete(preview_prefix(record.id, earlier))
