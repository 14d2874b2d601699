"""Documents: accepted, found, changed, withdrawn. Their passages are opened in passages.py.

Whatever is accepted is in the database, with its event in the outbox, before anybody is told so.
"""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from services.gateway.documents.held_withdrawals import HeldWithdrawals
from services.gateway.documents.media_types import media_type_of
from services.gateway.documents.metadata import check_metadata, check_names, composed_metadata, questions_of
from services.gateway.documents.model import (
    DocumentRecord,
    Submission,
    is_same,
    next_version,
    version_of_submission,
)
from services.gateway.documents.ports import DocumentCatalogue, DocumentCounts, DocumentSearch
from services.gateway.documents.quotas import Quotas
from services.gateway.documents.upload import Upload
from services.gateway.documents.versions import DocumentVersions, require_unchanged
from services.gateway.outbox.ports import Idempotency, IdempotencyKey, idempotency
from services.gateway.policy import may_administer, may_follow, may_publish, may_reindex, may_write, require
from shared.access import Principal, Role, is_scope
from shared.contracts.chunking import check
from shared.contracts.documents import Chunking
from shared.contracts.identities import document_id
from shared.contracts.media_types import CORPORA
from shared.contracts.object_layout import source_key
from shared.disk.ports import Admission
from shared.errors import EmptyDocument, InvalidInput, NotFound, VigieError
from shared.http_api.documents import DocumentState
from shared.kafka.cancellation_safety import shield_until_done
from shared.language.names import composed
from shared.storage.ports import ObjectStore

MAX_KEY_CHARS = 500
_ACCEPT_S = 60
"""How long an upload that is whole is accepted for, although its client has gone."""


class DocumentService:
    """Accepting, finding, changing and withdrawing documents."""

    def __init__(
        self,
        versions: DocumentVersions,
        held: HeldWithdrawals,
        catalogue: DocumentCatalogue,
        known: Idempotency,
        store: ObjectStore,
        quotas: Quotas,
        room: Admission,
    ) -> None:
        self._versions = versions
        self._held = held
        self._catalogue = catalogue
        self._idempotency = known
        self._store = store
        self._quotas = quotas
        self._room = room

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
        await self._room.admit(coming=upload.size)
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
            return await self._versions.set_metadata(previous, record.metadata, request)
        is_new = previous is None or not is_known or previous.state is DocumentState.WITHDRAWN
        await self._quotas.check(principal, record.scope, record.size, is_new=is_new)
        await self._versions.add(record, request)
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
        read: str | None = None,
    ) -> DocumentRecord:
        """Change what is said of a document. Passages carry title, language and questions: others make a new version.

        Args:
            metadata: what to set; None takes a name out.
            read: the revision that the person read; None: whatever is said by now.

        Raises:
            NotFound, Forbidden, InvalidInput, Conflict: nothing was changed.
            PreconditionFailed: nor here: somebody else has changed what is said of it since it was read.
        """
        check_names(title)
        record = await self._writable(principal, identity)
        require_unchanged(record, read)
        edited = {
            name: value
            for name, value in {**record.metadata, **composed_metadata(metadata)}.items()
            if value is not None
        }
        check_metadata(edited)
        wanted = {"title": composed(title or "").strip() or record.title, "language": language or record.language}
        same_passages = wanted == {"title": record.title, "language": record.language}
        if same_passages and questions_of(edited) == questions_of(record.metadata):
            return await self._versions.set_metadata(record, edited, read=read)
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

    async def withdraw(self, principal: Principal, identity: UUID, grace: timedelta = timedelta()) -> DocumentRecord:
        """Take all versions out of the index; passages of it do not open any more from now on.

        Args:
            grace: how long that is held back, and can be taken back by `keep`.

        Raises:
            NotFound, Forbidden: nothing was changed.
        """
        record = await self.find(principal, identity)
        _check_write(principal, record.scope)
        if record.state is DocumentState.WITHDRAWN:
            return record
        if grace:
            return await self._held.hold(record, principal.subject, grace)
        return await self._versions.withdraw(record, principal.subject)

    async def keep(self, principal: Principal, identity: UUID) -> DocumentRecord:
        """Take a withdrawal back that is held back.

        Raises:
            NotFound, Forbidden: nothing was changed; what has been withdrawn is not found.
        """
        return await self._held.keep(await self._writable(principal, identity))

    async def reindex(self, principal: Principal, identity: UUID) -> DocumentRecord:
        """Send the latest version through the chain again, for an index that was lost or made by another model.

        Raises:
            NotFound, Forbidden: nothing was changed.
        """
        record = await self.find(principal, identity)
        require(may_reindex(principal, record.scope), scope=record.scope)
        return await self._restarted(record)

    async def restart(self, principal: Principal, identity: UUID) -> None:
        """The same for an admin, who need not be able to read it and is told nothing of it.

        Raises:
            NotFound, Forbidden: nothing was changed.
        """
        require(may_administer(principal), role=Role.ADMIN)
        await self._restarted(await self._catalogue.latest(identity))

    async def _restarted(self, record: DocumentRecord | None) -> DocumentRecord:
        if record is None or record.state is DocumentState.WITHDRAWN:
            raise NotFound(what="document")
        await self._room.admit()
        return await self._versions.restart(record)

    async def _writable(self, principal: Principal, identity: UUID) -> DocumentRecord:
        record = await self.find(principal, identity)
        _check_write(principal, record.scope)
        if record.state is DocumentState.WITHDRAWN:
            raise NotFound(what="document")
        return record

    async def _renew(self, record: DocumentRecord, request: IdempotencyKey | None, **changes: Any) -> DocumentRecord:
        version = next_version(record, **changes)
        if is_same(record, version):
            return await self._versions.set_metadata(record, record.metadata, request)
        await self._room.admit()
        await self._versions.add(version, request)
        return version


def _check_write(principal: Principal, scope: str) -> None:
    """
    Raises:
        InvalidInput: there is no such scope.
        Forbidden: the person may not write to it.
    """
    if not is_scope(scope):
        raise InvalidInput(reason=f"scope {scope[:60]!r}")
    require(may_write(principal, scope), scope=scope)
