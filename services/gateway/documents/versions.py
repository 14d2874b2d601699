"""Versions of documents, each stored with the event that sends it through the chain, in one unit of work."""

from collections.abc import Mapping
from uuid import UUID

from services.gateway.documents.metadata import questions_of
from services.gateway.documents.model import DocumentRecord, restarted
from services.gateway.documents.ports import DocumentRows
from services.gateway.documents.withdrawing import withdraw_all
from services.gateway.embedding_models.ports import EmbeddingInUse
from services.gateway.outbox.ports import IdempotencyKey, UnitOfWork, UnitsOfWork
from shared.access import Grant, GrantSigner
from shared.contracts.base import ObjectRef
from shared.contracts.documents import DocumentSubmitted
from shared.errors import Conflict, PreconditionFailed
from shared.http_api.documents import DocumentState


class DocumentVersions:
    """Adds, restarts, changes and withdraws versions; who may do so is decided before it is called."""

    def __init__(self, work: UnitsOfWork[DocumentRows], signer: GrantSigner, models: EmbeddingInUse) -> None:
        self._work = work
        self._signer = signer
        self._models = models

    async def add(self, record: DocumentRecord, request: IdempotencyKey | None) -> None:
        """Store a version with its event; one that is overtaken on its way has nothing left to reach."""
        event = await self._submitted(record)
        async with self._work() as work:
            await _end_jobs_on_their_way(work, record.document_id)
            await work.rows.documents.add(record)
            await work.rows.vectors.forget([record.version_id])
            await work.publish(event, job=record.version_id)
            await work.remember(request, record.document_id)

    async def restart(self, record: DocumentRecord) -> DocumentRecord:
        """Send a version through the chain again.

        Raises:
            Conflict: it was withdrawn, or took another place, since it was read.
        """
        event, again = await self._submitted(record), restarted(record)
        async with self._work() as work:
            _check_unchanged(record, await work.rows.documents.version(record.version_id))
            await work.rows.documents.save(again)
            await work.end_job(record.version_id)
            await work.rows.vectors.forget([record.version_id])
            await work.publish(event, job=record.version_id)
        return again

    async def set_metadata(
        self,
        record: DocumentRecord,
        metadata: Mapping[str, str],
        request: IdempotencyKey | None = None,
        read: str | None = None,
    ) -> DocumentRecord:
        """Change the metadata at most. The request is remembered even if nothing changes: when it comes once more after
        a newer version, it does not undo that.

        Raises:
            Conflict: the version was withdrawn, or took another place, since it was read.
            PreconditionFailed: what is said of it is not of the revision `read` any more.
        """
        if metadata == record.metadata and request is None:
            return record
        async with self._work() as work:
            current = _check_unchanged(record, await work.rows.documents.version(record.version_id))
            require_unchanged(current, read)
            changed = current.model_copy(update={"metadata": metadata})
            await work.rows.documents.save(changed)
            await work.remember(request, record.document_id)
        return changed

    async def withdraw(self, record: DocumentRecord, subject: str) -> DocumentRecord:
        """Withdraw all versions of the record's document; `subject` is the person who does."""
        grant = self._grant(subject, record.scope, record.document_id)
        return await withdraw_all(self._work, record.document_id, subject, grant)

    def _grant(self, subject: str, scope: str, identity: UUID) -> str:
        return self._signer.sign(Grant(subject, frozenset({scope}), "write", identity))

    async def _submitted(self, record: DocumentRecord) -> DocumentSubmitted:
        return DocumentSubmitted(
            document_id=record.document_id,
            version_id=record.version_id,
            sequence=record.sequence,
            scope=record.scope,
            grant=self._grant(record.submitted_by, record.scope, record.document_id),
            source=ObjectRef(key=record.source_key, sha256=record.sha256, size=record.size),
            media_type=record.media_type,
            title=record.title,
            file_name=record.file_name,
            language=record.language,
            chunking=record.chunking,
            questions=questions_of(record.metadata),
            embedding=await self._models.in_use(),
        )


def require_unchanged(record: DocumentRecord, read: str | None) -> None:
    """Go on if what is said of a document is what a person read (`revision`), or they named nothing.

    Raises:
        PreconditionFailed: somebody else has changed it.
    """
    if read not in (None, record.revision):
        raise PreconditionFailed(revision=record.revision)


def _check_unchanged(read: DocumentRecord, current: DocumentRecord | None) -> DocumentRecord:
    """The version as it is within the unit.

    Raises:
        Conflict: it was withdrawn, or took another place, since it was read.
    """
    if current is None or current.sequence != read.sequence or current.state is DocumentState.WITHDRAWN:
        raise Conflict(reason="concurrent submission")
    return current


async def _end_jobs_on_their_way(work: UnitOfWork[DocumentRows], identity: UUID) -> None:
    for version in await work.rows.documents.versions(identity):
        if version.is_open:
            await work.end_job(version.version_id)
