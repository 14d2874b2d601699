"""Documents: accepted, found, changed, withdrawn. Their passages are opened in passages.py.

Whatever is accepted is in the database, with its event in the outbox, before anybody is told so.
"""

import hashlib
from collections.abc import AsyncIterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

from services.gateway.documents.media_types import media_type_of
from services.gateway.documents.metadata import check_metadata, check_names, composed_metadata, questions_of
from services.gateway.documents.model import (
    DocumentRecord,
    Submission,
    is_same,
    next_version,
    restarted,
    version_of_submission,
)
from services.gateway.documents.ports import DocumentCatalogue, DocumentCounts, DocumentRows, DocumentSearch
from services.gateway.documents.quotas import Quotas
from services.gateway.documents.withdrawing import withdraw_all
from services.gateway.embedding_models.ports import EmbeddingInUse
from services.gateway.outbox.ports import Idempotency, IdempotencyKey, UnitOfWork, UnitsOfWork, idempotency
from services.gateway.policy import may_follow, may_publish, may_reindex, may_write, require
from shared.access import PUBLIC, Grant, GrantSigner, Principal, is_scope
from shared.contracts.base import ObjectRef
from shared.contracts.chunking import check
from shared.contracts.documents import Chunking, DocumentSubmitted
from shared.contracts.identities import document_id
from shared.contracts.media_types import CORPORA
from shared.contracts.object_layout import source_key
from shared.errors import Conflict, EmptyDocument, InvalidInput, NotFound, VigieError
from shared.http_api.documents import DocumentState
from shared.kafka.cancellation_safety import shield_until_done
from shared.language.names import composed
from shared.storage.ports import ObjectStore

MAX_KEY_CHARS = 500
_ACCEPT_S = 60
"""How long an upload that is whole is accepted for, although its client has gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as somebody sends it.

    Attributes:
        content: its bytes, as they come.
        size: how many there are, as far as the form tells.
        declared_type: the media type that the sender names; transport_type: the one that their program does.
    """

    content: AsyncIterable[bytes]
    size: int | None
    file_name: str
    declared_type: str | None = None
    transport_type: str | None = None
    scope: str = PUBLIC
    key: str | None = None
    title: str | None = None
    language: str | None = None
    chunking: Chunking = field(default_factory=Chunking)
    metadata: Mapping[str, str] | None = None

    def composed(self) -> "Upload":
        """Return the upload with its names in their one Unicode form: they say which document it is."""
        return replace(
            self,
            file_name=composed(self.file_name),
            key=composed(self.key) if self.key else self.key,
            title=composed(self.title) if self.title else self.title,
            metadata=self.metadata and {name: composed(value) for name, value in self.metadata.items()},
        )


