"""Reading of a DUERP's file: a confined child understands it, its preview is stored in parts."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Protocol
from uuid import uuid5

from pydantic import BaseModel, ValidationError

from services.ingest.duerp_preview import PreviewRequest
from services.ingest.reading_turns import ReadingTurns
from shared.access import GrantVerifier
from shared.contracts.duerp_files import DuerpFileRead, DuerpFileSubmitted
from shared.contracts.object_layout import part_batches, part_key, preview_prefix, summary_key
from shared.disk.ports import Admission
from shared.errors import NotFound, UnreadableDocument
from shared.http_api.duerp.imports import ImportedColumn, ImportPreview, ImportSummary, OwnExport
from shared.kafka.ports import EventPublisher
from shared.storage.ports import ObjectStore


class Previewer(Protocol):
    """Understands a file in isolation from the service."""

    async def preview(self, request: PreviewRequest, source: bytes) -> str:
        """Return the preview of a DUERP's file as JSON.

        Raises:
            InvalidInput: the file cannot be read, or takes more than the limits allow.
            Unavailable: the sandbox cannot be started now.
        """
        ...


class DuerpFileService:
    """Reads files of DUERPs, stores their previews and tells the gateway.

    Args:
        turns: whose file is read next; shared with documents.
    """

    def __init__(
        self,
        *,
        publisher: EventPublisher,
        verifier: GrantVerifier,
        objects: ObjectStore,
        previewer: Previewer,
        turns: ReadingTurns,
        room: Admission,
    ) -> None:
        self._publisher = publisher
        self._verifier = verifier
        self._objects = objects
        self._previewer = previewer
        self._turns = turns
        self._room = room

    async def read(self, event: DuerpFileSubmitted) -> None:
        """Store what is understood of a file, and publish DuerpFileRead.

        A repeated event writes the same objects and publishes the same event, its id included.

        Raises:
            Forbidden: the grant is invalid, or of another import or scope.
            InvalidInput: the file cannot be read, or exceeds its limits.
            NotFound: the file is no longer in the store.
            Unavailable: the store, the broker or the sandbox is down; the event may be retried.
        """
        self._verifier.verify(event.grant, purpose="write", job=event.import_id, scope=event.scope)
        await self._room.admit("objects")
        async with self._turns.turn(scope=event.scope, size=event.source.size):
            source = await self._objects.get(event.source.key)
            if await asyncio.to_thread(_digest, source) != event.source.sha256:
                raise UnreadableDocument(reason="checksum")
            found = await self._previewer.preview(PreviewRequest(event.file_name, event.mapping), source)
        preview = await asyncio.to_thread(parsed_preview, found)
        await self._publisher.publish(await self._store(event, preview))

    async def _store(self, event: DuerpFileSubmitted, preview: ImportPreview) -> DuerpFileRead:
        """Store a preview, its summary last: where that is, the parts are.

        A whole one may be in use already, so its objects are replaced one by one, each at once.
        """
        is_whole = await self._is_stored(event)
        if not is_whole:
            await self._objects.delete(preview_prefix(event.import_id, event.reading))
        parts: dict[str, Sequence[BaseModel]] = {
            "lines": preview.lines,
            "actions": preview.actions,
            "report": preview.report,
            "exact": preview.exact.entries if preview.exact else [],
        }
        for part, items in parts.items():
            batches = await asyncio.to_thread(part_batches, items)
            for number, data in enumerate(batches):
                key = part_key(event.import_id, event.reading, part, number)
                await self._objects.put(key, data, scope=event.scope)
            if is_whole:  # a release before may have read more batches
                await self._objects.delete(part_key(event.import_id, event.reading, part, len(batches)))
        summary = ImportSummary(mapping=preview.mapping, scale=preview.scale, own=_own(preview)).model_dump_json()
        key = summary_key(event.import_id, event.reading)
        return DuerpFileRead(
            id=uuid5(event.import_id, f"read/{event.reading}"),
            import_id=event.import_id,
            reading=event.reading,
            scope=event.scope,
            summary=await self._objects.put(key, summary.encode(), scope=event.scope),
            counts=preview.counts,
            signature=signature_of(preview.mapping),
        )

    async def _is_stored(self, event: DuerpFileSubmitted) -> bool:
        try:
            await self._objects.get(summary_key(event.import_id, event.reading))
        except NotFound:
            return False
        return True


def _own(preview: ImportPreview) -> OwnExport | None:
    if preview.exact is None:
        return None
    changed = len({each.entry for each in preview.exact.changes})
    return OwnExport(unit=preview.exact.unit, entries=len(preview.exact.entries), changed=changed)


def signature_of(columns: Sequence[ImportedColumn]) -> str:
    """Return what files with the same headers have in common: a digest of them."""
    return hashlib.sha256("\n".join(sorted({each.header for each in columns})).encode()).hexdigest()


def _digest(source: bytes) -> str:
    return hashlib.sha256(source).hexdigest()


def parsed_preview(found: str) -> ImportPreview:
    """Return a child's preview.

    Raises:
        UnreadableDocument: it has another shape: what a child says is not trusted.
    """
    try:
        return ImportPreview.model_validate_json(found)
    except ValidationError:
        raise UnreadableDocument(reason="damaged") from None