class DocumentService:
    """Accepting, finding, changing and withdrawing documents."""

    def __init__(
        self,
        work: UnitsOfWork[DocumentRows],
        catalogue: DocumentCatalogue,
        known: Idempotency,
        store: ObjectStore,
        signer: GrantSigner,
        models: EmbeddingInUse,
        quotas: Quotas,
    ) -> None:
        self._work = work
        self._catalogue = catalogue
        self._idempotency = known
        self._store = store
        self._signer = signer
        self._models = models
        self._quotas = quotas

    async def submit(self, principal: Principal, upload: Upload, request_key: str | None = None) -> DocumentRecord:
        """Accept a new document, or a new version of the one that bears its key.

        The same content sent again is the same version: it is accepted once. A version that failed starts over. What is
        not accepted leaves no file behind; what is whole is accepted although its client has gone.

        Args:
            request_key: what the client calls its request (`Idempotency-Key`).

        Raises:
            EmptyDocument, InvalidInput, UnsupportedMediaType, Forbidden, Conflict, QuotaExceeded: nothing was accepted.
                Public corpora are for admins to send, to the scope `public`.
            StoreUnavailable, InsufficientStorage: nothing is known to be accepted; the same may be sent again.
        """
        _check_write(principal, upload.scope)
        upload = upload.composed()
        media_type = media_type_of(upload.file_name, upload.declared_type, upload.transport_type)
        if media_type in CORPORA:
            require(may_publish(principal, upload.scope), scope=upload.scope)
        check_names(upload.title, upload.file_name)
        if not upload.size:
            raise EmptyDocument(name=upload.file_name)
        stored_at = source_key(uuid4())
        try:
            source = await self._store.put(stored_at, upload.content, scope=upload.scope)
        except BaseException:  # a client that goes away while its file is written, too
            with suppress(VigieError):
                await shield_until_done(self._store.delete(stored_at))
            raise
        submission = Submission(
            source=source,
            file_name=upload.file_name,
            media_type=media_type,
            scope=upload.scope,
            key=upload.key,
            title=upload.title,
            language=upload.language,
            chunking=upload.chunking,
            metadata=upload.metadata,
        )
        named = "\n".join([source.sha256, upload.scope, upload.key or upload.file_name])
        key = idempotency(request_key, principal.subject, hashlib.sha256(named.encode()).hexdigest())
        return await shield_until_done(self._accept_stored(principal, submission, key), timeout_s=_ACCEPT_S)

    async def _accept_stored(
        self, principal: Principal, submission: Submission, key: IdempotencyKey | None
    ) -> DocumentRecord:
        """Accept what is in the store, or remove it from there."""
        try:
            accepted = await self._accept(principal, submission, key)
        except VigieError as error:
            if not error.retryable:  # a database that went away may have accepted it: better rubbish than a lost file
                await self._store.delete(submission.source.key)
            raise
        if accepted.source_key != submission.source.key:
            await self._store.delete(submission.source.key)  # sent before: the first copy is the one that is kept
        return accepted

    async def _accept(
        self, principal: Principal, submission: Submission, request: IdempotencyKey | None
    ) -> DocumentRecord:
        if submission.source.size == 0:
            raise EmptyDocument(name=submission.file_name)
        key = (submission.key or submission.file_name).strip()
        if not key or len(key) > MAX_KEY_CHARS or not key.isprintable():
            raise InvalidInput(reason="key")
        check_metadata(submission.metadata or {})
        if request is not None and (known := await self._idempotency.known(request)) is not None:
            return await self.find(principal, known)
        previous = await self._catalogue.latest(document_id(submission.scope, key))
        is_known = previous is not None and may_follow(principal, previous)
        record = version_of_submission(principal, submission, key, previous, is_known=is_known)
        if previous is not None and is_known and is_same(previous, record):
            return await self._set_metadata(previous, record.metadata, request)
        is_new = previous is None or not is_known or previous.state is DocumentState.WITHDRAWN
        await self._quotas.check(principal, record.scope, record.size, is_new=is_new)
        await self._add(record, request)
        if previous is not None and previous.version_id == record.version_id:
            # The same bytes once more: after a failure or a withdrawal, or of somebody who may not know that they are.
            await self._store.delete(previous.source_key)
        return record

    async def find(self, principal: Principal, identity: UUID) -> DocumentRecord:
        """A document that this person may read, or has sent or changed last.

        Raises:
            NotFound: there is none, or none that this person may know of.
        """
        record = await self._catalogue.latest(identity)
        if record is None or not may_follow(principal, record):
            raise NotFound(what="document")
        return record

    async def listing(self, principal: Principal, search: DocumentSearch) -> Sequence[DocumentRecord]:
        """What the search finds among the documents that this person may read, or has sent or changed last."""
        return await self._catalogue.listing(principal.scopes, principal.subject, search)

    async def counts(self, principal: Principal) -> DocumentCounts:
        """How many documents this person may know of, by state, and passages that they can find."""
        return await self._catalogue.counts(principal.scopes, principal.subject)

    async def edit(
        self,
        principal: Principal,
        identity: UUID,
        *,
        title: str | None,
        language: str | None,
        metadata: Mapping[str, str | None],
    ) -> DocumentRecord:
        """Change what is said of a document. Passages carry title, language and questions: others make a new version.

        Args:
            metadata: what to set; None takes a name out.

        Raises:
            NotFound, Forbidden, InvalidInput, Conflict: nothing was changed.
        """
        check_names(title)
        record = await self._writable(principal, identity)
        edited = {
            name: value
            for name, value in {**record.metadata, **composed_metadata(metadata)}.items()
            if value is not None
        }
        check_metadata(edited)
        wanted = {"title": composed(title or "").strip() or record.title, "language": language or record.language}
        same_passages = wanted == {"title": record.title, "language": record.language}
        if same_passages and questions_of(edited) == questions_of(record.metadata):
            return await self._set_metadata(record, edited)
        return await self._renew(record, None, metadata=edited, submitted_by=principal.subject, **wanted)

    async def rechunk(
        self, principal: Principal, identity: UUID, chunking: Chunking, request_key: str | None = None
    ) -> DocumentRecord:
        """Cut what is stored of a document in another way; the former version answers until the new one is in.

        Raises:
            NotFound, Forbidden, InvalidInput, Conflict: nothing was changed.
        """
        check(chunking)
        record = await self._writable(principal, identity)
        fingerprint = hashlib.sha256(f"{identity}\n{chunking.model_dump_json()}".encode()).hexdigest()
        request = idempotency(request_key, principal.subject, fingerprint)
        if request is not None and await self._idempotency.known(request) is not None:
            return record
        return await self._renew(record, request, chunking=chunking, submitted_by=principal.subject)

    async def withdraw(self, principal: Principal, identity: UUID) -> DocumentRecord:
        """Take all versions out of the index; passages of it do not open any more from now on.

        Raises:
            NotFound, Forbidden: nothing was changed.
        """
        record = await self.find(principal, identity)
        _check_write(principal, record.scope)
        if record.state is DocumentState.WITHDRAWN:
            return record
        return await withdraw_all(
            self._work, identity, principal.subject, self._grant(principal.subject, record.scope, identity)
        )

    async def reindex(self, principal: Principal, identity: UUID) -> DocumentRecord:
        """Send the latest version through the chain again, for an index that was lost or made by another model.

        Raises:
            NotFound, Forbidden: nothing was changed.
        """
        record = await self.find(principal, identity)
        require(may_reindex(principal, record.scope), scope=record.scope)
        if record.state is DocumentState.WITHDRAWN:
            raise NotFound(what="document")
        event, again = await self._submitted(record), restarted(record)
        async with self._work() as work:
            _check_unchanged(record, await work.rows.documents.version(record.version_id))
            await work.rows.documents.save(again)
            await work.end_job(record.version_id)
            await work.rows.vectors.forget([record.version_id])
            await work.publish(event, job=record.version_id)
        return again

    async def _writable(self, principal: Principal, identity: UUID) -> DocumentRecord:
        record = await self.find(principal, identity)
        _check_write(principal, record.scope)
        if record.state is DocumentState.WITHDRAWN:
            raise NotFound(what="document")
        return record

    async def _renew(self, record: DocumentRecord, request: IdempotencyKey | None, **changes: Any) -> DocumentRecord:
        version = next_version(record, **changes)
        if is_same(record, version):
            return await self._set_metadata(record, record.metadata, request)
        await self._add(version, request)
        return version

    async def _add(self, record: DocumentRecord, request: IdempotencyKey | None) -> None:
        """Store a version with its event; one that is overtaken on its way has nothing left to reach."""
        event = await self._submitted(record)
        async with self._work() as work:
            await _end_jobs_on_their_way(work, record.document_id)
            await work.rows.documents.add(record)
            await work.rows.vectors.forget([record.version_id])
            await work.publish(event, job=record.version_id)
            await work.remember(request, record.document_id)

    async def _set_metadata(
        self, record: DocumentRecord, metadata: Mapping[str, str], request: IdempotencyKey | None = None
    ) -> DocumentRecord:
        """Change the metadata at most. The request is remembered even if nothing changes: when it comes once more after
        a newer version, it does not undo that.
        """
        if metadata == record.metadata and request is None:
            return record
        async with self._work() as work:
            current = _check_unchanged(record, await work.rows.documents.version(record.version_id))
            changed = current.model_copy(update={"metadata": metadata})
            await work.rows.documents.save(changed)
            await work.remember(request, record.document_id)
        return changed

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


def _check_write(principal: Principal, scope: str) -> None:
    """
    Raises:
        InvalidInput: there is no such scope.
        Forbidden: the person may not write to it.
    """
    if not is_scope(scope):
        raise InvalidInput(reason=f"scope {scope[:60]!r}")
    require(may_write(principal, scope), scope=scope)


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
